#include "sim/runtime/retransmission.hpp"

#include <algorithm>

namespace hearsay {

void Retransmission::delivered(std::uint64_t sequence) {
  if (const auto it = held_.find(sequence); it != held_.end()) it->second.delivered = true;
}

std::optional<std::uint64_t> Retransmission::first_missing() const {
  for (const auto& [sequence, segment] : held_)
    if (!segment.delivered) return sequence;
  return std::nullopt;
}

std::optional<Segment> Retransmission::take(std::uint64_t sequence) {
  const auto it = held_.find(sequence);
  if (it == held_.end()) return std::nullopt;
  std::optional<Segment> segment(std::move(it->second));
  held_.erase(it);
  return segment;
}

std::optional<Retransmission::Timers> Retransmission::lost(std::uint64_t sequence, Time sent_at, Time now,
                                                           Duration round_trip) {
  if (recovering_) {
    if (collapsed_ && sequence == probe_) return back_off(sent_at, now);
    return std::nullopt;
  }
  recovering_ = true;
  rto_ = std::max(settings_.min_rto, 2 * round_trip);
  ++generation_;
  return Timers{std::max(now, sent_at + rto_), std::max(now, sent_at + settings_.limit), generation_};
}

Retransmission::Timers Retransmission::back_off(Time sent_at, Time now) {
  rto_ = std::min(2 * rto_, settings_.max_rto);
  return {std::max(now, sent_at + rto_), std::nullopt, generation_};
}

std::optional<Retransmission::Probe> Retransmission::timeout(std::uint32_t generation) {
  if (!recovering_ || generation != generation_) return std::nullopt;
  if (held_.empty()) {  // all that was lost has been withdrawn
    recovering_ = collapsed_ = false;
    return std::nullopt;
  }
  collapsed_ = true;
  probe_ = held_.begin()->first;
  return Probe{probe_, held_.begin()->second};
}

std::optional<std::uint32_t> Retransmission::probe_arrived(std::uint64_t sequence) const {
  if (!collapsed_ || sequence != probe_) return std::nullopt;
  return generation_;
}

std::optional<SendId> Retransmission::acknowledged(std::uint64_t sequence, std::uint32_t generation) {
  if (!recovering_ || generation != generation_) return std::nullopt;
  recovering_ = collapsed_ = false;
  const auto freed = take(sequence);
  return freed ? freed->id : no_send;
}

std::map<std::uint64_t, Segment> Retransmission::abandon() {
  recovering_ = collapsed_ = false;
  return std::exchange(held_, {});
}

}  // namespace hearsay
