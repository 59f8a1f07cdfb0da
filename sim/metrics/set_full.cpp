// Follows each element through the reads, then classifies it.
#include "sim/metrics/set_full.hpp"

#include <algorithm>
#include <array>

#include "sim/metrics/quantiles.hpp"

namespace hearsay {

void SetFullChecker::observe(const Event& event) {
  ++index_;
  const Operation& operation = *event.operation;
  if (event.kind == EventKind::invoke) {
    invoke(event);
    return;
  }
  if (event.detail != static_cast<std::uint8_t>(Outcome::ok)) return;
  const Moment now{index_, event.at};
  if (operation.kind == OperationKind::write) {
    Element& element = elements_[operation.write];
    if (element.known.index == 0) element.known = now;
  } else if (operation.key.empty()) {
    read(invocations_[operation.id], now, event.response->seen);
  }
}

void SetFullChecker::invoke(const Event& event) {
  const Operation& operation = *event.operation;
  if (operation.kind == OperationKind::write) {
    if (operation.write >= elements_.size()) {
      elements_.resize(operation.write + 1);
      mark_.resize(operation.write + 1, 0);
    }
    elements_[operation.write].invoked = true;
  } else if (operation.key.empty()) {
    any_read_ = true;
    if (operation.id >= invocations_.size()) invocations_.resize(operation.id + 1);
    invocations_[operation.id] = {index_, event.at};
  }
}

void SetFullChecker::read(const Moment& invoked, const Moment& completed, const std::vector<WriteId>& seen) {
  ++reads_;
  for (const WriteId write : seen) {
    if (write >= elements_.size()) continue;
    Element& element = elements_[write];
    if (mark_[write] == reads_) element.duplicated = true;
    mark_[write] = reads_;
    if (element.known.index == 0) element.known = completed;
  }
  for (std::size_t write = 0; write < elements_.size(); ++write) {
    Element& element = elements_[write];
    Moment& last = mark_[write] == reads_ ? element.last_present : element.last_absent;
    if (last.index < invoked.index) last = invoked;
  }
}

std::optional<SetFull> SetFullChecker::summary() const {
  if (!any_read_) return std::nullopt;
  SetFull result;
  std::vector<std::int64_t> latencies;
  for (const Element& element : elements_) {
    if (!element.invoked) continue;
    ++result.attempt_count;
    if (element.duplicated) ++result.duplicated_count;
    const std::uint64_t present = element.last_present.index;
    const std::uint64_t absent = element.last_absent.index;
    if (present > absent) {
      // Stable one nanosecond after the last read that lacks it was invoked; from the start if there is none.
      const Time stable = absent != 0 ? element.last_absent.at + Duration(1) : Time{};
      const Duration latency = std::max(Duration{}, stable - element.known.at);
      latencies.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(latency).count());
      if (latencies.back() > 0) ++result.stale_count;
    } else if (element.known.index != 0 && element.known.index < absent) {
      ++result.lost_count;
    } else {
      ++result.never_read_count;
    }
  }
  result.stable_count = latencies.size();
  std::sort(latencies.begin(), latencies.end());
  static constexpr std::array<std::pair<const char*, double>, 5> points{
      {{"0", 0}, {"0.5", 0.5}, {"0.95", 0.95}, {"0.99", 0.99}, {"1", 1}}};
  for (const auto& [name, q] : points) {
    if (!latencies.empty()) result.stable_latencies_ms.emplace_back(name, latencies[floor_index(q, latencies.size())]);
  }
  return result;
}

}  // namespace hearsay
