// What became of each step of a workload's script.
#pragma once

#include <map>
#include <vector>

#include "sim/metrics/kinds.hpp"
#include "sim/metrics/result.hpp"

namespace hearsay {

class ScriptLog final : public SelectiveObserver {
 public:
  ScriptLog() : SelectiveObserver({EventKind::invoke, EventKind::respond}) {}
  void observe(const Event& event) override;

  const std::vector<ScriptRecord>& records() const { return records_; }  // in order of invocation

 private:
  std::vector<ScriptRecord> records_;
  std::map<OpId, std::size_t> waiting_;
};

}  // namespace hearsay
