// What a `run` has to do: the cases of the scenario files, checked against SimGrid, and how each is named and repeated.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/cli/run_options.hpp"
#include "sim/report/store.hpp"
#include "sim/scenario/scenario.hpp"

namespace hearsay {

struct PlannedRun {
  Case which;
  RunKey key;
  std::size_t group = 0;  // runs of one scenario file share a table
};

struct Plan {
  std::vector<PlannedRun> runs;
  std::size_t groups = 0;
};

// Throws ScenarioError with the mistakes of every file, those that only SimGrid can find included.
Plan make_plan(const RunCommandOptions& options);

// False: another run of the same case may differ (ProtocolInfo::repeats).
bool repeats(const Case& which);

// Reads a file's scenarios and lets SimGrid check their platforms. Throws ScenarioError.
std::vector<std::shared_ptr<const Scenario>> read_and_check(const std::string& file, const Overrides& overrides);

// A word as a shell reads it, quoted if need be; nothing in it reaches a terminal raw.
std::string shell_quoted(const std::string& text);

// The command that runs this one again alone.
std::string command_to_repeat(const PlannedRun& run, const RunCommandOptions& options);

}  // namespace hearsay
