// Stale reads of single keys (docs/definitions.md, Stale reads): the read saw a write that another one, acknowledged
// before the read was invoked, had followed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/metrics/kinds.hpp"

namespace hearsay {

class StaleReads final : public MetricObserver {
 public:
  StaleReads() : MetricObserver({EventKind::invoke, EventKind::respond}) {}
  void observe(const Event& event) override;

  std::uint64_t count() const { return count_; }
  ResultValue value() const override { return count(); }

 private:
  struct Write {
    Time invoked = never, acknowledged = never;
  };
  void invoke(const Event& event);
  void respond(const Event& event);

  std::vector<Write> writes_;           // by WriteId
  std::map<std::string, Time> latest_;  // by key: the last invocation of an acknowledged write
  std::map<OpId, Time> reads_;          // under way: that, when the read was invoked
  std::uint64_t count_ = 0;
};

}  // namespace hearsay
