#include "protocols/interceptor-broadcast/handler.hpp"

#include "protocols/common/bytes.hpp"
#include "protocols/common/open_stream.hpp"
#include "protocols/interceptor-broadcast/metrics.hpp"
#include "protocols/interceptor-broadcast/timers.hpp"

namespace hearsay::interceptor {
namespace {

const std::string clock_name = "causal/clock";

std::string encode(const VectorClock& clock, const IntervalSet& gaps) {
  ByteWriter writer;
  writer.word(clock.entries().size());
  for (const auto& [stream, count] : clock.entries()) writer.word(stream).word(count);
  for (const auto& [first, last] : gaps.intervals()) writer.word(first.first).word(first.second).word(last);
  return writer.take();
}

std::pair<VectorClock, IntervalSet> decode(const std::string& bytes) {
  ByteReader reader(bytes);
  VectorClock clock;
  for (std::uint64_t left = reader.word(); left > 0; --left) {
    const StreamId stream = reader.word();
    clock.raise(stream, reader.word());
  }
  IntervalSet gaps;
  while (!reader.at_end()) {
    const StreamId stream = reader.word();
    const std::uint64_t first = reader.word();
    gaps.add(stream, first, reader.word());
  }
  return {std::move(clock), std::move(gaps)};
}

}  // namespace

void StorageHandler::start(Context& context, StartReason reason) {
  store_.start(context);
  if (params_.ordering == Ordering::causal) {
    stream_ = open_stream(context, reason);
    if (const auto bytes = context.storage().get(clock_name); bytes && params_.storage == StorageKind::disk) {
      auto [clock, gaps] = decode(*bytes);
      queue_.restore(std::move(clock), std::move(gaps));
    }
  }
  if (params_.sync_interval > Duration{})
    context.set_timer(context.random().between({}, params_.sync_interval), Timers::key(TimerPurpose::sync));
}

Reply StorageHandler::handle(Context& context, Request& request) {
  if (params_.handler_cpu > Duration{}) context.compute(params_.handler_cpu);
  if (request.method == Method::read) {
    Reply reply{Reply::Status::ok, store_.read(request.write->key)};
    const bool counts = request.reply_to.is_client() && !request.write->key.empty();
    if (counts) context.count(index(reply.seen.empty() ? Metric::read_misses : Metric::read_hits));
    return reply;
  }
  Reply reply = write(context, request);
  sync(context);
  return reply;
}

Reply StorageHandler::write(Context& context, Request& request) {
  if (request.causal) return offer(context, request);
  // A number is spent only on a write that goes out to everyone: a repeat that the hash swallows has none, and nobody
  // waits for it.
  if (params_.ordering == Ordering::causal && request.replicated)
    request.causal = std::make_shared<const CausalStamp>(queue_.stamp_own(stream_));
  request.news = !store_.incorporated(request.write->id);
  apply(context, request.write);
  return {};
}

// A numbered write of a peer, perhaps not for the first time.
Reply StorageHandler::offer(Context& context, Request& request) {
  std::vector<Held> ready;
  const CausalArrival arrival = queue_.offer(*request.causal, {request.write, {request.reply_to}}, ready);
  request.news = arrival != CausalArrival::known;
  if (arrival == CausalArrival::known) {
    Held* held = queue_.held(request.causal->stream, request.causal->number);
    if (held == nullptr) return {};
    held->callers.push_back(request.reply_to);
    return {Reply::Status::later, {}};
  }
  context.high_water(index(Metric::causal_queue_high_water), static_cast<double>(queue_.size()));
  deliver(context, ready);
  if (arrival == CausalArrival::held && params_.causal_wait > Duration{})
    context.set_timer(params_.causal_wait, Timers::key(TimerPurpose::causal_wait, queue_.arrivals()));
  return {Reply::Status::later, {}};
}

void StorageHandler::deliver(Context& context, std::vector<Held>& ready) {
  for (auto& held : ready) {
    apply(context, held.write);
    answerable_.insert(answerable_.end(), held.callers.begin(), held.callers.end());
  }
}

void StorageHandler::apply(Context& context, const WritePtr& write) {
  const bool changed = store_.apply(context, write);
  const bool counted = params_.ordering == Ordering::causal;  // the clock on the disk moves with every delivery
  if (params_.storage == StorageKind::disk && (changed || counted)) unsynced_ = true;
}

void StorageHandler::causal_timer(Context& context, std::uint64_t arrivals) {
  std::vector<Held> ready;
  if (const std::size_t forced = queue_.give_up(arrivals, ready); forced > 0)
    context.count(index(Metric::causal_gaps), static_cast<double>(forced));
  deliver(context, ready);
  sync(context);
}

// Writes the clock beside the data, and syncs both unless that is left to the timer.
void StorageHandler::sync(Context& context) {
  if (!unsynced_) return;
  if (params_.ordering == Ordering::causal)
    context.storage().put(clock_name, encode(queue_.delivered(), queue_.gaps()));
  if (params_.sync_interval > Duration{}) return;
  context.sync();
  unsynced_ = false;
}

void StorageHandler::sync_timer(Context& context) {
  if (unsynced_) context.sync();
  unsynced_ = false;
  context.set_timer(params_.sync_interval, Timers::key(TimerPurpose::sync));
}

}  // namespace hearsay::interceptor
