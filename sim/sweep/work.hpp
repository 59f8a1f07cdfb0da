// What a sweep is to run, in a form that its tasks can read again on other machines.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "sim/cli/plan.hpp"

namespace hearsay::sweep {

// Scenarios with what the command line changes in them.
struct Part {
  std::vector<std::string> files;
  Overrides overrides{};
};

struct Work {
  std::vector<Part> parts;
  RunCommandOptions common;  // of all parts: jobs, results, SimGrid's options, plugins, launcher
  std::string directory;     // in which the names of files mean what they mean
};

// The work of one command line, in this directory.
Work work_of(const RunCommandOptions& options);

// The runs of all parts; with `only`, those that it is true of. Throws ScenarioError.
Plan plan_of(const Work& work, const std::function<bool(const RunKey&)>& only = {});

nlohmann::ordered_json to_json(const Work& work);
Work work_from(const nlohmann::ordered_json& json);  // throws nlohmann's exceptions

}  // namespace hearsay::sweep
