// What a run was like, as a set of features: two runs with equal sets did roughly the same things.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "sim/core/event.hpp"
#include "sim/metrics/result.hpp"

namespace hearsay::hunt {

// Counts kinds of events, and which kind of message a node handled before which; counts go into buckets of powers of
// two, as AFL's edge counts do.
class SignatureObserver final : public Observer {
 public:
  bool wants(EventKind) const override { return true; }
  void observe(const Event& event) override;

  // Ascending. `result`: for what metrics of the protocol reached.
  std::vector<std::uint64_t> features(const RunResult& result) const;

 private:
  std::map<std::tuple<EventKind, std::uint32_t, std::uint32_t>, std::uint64_t> counts_;
  std::vector<std::uint32_t> last_of_node_;  // the kind that a node handled last, from 1; 0: none
};

}  // namespace hearsay::hunt
