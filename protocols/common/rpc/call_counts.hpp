// Counts what calls do, by those metrics that their owner has.
#pragma once

#include <cstddef>
#include <optional>

#include "protocols/common/rpc/call.hpp"
#include "protocols/common/rpc/call_metrics.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::rpc {

class CallCounts {
 public:
  // Which of the owner's metrics a count is; none: it is not counted.
  using MetricOf = std::optional<MetricIndex> (*)(CallMetric metric);
  explicit CallCounts(MetricOf metric_of) : metric_of_(metric_of) {}

  void count(Context& context, CallMetric metric) const;
  void count_about(Context& context, CallMetric metric, NodeId server) const;
  void attempt_failed(Context& context, CallError error) const;
  void spent(Context& context, Duration work) const;
  // A call is over, asked for at `asked_at`.
  void over(Context& context, Time asked_at, bool ok) const;
  // Calls that are not over, and those of them that wait for a worker or their turn.
  void open(Context& context, std::size_t calls) const;
  void queued(Context& context, std::size_t calls) const;
  // Calls with a worker, those of them with a goroutine to themselves, and connections.
  void in_flight(Context& context, std::size_t running, std::size_t goroutines, std::size_t connections) const;

 private:
  void high_water(Context& context, CallMetric metric, double level) const;

  MetricOf metric_of_;
};

}  // namespace hearsay::rpc
