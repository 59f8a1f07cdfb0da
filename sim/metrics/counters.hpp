// Reads of counters that the additions do not allow (docs/definitions.md, Values), as Maelstrom's checker of
// `pn-counter`.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "sim/metrics/kinds.hpp"

namespace hearsay {

// A final read shows all additions that were acknowledged and any of those of which nobody knows whether they have
// happened. Any other read shows a sum within what additions that were asked for before its answer can make.
class CounterReads final : public MetricObserver {
 public:
  CounterReads() : MetricObserver({EventKind::invoke, EventKind::respond, EventKind::finish}) {}
  void observe(const Event& event) override;
  ResultValue value() const override { return count_; }

 private:
  struct Counter {
    std::int64_t least = 0, most = 0;                   // of the sums of any of the additions that were asked for
    std::int64_t certain = 0;                           // sum of those acknowledged
    std::map<OpId, std::int64_t> open;                  // those of which it is not known, or not yet
    std::map<std::int64_t, std::uint64_t> final_reads;  // by what they showed
  };
  void invoke(const Operation& operation);
  void respond(const Operation& operation, Outcome outcome, const Response& response);
  void finish();

  std::map<std::string, Counter> counters_;
  std::uint64_t count_ = 0;
};

}  // namespace hearsay
