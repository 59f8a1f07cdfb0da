// Streams: acknowledgements, timers and withdrawal.
#include <algorithm>
#include <utility>

#include "sim/runtime/streams.hpp"

namespace hearsay {

// These segments, or the acknowledgements of them, will not arrive.
void Streams::miss(ConnectionId id, std::uint8_t d, std::span<const TcpSender::Segment> segments) {
  StreamFlow& flow = *find(id)->direction[d].flow;
  for (const auto& segment : segments) flow.trouble_end = std::max(flow.trouble_end, segment.number + 1);
  watch(id, d);
}

void Streams::acknowledge(ConnectionId id, std::uint8_t d, Flight&& flight) {
  const Connection& c = *find(id);
  if (c.crashed[d]) return;  // nobody waits for it
  StreamFlow& flow = *c.direction[d].flow;
  const auto delay = parts_.network.judge_acknowledgements(c.end[1 - d], c.end[d], flight.segments.size());
  if (!delay) {  // the next acknowledgement that gets through covers these, too
    flow.unacknowledged.insert(flow.unacknowledged.end(), flight.segments.begin(), flight.segments.end());
    miss(id, d, flight.segments.all());
    return;
  }
  // The acknowledgement of the first segment; the last one has just arrived.
  const Time now = parts_.scheduler.now();
  const Duration back = parts_.network.usual_latency(c.end[1 - d], c.end[d]) + *delay;
  flow.expect({std::max(now, now - flight.spread + back), flight.sent_at, flight.spread, std::move(flight.segments),
               std::exchange(flow.unacknowledged, {})});
  watch(id, d);
}

// Sees to it that the next thing that matters to the sender is looked at when it is due.
void Streams::watch(ConnectionId id, std::uint8_t d) {
  const Connection& c = *find(id);
  StreamFlow& flow = *c.direction[d].flow;
  if (!flow.waits() || c.crashed[d] || c.aborted[d] || !c.established[d]) return;
  Time due = flow.acknowledgements.empty() ? never : flow.acknowledgements.front().at;
  if (flow.troubled()) {
    due = std::min(due, later(flow.progress, settings_.limit));
    if (const auto timer = flow.sender.timer()) due = std::min(due, *timer);
  }
  if (due >= flow.look_due) return;
  flow.look_due = std::max(due, parts_.scheduler.now());
  parts_.scheduler.at(flow.look_due,
                      [this, id, d, generation = c.direction[d].generation] { look(id, d, generation); });
}

void Streams::look(ConnectionId id, std::uint8_t d, std::uint32_t generation) {
  const Connection* c = find(id);
  if (c == nullptr || c->direction[d].generation != generation || c->aborted[d] || c->crashed[d]) return;
  StreamFlow& flow = *c->direction[d].flow;
  const Time now = parts_.scheduler.now();
  if (flow.look_due > now) return;  // something else was due earlier, and has been seen to
  flow.look_due = never;
  flow.collect(now);
  if (flow.troubled()) {
    if (now >= later(flow.progress, settings_.limit)) {
      break_end(id, d, ConnectionError::timed_out, DropReason::timeout);
      return;
    }
    const auto timer = flow.sender.timer();
    if (timer && *timer <= now) flow.sender.timeout(now);
  }
  pump(id, d);
}

void Streams::withdraw(SendId send) {
  const auto it = held_.find(send);
  if (it == held_.end()) return;
  const Place place = it->second;
  Connection& c = *find(place.connection);
  StreamFlow::Outgoing& message = *c.direction[place.direction].flow->message_at(place.begin);
  drop(c, place.direction, message, DropReason::withdrawn);
  message.held = false;
  message.withdrawn = true;  // its bytes go on as a part of the stream
  message.message = MessagePtr();
}

}  // namespace hearsay
