// Which runs a store holds and what they cost, read without their results: a million runs in seconds.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "sim/report/store.hpp"

namespace hearsay {

// A run in 64 bits, the version of the program included.
using RunId = std::uint64_t;
RunId run_id(const RunKey& key);

enum class StoredVerdict : std::uint8_t { pass, fail, inconclusive, crashed };
StoredVerdict verdict_of(std::string_view word);  // of the result

// Empty if the file is not there. Throws StoreError if it is no store of ours.
std::unordered_map<RunId, StoredVerdict> runs_in(const std::string& file);

// How many; 0 if the file is not there, or is not a whole store yet.
std::int64_t count_runs(const std::string& file);

struct RunCost {
  std::int64_t runs = 0;  // that it was measured on
  double mean_wall_s = 0, most_wall_s = 0;
  double most_rss_mib = 0;

  void add(const RunCost& other);
};

// What runs that finished cost on the machines where they ran.
struct StoredCosts {
  std::map<std::pair<std::string, std::string>, RunCost> by_content;   // scenario_hash, label
  std::map<std::pair<std::string, std::string>, RunCost> by_scenario;  // scenario, label
  RunCost all;

  // Of runs like this one: the same content and label, else the same scenario's and label's, else all. Null pointer if
  // there are none.
  const RunCost* like(const std::string& scenario_hash, const std::string& scenario, const std::string& label) const;
};
StoredCosts costs_in(const std::string& file);

}  // namespace hearsay
