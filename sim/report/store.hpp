// The SQLite store of runs (`--results FILE.sqlite`; README, Results). A run is added with its series in one
// transaction: a kill at any moment leaves a readable file with every run whose `add` has returned, and none by halves.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/shared_text.hpp"
#include "sim/metrics/result_value.hpp"

namespace hearsay {

struct Field;
struct FinishedRun;

class StoreError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Two stores have different results of one run: it depends on something that it must not depend on, or one was changed.
class StoreContradiction : public StoreError {
 public:
  using StoreError::StoreError;
};

// Two stores cannot be united: other columns, or another version of the program.
class StoreMismatch : public StoreError {
 public:
  using StoreError::StoreError;
};

// What makes two runs the same run.
struct RunKey {
  SharedText scenario_hash, protocol, label, params, case_values, version;
  std::uint64_t seed = 0;
  // Not what makes them the same, but what repeats it: kept with the run.
  std::string command;       // on the machine that ran it
  SharedText scenario_text;  // the resolved scenario, YAML
  SharedText platform_text;  // the content of its platform file; empty if it has none
};

// Whether they are the same run except for the seed, by the same version of the program.
bool same_kind(const RunKey& a, const RunKey& b);

// Equal for the same run by any version of the program, and for no two others.
std::string identity(const RunKey& key);

class Store {
 public:
  // Opens or creates. Throws StoreError if the file is no store of ours or cannot be written.
  explicit Store(const std::string& file);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // The stored result of this run, if it is there.
  std::optional<nlohmann::ordered_json> find(const RunKey& key);
  // The same without its series, in half the time.
  std::optional<nlohmann::ordered_json> find_figures(const RunKey& key);
  // Replaces a run of the same key. Durable on return.
  void add(const RunKey& key, const nlohmann::ordered_json& result);
  // Several runs in one transaction: all are there on return, or none if it throws.
  void add(std::span<const std::pair<const RunKey*, const FinishedRun*>> runs);

 private:
  friend class StoredFigures;
  struct Database;
  std::unique_ptr<Database> database_;
};

// Some fields of stored runs, without reading the results: for stores of very many runs.
class StoredFigures {
 public:
  StoredFigures(Store& store, const std::vector<const Field*>& fields);
  ~StoredFigures();
  StoredFigures(const StoredFigures&) = delete;
  StoredFigures& operator=(const StoredFigures&) = delete;

  // For every stored run that equals `key` in all but the seed, which is from `first` to `last`. The lookup, of the
  // fields and of figure_inputs(), lasts until `take` returns.
  using Take = std::function<void(std::uint64_t seed, const FieldLookup& run)>;
  void each(const RunKey& key, std::uint64_t first, std::uint64_t last, const Take& take);

 private:
  struct Query;
  std::unique_ptr<Query> query_;
};

// What is kept of one run. Throws StoreError if the file has no such run.
struct StoredRunText {
  std::string label, seed, params, version, command;
  std::string scenario_text, platform_text;
  std::string run_hash;
};
StoredRunText stored_run(const std::string& file, std::int64_t id);

// Every stored result, in the order in which the runs were added. Never creates or changes the file. Throws StoreError
// if it is not there or no store of ours.
std::vector<nlohmann::ordered_json> stored_results(const std::string& file);

// All that is kept of the runs with these ids, in their order, and of their scenarios once each. Throws StoreError.
struct StoredRunDetails {
  std::string version, command;
  std::size_t scenario = 0;  // an index into StoredDetails::scenarios
};
struct StoredDetails {
  std::vector<nlohmann::ordered_json> results;  // with their series
  std::vector<StoredRunDetails> runs;           // of the same length
  std::vector<std::string> scenarios;           // resolved, as YAML
};
StoredDetails stored_details(const std::string& file, std::span<const std::int64_t> ids);

}  // namespace hearsay
