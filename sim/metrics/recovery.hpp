// After each fault that ended: how long until all live nodes held the same state again, unless another fault began
// first.
#pragma once

#include <optional>
#include <vector>

#include "sim/metrics/agreement.hpp"
#include "sim/metrics/fault_log.hpp"
#include "sim/metrics/kinds.hpp"

namespace hearsay {

// Attach it before Agreement: it asks at the first event of an instant what stood at the end of the one before. A fault
// that begins in the very instant in which another ends comes after it: agreement at that instant is immediate
// recovery. One that begins in the instant in which the nodes come to agree later began first.
class RecoveryTimes final : public SelectiveObserver {
 public:
  explicit RecoveryTimes(const Agreement& agreement);
  void observe(const Event& event) override;

  // In the order of their ends. Requires that `finish` passed.
  std::vector<Recovery> list(const FaultLog& faults) const;

 private:
  struct Ended {
    std::size_t fault = 0;
    Time at{};
    std::optional<Duration> agreed_after;
    bool overtaken = false;
  };
  void close_instant();

  const Agreement& agreement_;
  std::vector<Ended> ended_;
  std::vector<std::size_t> open_;  // positions in ended_ that are not decided
  Time instant_{};
  bool began_ = false;  // a fault, in this instant
};

}  // namespace hearsay
