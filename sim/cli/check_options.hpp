// The options of `check`: its own, and those of `run` that make sense with it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/cli/run_options.hpp"
#include "sim/report/regression.hpp"

namespace hearsay {

struct CheckOptions {
  RunCommandOptions run;
  std::string baseline;
  bool update = false;
  std::optional<std::string> junit, markdown;
  std::vector<CheckedMetric> metrics;
  bool usual_metrics = false;  // --metric named none
  bool help = false;           // has been printed
};

// Throws UsageError.
CheckOptions read_check_options(const Arguments& arguments);

}  // namespace hearsay
