// The scalar columns of a store's runs, read in one pass without the whole results beside them: a million runs in
// seconds, in some 200 bytes each.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/report/stored_runs.hpp"

namespace hearsay {

struct Field;

// What runs share that differ in their seed alone.
struct RunKind {
  std::string scenario, scenario_hash, protocol, label, params;
  std::vector<std::pair<std::string, std::string>> case_values{};
  std::uint32_t nodes = 0;
};

struct StoredRun {
  std::int64_t id = 0;  // in the store
  std::uint64_t seed = 0;
  std::uint32_t kind = 0;  // an index into RunTable::kinds
  StoredVerdict verdict = StoredVerdict::pass;
  bool crashed = false;             // its process died: it measured nothing
  std::optional<bool> converged{};  // absent: it crashed, or its workload does not replicate
  std::optional<double> lost_writes{}, acknowledged_share{};
};

struct RunTable {
  std::vector<RunKind> kinds;
  std::vector<StoredRun> runs;
  std::vector<const Field*> fields;  // that were asked for
  // By field, then by run, in the fields' units; infinite: never; not a number: the run has no value.
  std::vector<std::vector<double>> figures;
  std::size_t superseded = 0;  // runs left out, of which a later version of the program has the same run

  const RunKind& kind_of(std::size_t run) const { return kinds[runs[run].kind]; }
  std::optional<double> figure(std::size_t field, std::size_t run) const {
    const double value = figures[field][run];
    return std::isnan(value) ? std::nullopt : std::optional(value);
  }
};

// By scenario, case, the order of the scenario's protocols, label and seed, so that equal runs give equal tables
// whatever order workers stored them in; numbers in cases and seeds count as numbers. Of runs that differ only in the
// program's version the last one alone. Throws StoreError.
RunTable latest_runs(const std::string& file, const std::vector<const Field*>& asked);

}  // namespace hearsay
