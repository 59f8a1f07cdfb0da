#include "protocols/common/rpc/call_counts.hpp"

#include <algorithm>

namespace hearsay::rpc {
namespace {

// "Resource Usage, Memory", in bytes.
constexpr double connection_bytes = 8192;  // "RPC client: ~8KB per connection"
constexpr double goroutine_bytes = 8192;   // "Goroutines: N x 8KB stack"
constexpr double arguments_bytes = 2048;   // what "~10KB per call" leaves for arguments and reply

}  // namespace

void CallCounts::count(Context& context, CallMetric metric) const {
  if (const auto own = metric_of_(metric)) context.count(*own);
}

void CallCounts::count_about(Context& context, CallMetric metric, NodeId server) const {
  if (const auto own = metric_of_(metric)) context.count_about(*own, server);
}

void CallCounts::high_water(Context& context, CallMetric metric, double level) const {
  if (const auto own = metric_of_(metric)) context.high_water(*own, level);
}

void CallCounts::attempt_failed(Context& context, CallError error) const {
  switch (error) {
    case CallError::dial: return count(context, CallMetric::dial_failures);
    case CallError::broken: return count(context, CallMetric::broken_connections);
    case CallError::timed_out: return count(context, CallMetric::attempt_timeouts);
    case CallError::application: return count(context, CallMetric::application_errors);
    default: return;  // counted where they arise
  }
}

void CallCounts::spent(Context& context, Duration work) const {
  if (const auto own = metric_of_(CallMetric::cpu_s)) context.count(*own, seconds(work));
}

void CallCounts::over(Context& context, Time asked_at, bool ok) const {
  const auto own = metric_of_(ok ? CallMetric::call_latency : CallMetric::failed_call_latency);
  if (own) context.sample(*own, std::max(Duration{}, context.now() - asked_at));
}

void CallCounts::open(Context& context, std::size_t calls) const {
  if (const auto own = metric_of_(CallMetric::calls_open)) context.level(*own, static_cast<double>(calls));
}

void CallCounts::queued(Context& context, std::size_t calls) const {
  high_water(context, CallMetric::calls_queued_high_water, static_cast<double>(calls));
}

void CallCounts::in_flight(Context& context, std::size_t running, std::size_t goroutines,
                           std::size_t connections) const {
  const auto calls = static_cast<double>(running), own_stack = static_cast<double>(goroutines);
  const auto open = static_cast<double>(connections);
  high_water(context, CallMetric::calls_in_flight_high_water, calls);
  high_water(context, CallMetric::connections_high_water, open);
  high_water(context, CallMetric::call_memory_high_water,
             open * connection_bytes + own_stack * goroutine_bytes + (calls - own_stack) * arguments_bytes);
}

}  // namespace hearsay::rpc
