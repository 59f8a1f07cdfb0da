// The options of `tune`.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sim/sweep/options.hpp"
#include "sim/sweep/tune_search.hpp"

namespace hearsay::tune {

struct Objective {
  std::string field;
  bool highest = false;  // --maximize
};

struct Constraint {
  std::string text, field;
  enum class Kind : std::uint8_t { at_most, at_least, below, above, equal } kind = Kind::equal;
  double bound = 0;

  bool kept_by(const nlohmann::ordered_json& result) const;  // a value that is not there keeps none
};

struct TuneOptions {
  RunCommandOptions run;  // one scenario; its results in output/runs.sqlite unless --results names another store
  std::vector<Objective> objectives;
  std::vector<Constraint> constraints;
  SearchPlan search;
  std::string output;                 // a folder
  std::optional<std::size_t> choose;  // a line of the frontier, from 1
  bool picture = true;
  bool on_slurm = false;
  sweep::SlurmOptions slurm;
};

// Nothing if --help was given, and printed. Throws UsageError.
std::optional<TuneOptions> read_tune_options(const Arguments& arguments);

}  // namespace hearsay::tune
