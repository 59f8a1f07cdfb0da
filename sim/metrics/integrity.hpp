// violations.duplicate_apply and violations.accepted_corrupt: writes that changed a state twice, and garbage that was
// taken for a message. A corrupt delivery is accepted unless the protocol discards it, which shows as a drop for reason
// `corrupt` of the same transmission, now or later.
#pragma once

#include <cstdint>
#include <unordered_set>

#include "sim/metrics/kinds.hpp"

namespace hearsay {

class Integrity final : public SelectiveObserver {
 public:
  Integrity() : SelectiveObserver({EventKind::reapplied, EventKind::deliver, EventKind::drop}) {}

  void observe(const Event& event) override {
    if (event.kind == EventKind::reapplied) {
      ++duplicate_apply_;
    } else if (event.kind == EventKind::deliver) {
      if (event.detail == 1) corrupt_.insert(event.id);
    } else if (event.detail == static_cast<std::uint8_t>(DropReason::corrupt)) {
      corrupt_.erase(event.id);
    }
  }

  std::uint64_t duplicate_apply() const { return duplicate_apply_; }
  std::uint64_t accepted_corrupt() const { return corrupt_.size(); }  // requires that `finish` passed

 private:
  std::uint64_t duplicate_apply_ = 0;
  std::unordered_set<std::uint64_t> corrupt_;  // that arrived corrupt and were not discarded so far; counted only
};

}  // namespace hearsay
