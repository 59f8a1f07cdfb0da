// State, agreement and visibility from first principles. The client's view is in naive_clients.cpp.
#include "tests/metrics/naive.hpp"

#include <algorithm>

namespace hearsay::naive {
namespace {

bool acknowledges(const Event& e) {
  return e.kind == EventKind::respond && e.operation->kind == OperationKind::write &&
         e.response->outcome == Outcome::ok;
}

bool invokes_write(const Event& e) { return e.kind == EventKind::invoke && e.operation->kind == OperationKind::write; }

void fold(State& state, const Event& e) {
  const auto write = static_cast<WriteId>(e.id);
  switch (e.kind) {
    case EventKind::boot:
    case EventKind::join:
    case EventKind::restart: state.live.insert(e.node); break;
    case EventKind::crash:
    case EventKind::leave:
      state.live.erase(e.node);
      state.digest.erase(e.node);
      state.visible.erase(e.node);
      break;
    case EventKind::digest:
      if (state.live.contains(e.node)) state.digest[e.node] = e.id;
      break;
    case EventKind::applied:
    case EventKind::recovered:
      if (state.live.contains(e.node) && state.invoked.contains(write)) state.visible[e.node].insert(write);
      break;
    case EventKind::send: ++state.sent; break;
    default: break;
  }
  if (invokes_write(e)) state.invoked.insert(e.operation->write);
  if (acknowledges(e)) state.acknowledged.insert(e.operation->write);
}

// Whether event `i` makes a write visible where it was not.
bool shows(const Events& events, std::size_t i) {
  if (events[i].kind != EventKind::applied && events[i].kind != EventKind::recovered) return false;
  const NodeId node = events[i].node;
  const auto write = static_cast<WriteId>(events[i].id);
  State before = after_events(events, i);
  return !before.visible[node].contains(write) && after_events(events, i + 1).visible[node].contains(write);
}

Time invocation_of(const Events& events, WriteId write) {
  for (const Event& e : events) {
    if (invokes_write(e) && e.operation->write == write) return e.at;
  }
  return never;
}

NodeId origin_of(const Events& events, WriteId write) {
  for (const Event& e : events) {
    if (invokes_write(e) && e.operation->write == write) return e.node;
  }
  return no_node;
}

// Whether `write`, or what replaces it by any report, is visible on `node` in `state`.
bool present(const Events& events, const State& state, WriteId write, NodeId node) {
  std::vector<WriteId> reached{write};
  for (std::size_t next = 0; next < reached.size(); ++next) {
    const auto held = state.visible.find(node);
    if (held != state.visible.end() && held->second.contains(reached[next])) return true;
    for (const Event& e : events) {
      const auto winner = static_cast<WriteId>(e.extra);
      if (e.kind == EventKind::replaced && e.id == reached[next] &&
          std::find(reached.begin(), reached.end(), winner) == reached.end())
        reached.push_back(winner);
    }
  }
  return false;
}

// The nodes that lack each acknowledged write at the end, and how many nodes there are.
std::vector<std::size_t> lacking(const Events& events) {
  State end = after_events(events, events.size());
  std::vector<std::size_t> counts;
  for (const WriteId write : end.acknowledged) {
    std::size_t count = 0;
    for (const NodeId node : end.live) count += present(events, end, write, node) ? 0 : 1;
    counts.push_back(count);
  }
  return counts;
}

// Whether event `i` is the first application of a write by its origin, which fixes the write's past.
bool fixes_past(const Events& events, std::size_t i) {
  const Event& e = events[i];
  if (e.kind != EventKind::applied || !shows(events, i)) return false;
  if (origin_of(events, static_cast<WriteId>(e.id)) != e.node) return false;
  for (std::size_t j = 0; j < i; ++j) {
    if (events[j].kind == e.kind && events[j].id == e.id && events[j].node == e.node && shows(events, j)) return false;
  }
  return true;
}

std::set<WriteId> past_fixed_by(const Events& events, std::size_t i) {
  std::set<WriteId> past;
  for (std::size_t j = i; j-- > 0;) {
    if (events[j].node != events[i].node) continue;
    if (events[j].kind == EventKind::crash || events[j].kind == EventKind::leave) break;
    if (shows(events, j)) past.insert(static_cast<WriteId>(events[j].id));
    if (fixes_past(events, j)) break;
  }
  return past;
}

bool matters_to_causality(const Event& e) {
  switch (e.kind) {
    case EventKind::invoke:
    case EventKind::applied:
    case EventKind::recovered:
    case EventKind::crash:
    case EventKind::leave:
    case EventKind::finish: return true;
    default: return false;
  }
}

}  // namespace

std::size_t State::distinct() const {
  std::set<std::uint64_t> states;
  for (const NodeId node : live) states.insert(digest.contains(node) ? digest.at(node) : 0);
  return states.size();
}

bool State::on_all(WriteId write) const {
  return !live.empty() && std::all_of(live.begin(), live.end(), [&](NodeId node) {
    return visible.contains(node) && visible.at(node).contains(write);
  });
}

double State::present() const {
  if (acknowledged.empty()) return 1;
  if (live.empty()) return 0;
  std::size_t pairs = 0;
  for (const NodeId node : live)
    for (const WriteId write : acknowledged) pairs += visible.contains(node) ? visible.at(node).count(write) : 0;
  return static_cast<double>(pairs) / static_cast<double>(live.size() * acknowledged.size());
}

double State::up_to_date() const {
  if (acknowledged.empty()) return 1;
  if (live.empty()) return 0;
  std::size_t complete = 0;
  for (const NodeId node : live) {
    const std::set<WriteId> held = visible.contains(node) ? visible.at(node) : std::set<WriteId>{};
    complete += std::includes(held.begin(), held.end(), acknowledged.begin(), acknowledged.end()) ? 1 : 0;
  }
  return static_cast<double>(complete) / static_cast<double>(live.size());
}

State after_events(const Events& events, std::size_t count) {
  State state;
  for (std::size_t i = 0; i < count; ++i) fold(state, events[i]);
  return state;
}

State at_time(const Events& events, Time time) {
  std::size_t count = 0;
  while (count < events.size() && events[count].at <= time) ++count;
  return after_events(events, count);
}

std::vector<Time> instants(const Events& events) {
  std::set<Time> times;
  for (const Event& e : events) times.insert(e.at);
  return {times.begin(), times.end()};
}

double divergence(const Events& events) {
  const std::vector<Time> times = instants(events);
  Duration total{};
  for (std::size_t i = 0; i + 1 < times.size(); ++i) {
    if (at_time(events, times[i]).distinct() > 1) total += times[i + 1] - times[i];
  }
  return seconds(total);
}

std::optional<double> convergence_time(const Events& events) {
  Time disturbed{};
  for (const Event& e : events) {
    const bool asks = e.kind == EventKind::invoke && !e.operation->final_read;
    if (asks || e.kind == EventKind::fault_end || e.kind == EventKind::restart || e.kind == EventKind::join ||
        e.kind == EventKind::leave) {
      disturbed = e.at;
    }
  }
  std::optional<Time> since;
  for (const Time time : instants(events)) {
    const bool agreed = at_time(events, time).agreed();
    if (!agreed) since.reset();
    if (agreed && !since) since = time;
  }
  if (!since) return std::nullopt;
  return seconds(std::max(Duration{}, *since - disturbed));
}

std::vector<std::optional<double>> recoveries(const Events& events) {
  std::vector<std::optional<double>> result;
  for (const Event& end : events) {
    if (end.kind != EventKind::fault_end) continue;
    result.emplace_back();
    for (const Time time : instants(events)) {
      if (time < end.at) continue;
      const bool begins = std::any_of(events.begin(), events.end(),
                                      [&](const Event& e) { return e.kind == EventKind::fault_begin && e.at == time; });
      if (at_time(events, time).agreed() && (!begins || time == end.at)) {
        result.back() = seconds(time - end.at);
        break;
      }
      if (begins) break;
    }
  }
  return result;
}

std::vector<double> delivery_latencies(const Events& events) {
  std::set<std::pair<std::uint64_t, NodeId>> done;
  std::vector<double> result;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& e = events[i];
    if (!shows(events, i) || !done.insert({e.id, e.node}).second) continue;
    if (e.kind == EventKind::applied)
      result.push_back(seconds(e.at - invocation_of(events, static_cast<WriteId>(e.id))));
  }
  std::sort(result.begin(), result.end());
  return result;
}

std::vector<double> stable_latencies(const Events& events) {
  std::vector<double> result;
  for (const Event& ack : events) {
    if (!acknowledges(ack)) continue;
    for (const Time time : instants(events)) {
      if (time < ack.at || !at_time(events, time).on_all(ack.operation->write)) continue;
      result.push_back(seconds(time - ack.at));
      break;
    }
  }
  std::sort(result.begin(), result.end());
  return result;
}

std::optional<double> delay_to_share(const Events& events, std::uint64_t percent) {
  const State end = after_events(events, events.size());
  double sum = 0;
  std::size_t came = 0;
  for (const WriteId write : end.acknowledged) {
    const Time invoked = invocation_of(events, write);
    for (const Time time : instants(events)) {
      const State state = at_time(events, time);
      std::size_t holders = 0;
      for (const auto& [node, visible] : state.visible) holders += visible.count(write);
      if (holders == 0 || 100 * holders < percent * state.live.size()) continue;
      sum += seconds(time - invoked);
      ++came;
      break;
    }
  }
  if (came == 0 || came < end.acknowledged.size()) return std::nullopt;
  return sum / static_cast<double>(came);
}

std::uint64_t missing(const Events& events) {
  std::uint64_t sum = 0;
  for (const std::size_t count : lacking(events)) sum += count;
  return sum;
}

std::uint64_t lost(const Events& events) {
  const std::size_t nodes = after_events(events, events.size()).live.size();
  const std::vector<std::size_t> counts = lacking(events);
  return static_cast<std::uint64_t>(std::count(counts.begin(), counts.end(), nodes));
}

std::uint64_t causal_violations(const Events& all) {
  Events events;
  std::copy_if(all.begin(), all.end(), std::back_inserter(events), [](const Event& e) {
    return matters_to_causality(e) || e.kind == EventKind::boot || e.kind == EventKind::join ||
           e.kind == EventKind::restart;
  });
  std::map<std::uint64_t, std::pair<std::size_t, std::set<WriteId>>> pasts;  // by write: fixed by which event
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (fixes_past(events, i)) pasts[events[i].id] = {i, past_fixed_by(events, i)};
  }
  std::uint64_t violations = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& e = events[i];
    if (e.kind != EventKind::applied || !shows(events, i) || !pasts.contains(e.id) || pasts[e.id].first > i) continue;
    std::size_t step_end = i + 1;  // past the applications in a row of this node at this instant
    while (step_end < events.size() && events[step_end].at == e.at &&
           ((events[step_end].kind == EventKind::applied && events[step_end].node == e.node) ||
            !matters_to_causality(events[step_end]))) {
      ++step_end;
    }
    const std::set<WriteId> held = after_events(events, step_end).visible[e.node];
    const std::set<WriteId>& past = pasts[e.id].second;
    if (!std::includes(held.begin(), held.end(), past.begin(), past.end())) ++violations;
  }
  return violations;
}

}  // namespace hearsay::naive
