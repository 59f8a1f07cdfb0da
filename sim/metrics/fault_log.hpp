// What each firing of a fault chose and did.
#pragma once

#include <string>
#include <vector>

#include "sim/metrics/kinds.hpp"
#include "sim/metrics/result.hpp"

namespace hearsay {

class FaultLog final : public SelectiveObserver {
 public:
  FaultLog() : SelectiveObserver({EventKind::fault_begin, EventKind::fault_end, EventKind::fault_effect}) {}
  void observe(const Event& event) override;

  // The firings that began, by index.
  std::vector<FaultRecord> records() const;
  // Requires that firing `index` began.
  const FaultRecord& record(std::size_t index) const { return firings_[index].record; }
  // "verb: choice", or the verb alone. Requires that firing `index` began.
  std::string title(std::size_t index) const;

 private:
  struct Firing {
    FaultRecord record;
    bool began = false;
  };
  std::vector<Firing> firings_;  // by index
};

}  // namespace hearsay
