// Decides, instant by instant, whether the cluster has recovered from the faults that ended.
#include "sim/metrics/recovery.hpp"

namespace hearsay {

RecoveryTimes::RecoveryTimes(const Agreement& agreement)
    : SelectiveObserver({EventKind::fault_begin, EventKind::fault_end, EventKind::digest, EventKind::placed,
                         EventKind::boot, EventKind::join, EventKind::leave, EventKind::crash, EventKind::restart,
                         EventKind::finish}),
      agreement_(agreement) {}

void RecoveryTimes::observe(const Event& event) {
  if (event.at > instant_) {
    close_instant();
    instant_ = event.at;
  }
  if (event.kind == EventKind::fault_begin) began_ = true;
  if (event.kind == EventKind::fault_end) {
    open_.push_back(ended_.size());
    ended_.push_back({event.id, event.at, {}});
  }
  if (event.kind == EventKind::finish) close_instant();
}

void RecoveryTimes::close_instant() {
  if (!open_.empty()) {
    const bool agreed = agreement_.agreed();
    for (const std::size_t i : open_) {
      // Agreement that a new fault brings, as by a crash of the node that differed, is no recovery from the last one.
      if (agreed && (!began_ || ended_[i].at == instant_)) ended_[i].agreed_after = instant_ - ended_[i].at;
    }
    for (const std::size_t i : open_) ended_[i].overtaken = began_ && !ended_[i].agreed_after;
    if (agreed || began_) open_.clear();
  }
  began_ = false;
}

std::vector<Recovery> RecoveryTimes::list(const FaultLog& faults) const {
  std::vector<Recovery> result;
  for (const Ended& ended : ended_) {
    Recovery& entry = result.emplace_back();
    entry.fault = faults.title(ended.fault);
    entry.ended_at = seconds(ended.at);
    entry.overtaken = ended.overtaken;
    if (ended.agreed_after) entry.reconverged_s = seconds(*ended.agreed_after);
  }
  return result;
}

}  // namespace hearsay
