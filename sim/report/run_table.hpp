// The scalar columns of a store's runs, read without the whole results beside them: thousands of runs in a moment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hearsay {

struct Field;

struct StoredRun {
  std::string scenario, scenario_hash, protocol, label, params, seed;
  std::vector<std::pair<std::string, std::string>> case_values{};
  std::uint32_t nodes = 0;
  std::string verdict{};
  bool crashed = false;             // its process died: it measured nothing
  std::optional<bool> converged{};  // absent: it crashed, or its workload does not replicate
  std::optional<double> lost_writes{}, acknowledged_share{};
  std::int64_t id = 0;                           // in the store
  std::vector<std::optional<double>> figures{};  // as the fields that were asked for, in their units; infinite: never
};

// By scenario, case, the order of the scenario's protocols, label and seed, so that equal runs give equal tables
// whatever order workers stored them in; numbers in cases and seeds count as numbers. Of runs that differ only in the
// program's version the last one alone; `superseded` counts the others. Throws StoreError.
std::vector<StoredRun> latest_runs(const std::string& file, const std::vector<const Field*>& asked,
                                   std::size_t& superseded);

}  // namespace hearsay
