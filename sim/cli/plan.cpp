#include "sim/cli/plan.hpp"

#include <set>

#include "sim/cli/version.hpp"
#include "sim/runtime/run.hpp"

namespace hearsay {
namespace {

// Everything of a scenario that decides whether SimGrid accepts it, to ask once for many combinations of a matrix.
std::string platform_question(const Scenario& scenario) {
  std::string text = scenario.platform.file + "|" + std::to_string(scenario.nodes);
  for (const auto& [zone, nodes] : scenario.platform.placement.zones) text += "|" + zone + "=" + std::to_string(nodes);
  for (const auto& fault : scenario.faults)
    if (fault.verb == "link") text += "|" + std::get<std::string>(fault.values.at("name"));
  return text;
}

bool needs_simgrid_to_check(const Scenario& scenario) {
  if (scenario.platform.kind == Platform::Kind::file) return true;
  for (const auto& fault : scenario.faults)
    if (fault.verb == "link") return true;
  return false;
}

SourcePlace place_to_blame(const Scenario& scenario, const std::string& message) {
  if (message.find("no link named") != std::string::npos)
    for (const auto& fault : scenario.faults)
      if (fault.verb == "link" && message.ends_with(" " + std::get<std::string>(fault.values.at("name")))) return fault.place;
  return scenario.platform.place;
}

std::string shell_quoted(const std::string& text) {
  if (!text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=,:%+@") ==
                           std::string::npos)
    return text;
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

RunKey key_of(const Case& which) {
  const ProtocolEntry& entry = which.entry();
  RunKey key;
  key.scenario_hash = which.scenario->content_hash;
  key.protocol = entry.name;
  key.label = entry.label;
  for (const auto& [name, value] : entry.params) {
    const auto& parameters = find_protocol(entry.name)->parameters;
    for (const auto& parameter : parameters)
      if (parameter.name == name) key.params += name + "=" + to_string(value, parameter.type) + ";";
  }
  for (const auto& [path, value] : which.scenario->case_values) key.case_values += path + "=" + value + ";";
  for (const auto& expectation : entry.expect) key.params += "expect " + expectation.path + " " + expectation.text + ";";
  key.version = version();
  key.seed = which.seed;
  return key;
}

}  // namespace

std::vector<std::shared_ptr<const Scenario>> read_and_check(const std::string& file, const Overrides& overrides) {
  auto scenarios = read_scenario(file, overrides);
  std::set<std::string> asked;
  for (const auto& scenario : scenarios) {
    if (!needs_simgrid_to_check(*scenario) || !asked.insert(platform_question(*scenario)).second) continue;
    try {
      check_platform(*scenario);
    } catch (const PlatformError& error) {
      const SourcePlace place = place_to_blame(*scenario, error.what());
      throw ScenarioError({Mistake{file, place.line, place.column, error.what()}});
    }
  }
  return scenarios;
}

Plan make_plan(const RunCommandOptions& options) {
  Plan plan;
  std::vector<Mistake> mistakes;
  for (const auto& file : options.files) {
    try {
      for (const Case& which : cases_of(read_and_check(file, options.overrides)))
        plan.runs.push_back({which, key_of(which), plan.groups});
      ++plan.groups;
    } catch (const ScenarioError& error) {
      mistakes.insert(mistakes.end(), error.mistakes.begin(), error.mistakes.end());
    }
  }
  if (!mistakes.empty()) throw ScenarioError(std::move(mistakes));
  return plan;
}

std::string command_to_repeat(const PlannedRun& run, const RunCommandOptions& options) {
  std::string command = shell_quoted(options.launcher) + " run " + shell_quoted(run.which.scenario->file) + " --protocol " +
                        shell_quoted(run.which.entry().label) + " --seeds " + std::to_string(run.which.seed);
  for (const auto& text : options.setting_texts) command += " --set " + shell_quoted(text);
  for (const auto& [path, value] : run.which.scenario->case_values)
    command += " --set " + shell_quoted("matrix." + path + "=[" + value + "]");
  for (const auto& text : options.simgrid) command += " " + shell_quoted(text);
  return command;
}

}  // namespace hearsay
