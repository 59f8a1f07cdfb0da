// convergence_time_s (docs/definitions.md): from the last disturbance, the latest of the last client operation's
// invocation (final reads only look on), the end of the last fault, and the last restart, join or leave; to agreement
// that lasts until the end.
#pragma once

#include <optional>

#include "sim/metrics/agreement.hpp"
#include "sim/metrics/kinds.hpp"

namespace hearsay {

class Convergence final : public SelectiveObserver {
 public:
  Convergence()
      : SelectiveObserver(
            {EventKind::invoke, EventKind::fault_end, EventKind::restart, EventKind::join, EventKind::leave}) {}
  void observe(const Event& event) override {
    if (event.kind != EventKind::invoke || !event.operation->final_read) disturbed_ = event.at;
  }

  // Nothing unless the nodes agree. Requires that `finish` passed.
  std::optional<Duration> time(const Agreement& agreement) const {
    if (!agreement.agreed()) return std::nullopt;
    return agreement.agreed_since() > disturbed_ ? agreement.agreed_since() - disturbed_ : Duration{};
  }

 private:
  Time disturbed_{};
};

}  // namespace hearsay
