// Answers of the workloads `echo` and `unique-ids` that no correct node gives (docs/definitions.md, Values).
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>

#include "sim/metrics/kinds.hpp"

namespace hearsay {

// Echoes of something other than what was sent.
class WrongEchoes final : public MetricObserver {
 public:
  WrongEchoes() : MetricObserver({EventKind::respond}) {}
  void observe(const Event& event) override {
    if (event.operation->method != "echo" || static_cast<Outcome>(event.detail) != Outcome::ok) return;
    if (event.response->value != event.operation->value) ++count_;
  }
  ResultValue value() const override { return count_; }

 private:
  std::uint64_t count_ = 0;
};

// Ids that had been given before.
class RepeatedIds final : public MetricObserver {
 public:
  RepeatedIds() : MetricObserver({EventKind::respond}) {}
  void observe(const Event& event) override {
    if (event.operation->method != "generate" || static_cast<Outcome>(event.detail) != Outcome::ok) return;
    if (!given_.insert(event.response->value).second) ++count_;
  }
  ResultValue value() const override { return count_; }

 private:
  std::unordered_set<std::string> given_;  // looked up only
  std::uint64_t count_ = 0;
};

}  // namespace hearsay
