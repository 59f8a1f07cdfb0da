// Counts client operations and times them.
#include "sim/metrics/clients.hpp"

#include "sim/core/check.hpp"

namespace hearsay {

void Clients::observe(const Event& event) {
  OperationCounts& counts = counts_[static_cast<std::size_t>(event.operation->kind)];
  if (event.kind == EventKind::invoke) {
    if (event.id >= invoked_.size()) invoked_.resize(event.id + 1);
    invoked_[event.id] = event.at;
    if (!event.operation->final_read) last_invoked_ = event.at;
    ++counts.attempted;
    return;
  }
  HEARSAY_CHECK(event.id < invoked_.size(), "a response to an operation that was not invoked");
  const auto outcome = static_cast<Outcome>(event.detail);
  switch (outcome) {
    case Outcome::ok: ++counts.acknowledged; break;
    case Outcome::failed: ++counts.failed; break;
    case Outcome::rejected: ++counts.rejected; break;
    case Outcome::timed_out: return;
  }
  latency_.add(event.at - invoked_[event.id]);
  waited_ += event.at - invoked_[event.id];
}

OperationCounts Clients::counts(OperationKind kind) const {
  OperationCounts result = counts_[static_cast<std::size_t>(kind)];
  result.timed_out = result.attempted - result.acknowledged - result.failed - result.rejected;
  return result;
}

OperationCounts Clients::total() const {
  OperationCounts result = writes();
  const OperationCounts other = reads();
  result.attempted += other.attempted;
  result.acknowledged += other.acknowledged;
  result.failed += other.failed;
  result.rejected += other.rejected;
  result.timed_out += other.timed_out;
  return result;
}

}  // namespace hearsay
