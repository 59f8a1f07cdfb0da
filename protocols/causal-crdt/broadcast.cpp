#include "protocols/causal-crdt/broadcast.hpp"

#include <algorithm>

#include "protocols/causal-crdt/metrics.hpp"
#include "protocols/common/open_stream.hpp"

namespace hearsay::causal {

void BroadcastLayer::start(Context& context, StartReason reason) { stream_ = open_stream(context, reason); }

// --- own effects

EffectPtr BroadcastLayer::stamp(Effect effect) {
  effect.stamp = queue_.stamp_own(stream_);
  effect.stamp.before = dependencies(effect.stamp.before);
  auto made = std::make_shared<const Effect>(std::move(effect));
  remember(made);
  return made;
}

// With `delta`, the entries that changed since the last own effect: whoever applies this effect has applied that one.
VectorClock BroadcastLayer::dependencies(const VectorClock& before) {
  VectorClock needed;
  if (params_.ordering != Ordering::causal) return needed;
  for (const auto& [stream, count] : before.entries())
    if (stream != stream_ && count > last_stamp_.at(stream)) needed.raise(stream, count);
  if (params_.clock_encoding == ClockEncoding::delta) last_stamp_ = before;
  return needed;
}

// --- those of others

CausalArrival BroadcastLayer::receive(Context& context, const EffectPtr& effect, Source source,
                                      std::vector<EffectPtr>& ready) {
  std::vector<Waiting> items;
  const Waiting item{effect, context.now(), source};
  const CausalArrival arrival = params_.ordering == Ordering::none ? queue_.offer_unordered(effect->stamp, item, items)
                                                                   : queue_.offer(effect->stamp, item, items);
  if (arrival == CausalArrival::held) {
    held_since_.emplace(item.since, effect->origin.dot);
    if (source == Source::network) context.count(index(Metric::effects_waited));
  }
  hand_out(context, items, ready);
  return arrival;
}

// The node's clock may have been set back since: then nobody waited.
void BroadcastLayer::hand_out(Context& context, std::vector<Waiting>& items, std::vector<EffectPtr>& ready) {
  note_waiting(context);
  for (Waiting& item : items) {
    if (item.source == Source::network)
      context.sample(index(Metric::waiting), std::max(Duration{}, context.now() - item.since));
    held_since_.erase({item.since, item.effect->origin.dot});
    remember(item.effect);
    ready.push_back(std::move(item.effect));
  }
  context.level(index(Metric::effects_blocked), static_cast<double>(queue_.size()));
}

void BroadcastLayer::note_waiting(Context& context) {
  context.high_water(index(Metric::waiting_high_water), static_cast<double>(held_since_.size()));
  if (held_since_.empty()) return;
  context.high_water(index(Metric::longest_wait), seconds(context.now() - held_since_.begin()->first));
}

// --- with a whole state

void BroadcastLayer::save(ByteWriter& out) const {
  causal::save(queue_.delivered(), out);
  const auto& gaps = queue_.gaps().intervals();
  out.word(gaps.size());
  for (const auto& [first, last] : gaps) out.word(first.first).word(first.second).word(last);
}

bool BroadcastLayer::load(Context& context, ByteReader& in, std::vector<EffectPtr>& ready) {
  const VectorClock clock = load_clock(in);
  IntervalSet gaps;
  for (std::uint64_t left = in.word(); left > 0; --left) {
    const StreamId stream = in.word();
    const std::uint64_t first = in.word();
    gaps.add(stream, first, in.word());
  }
  if (queue_.delivered().entries().empty())
    queue_.restore(clock, std::move(gaps));
  else if (params_.ordering == Ordering::none || !clock.covers(delivered()) || clock == delivered())
    return false;
  std::vector<Waiting> covered, items;
  queue_.advance(clock, covered, items);
  for (const Waiting& item : covered) held_since_.erase({item.since, item.effect->origin.dot});
  hand_out(context, items, ready);
  return true;
}

// --- sending again

void BroadcastLayer::remember(const EffectPtr& effect) {
  if (params_.resends()) remembered_.emplace(effect->origin.dot, effect);
}

void BroadcastLayer::forget(const VectorClock& stable) {
  for (const auto& [stream, count] : stable.entries())
    remembered_.erase(remembered_.lower_bound({stream, 0}), remembered_.upper_bound({stream, count}));
}

std::vector<Range> BroadcastLayer::missing(const Clock& clock, VectorClock& asked) const {
  std::vector<Range> ranges;
  const auto want = [&](StreamId stream, std::uint64_t number) {
    if (queue_.holds(stream, number)) return;
    if (!ranges.empty() && ranges.back().stream == stream && ranges.back().last + 1 == number)
      ranges.back().last = number;
    else
      ranges.push_back({stream, number, number});
  };
  for (const auto& [stream, count] : clock.delivered.entries()) {
    for (std::uint64_t n = std::max(delivered().at(stream), asked.at(stream)) + 1; n <= count; ++n) want(stream, n);
    asked.raise(stream, count);
  }
  for (const auto& [first, last] : gaps().intervals())
    for (std::uint64_t n = first.second; n <= std::min(last, clock.delivered.at(first.first)); ++n)
      want(first.first, n);
  return ranges;
}

std::vector<EffectPtr> BroadcastLayer::find(const std::vector<Range>& ranges) const {
  std::vector<EffectPtr> found;
  for (const Range& range : ranges)
    for (auto it = remembered_.lower_bound({range.stream, range.first});
         it != remembered_.end() && it->first.stream == range.stream && it->first.number <= range.last; ++it)
      found.push_back(it->second);
  return found;
}

}  // namespace hearsay::causal
