#include "sim/sweep/work.hpp"

#include <filesystem>
#include <iterator>
#include <nlohmann/json.hpp>

namespace hearsay::sweep {
namespace {

using Json = nlohmann::ordered_json;

RunCommandOptions options_of(const Work& work, const Part& part) {
  RunCommandOptions options = work.common;
  options.files = part.files;
  options.overrides = part.overrides;
  return options;
}

}  // namespace

Work work_of(const RunCommandOptions& options) {
  Work work{{{options.files, options.overrides}}, options, std::filesystem::current_path().string()};
  work.common.files.clear();
  work.common.overrides = {};
  return work;
}

Plan plan_of(const Work& work, const std::function<bool(const RunKey&)>& only) {
  Plan all;
  for (const Part& part : work.parts) {
    RunCommandOptions options = options_of(work, part);
    options.only = only;
    Plan plan = make_plan(options);
    for (PlannedRun& run : plan.runs) run.group += all.groups;
    all.groups += plan.groups;
    all.runs.insert(all.runs.end(), std::make_move_iterator(plan.runs.begin()),
                    std::make_move_iterator(plan.runs.end()));
  }
  return all;
}

Json to_json(const Work& work) {
  Json parts = Json::array();
  for (const Part& part : work.parts) {
    Json one{{"files", part.files}, {"protocols", part.overrides.protocols}, {"settings", part.overrides.settings}};
    if (part.overrides.seeds) one["seeds"] = *part.overrides.seeds;
    parts.push_back(std::move(one));
  }
  return {{"directory", work.directory},     {"launcher", work.common.launcher},
          {"jobs", work.common.jobs},        {"series_points", work.common.series_points},
          {"results", *work.common.results}, {"simgrid", work.common.simgrid},
          {"plugins", work.common.plugins},  {"parts", std::move(parts)}};
}

Work work_from(const Json& json) {
  Work work;
  work.directory = json.at("directory");
  work.common.launcher = json.at("launcher");
  work.common.jobs = json.at("jobs");
  work.common.series_points = json.value("series_points", work.common.series_points);
  work.common.results = json.at("results").get<std::string>();
  work.common.simgrid = json.at("simgrid").get<std::vector<std::string>>();
  work.common.plugins = json.at("plugins").get<std::vector<std::string>>();
  for (const Json& one : json.at("parts")) {
    Part part;
    part.files = one.at("files").get<std::vector<std::string>>();
    part.overrides.protocols = one.at("protocols").get<std::vector<std::string>>();
    part.overrides.settings = one.at("settings").get<std::vector<std::pair<std::string, std::string>>>();
    if (one.contains("seeds")) part.overrides.seeds = one.at("seeds").get<std::string>();
    work.parts.push_back(std::move(part));
  }
  return work;
}

}  // namespace hearsay::sweep
