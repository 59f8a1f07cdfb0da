// violations.duplicate_apply and violations.accepted_corrupt: writes that changed a state twice, and garbage that was
// taken for a message. A corrupt delivery is accepted unless the protocol discards it, which shows as a drop for reason
// `corrupt` of the same transmission, now or later.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_set>

#include "sim/metrics/kinds.hpp"

namespace hearsay {

class Integrity final : public SelectiveObserver {
 public:
  Integrity() : SelectiveObserver({EventKind::reapplied, EventKind::deliver, EventKind::drop}) {}

  void observe(const Event& event) override { fold_one(event); }
  bool folds() const override { return true; }
  void fold(std::span<const EventRecord> records, std::uint64_t unusual) override {
    if ((unusual & concerned) == 0) return;  // most blocks
    for (const EventRecord& record : records)
      if ((concerned & bit_of(record.kind)) != 0) look(record);
  }

  std::uint64_t duplicate_apply() const { return duplicate_apply_; }
  std::uint64_t accepted_corrupt() const { return corrupt_.size(); }  // requires that `finish` passed

 private:
  static constexpr std::uint64_t concerned =
      bit_of(EventKind::reapplied) | bit_of(EventKind::drop) | bit_of(EventKind::deliver);

  void look(const EventRecord& record) {
    if (record.kind == EventKind::reapplied)
      ++duplicate_apply_;
    else if (record.kind == EventKind::deliver && record.detail != 0)
      corrupt_.insert(record.id);
    else if (record.kind == EventKind::drop && record.detail == static_cast<std::uint8_t>(DropReason::corrupt))
      corrupt_.erase(record.id);
  }

  std::uint64_t duplicate_apply_ = 0;
  std::unordered_set<std::uint64_t> corrupt_;  // that arrived corrupt and were not discarded so far; counted only
};

}  // namespace hearsay
