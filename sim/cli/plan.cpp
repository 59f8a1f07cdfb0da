#include "sim/cli/plan.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "protocols/registry.hpp"
#include "sim/cli/version.hpp"
#include "sim/core/files.hpp"
#include "sim/core/random.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/fault.hpp"
#include "sim/runtime/run.hpp"

namespace hearsay {
namespace {

// Everything of a scenario that decides whether SimGrid accepts it, to ask once for many combinations of a matrix.
std::string platform_question(const Scenario& scenario) {
  std::string text = scenario.platform.file + "|" + std::to_string(scenario.nodes);
  for (const auto& [zone, nodes] : scenario.platform.placement.zones) text += "|" + zone + "=" + std::to_string(nodes);
  for (const auto& host : scenario.platform.placement.hosts) text += "|host " + host;
  for (const auto& fault : scenario.faults)
    if (const auto link = find_fault(fault.verb)->link_of(fault.values)) text += "|" + *link;
  return text;
}

bool needs_simgrid_to_check(const Scenario& scenario) {
  if (scenario.platform.kind == Platform::Kind::file) return true;
  for (const auto& fault : scenario.faults)
    if (find_fault(fault.verb)->link != nullptr) return true;
  return false;
}

SourcePlace place_to_blame(const Scenario& scenario, const std::string& message) {
  if (message.find("no link named") != std::string::npos)
    for (const auto& fault : scenario.faults)
      if (const auto link = find_fault(fault.verb)->link_of(fault.values);
          link && message.find(" named " + *link + ";") != std::string::npos)
        return fault.place;
  if (message.find("no host named") != std::string::npos) return scenario.platform.hosts_place;
  return scenario.platform.place;
}

// The content of a file that a parameter names, as a word; each is read once.
std::string content_of(const std::string& file) {
  static std::map<std::string, std::string> words;
  const auto [word, fresh] = words.try_emplace(file);
  if (!fresh) return word->second;
  std::ifstream in(file, std::ios::binary);
  std::vector<char> block(1U << 16U);
  std::uint64_t h = 0;
  while (in.read(block.data(), static_cast<std::streamsize>(block.size())), in.gcount() > 0)
    h = combine(h, hash_text({block.data(), static_cast<std::size_t>(in.gcount())}));
  return word->second = std::to_string(h);
}

// SimGrid's settings decide a run as much as the scenario does; what it logs does not.
RunKey key_of(const Case& which, const std::vector<std::string>& simgrid) {
  const ProtocolEntry& entry = which.entry();
  RunKey key;
  key.scenario_hash = which.scenario->content_hash;
  key.protocol = entry.name;
  key.label = entry.label;
  std::string params, case_values, version = source_version();
  for (const auto& [name, value] : entry.params) {
    const auto& parameters = find_protocol(entry.name)->parameters;
    for (const auto& parameter : parameters)
      if (parameter.name == name) params += name + "=" + to_string(value, parameter.type) + ";";
    if (const auto* path = std::get_if<FilePath>(&value)) params += name + " is " + content_of(path->found) + ";";
  }
  for (const auto& [path, value] : which.scenario->case_values)
    case_values.append(path).append("=").append(value).append(";");
  for (const auto& expectation : entry.expect) params += "expect " + expectation.path + " " + expectation.text + ";";
  for (const auto& argument : simgrid)
    if (argument.starts_with("--cfg=")) params += argument + ";";
  if (const Plugin* plugin = plugin_of(entry.name)) version += " with plugin " + plugin->content;
  key.params = std::move(params);
  key.case_values = std::move(case_values);
  key.version = std::move(version);
  key.seed = which.seed;
  key.scenario_text = which.scenario->resolved;
  if (which.scenario->platform.kind == Platform::Kind::file)
    key.platform_text = read_file(which.scenario->platform.file, most_platform_bytes);
  return key;
}

// What repeats the runs of a case, except for the seed: the same for a million of them.
struct RepeatingCommand {
  std::string before, after;

  std::string with(std::uint64_t seed) const { return before + std::to_string(seed) + after; }
};

RepeatingCommand repeating_command(const Case& which, std::size_t group, const RunCommandOptions& options) {
  const Scenario& scenario = *which.scenario;
  const std::string& word = options.files[group];  // as it was typed: a path, a shipped scenario's name or `-`
  const std::string file = word.starts_with("-") && word != "-" ? "./" + word : word;
  RepeatingCommand command;
  command.before = shell_quoted(options.launcher) + " run " + shell_quoted(file) + " " +
                   shell_quoted("--protocol=" + which.entry().label) + " --seeds ";
  const auto pinned = [&](const std::string& path) {
    if (path == "seed" || path == "seeds") return true;  // would override --seeds
    return std::any_of(scenario.case_values.begin(), scenario.case_values.end(),
                       [&](const auto& value) { return value.first == path; });
  };
  const auto set = [&command](std::string path, const std::string& value) {
    command.after += " --set ";
    command.after += shell_quoted(path.append("=").append(value));
  };
  for (const auto& [path, value] : options.overrides.settings)
    if (!pinned(path)) set(path, value);
  for (const auto& [path, value] : scenario.case_values) set(path, value);
  for (const auto& plugin : options.plugins) command.after += " --plugin " + shell_quoted(plugin);
  for (const auto& text : options.simgrid) command.after += " " + shell_quoted(text);
  if (options.check_determinism) command.after += " --check-determinism";
  if (word == "-") command.after += " < SCENARIO";
  return command;
}

}  // namespace

std::string shell_quoted(const std::string& text) {
  if (!text.empty() &&
      text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=,:%+@") ==
          std::string::npos)
    return text;
  if (printable(text) != text) {  // as bash and zsh read it; raw, it would reach the terminal
    std::string coded = "$'";
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '\'' || c == '\\')
        (coded += '\\') += c;
      else if (byte >= 0x20 && byte < 0x7f)
        coded += c;
      else
        ((coded += "\\x") += "0123456789abcdef"[byte >> 4]) += "0123456789abcdef"[byte & 15];
    }
    return coded + "'";
  }
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::vector<std::shared_ptr<const Scenario>> read_and_check(const std::string& file, const Overrides& overrides) {
  auto scenarios = read_scenario(file, overrides);
  std::set<std::string> asked;
  for (const auto& scenario : scenarios) {
    if (!needs_simgrid_to_check(*scenario) || !asked.insert(platform_question(*scenario)).second) continue;
    try {
      if (scenario->platform.kind == Platform::Kind::file) {
        PlatformFile platform = read_platform_file(scenario->platform.file);
        if (!platform.mistakes.empty()) throw ScenarioError(std::move(platform.mistakes));
      }
      check_platform(*scenario);
    } catch (const PlatformError& error) {
      const SourcePlace place = place_to_blame(*scenario, error.what());
      throw ScenarioError({Mistake{scenario->file, place.line, place.column, error.what()}});
    }
  }
  return scenarios;
}

bool repeats(const Case& which) {
  const ProtocolInfo& protocol = *find_protocol(which.entry().name);
  return !protocol.repeats || protocol.repeats(which.entry().params);
}

Plan make_plan(const RunCommandOptions& options) {
  Plan plan;
  std::vector<Mistake> mistakes;
  for (const auto& file : options.files) {
    try {
      const Case* before = nullptr;
      RunKey key;
      RepeatingCommand command;
      const std::vector<Case> cases = cases_of(read_and_check(file, options.overrides));
      for (const Case& which : cases) {
        if (options.check_determinism && !repeats(which))
          throw UsageError("--check-determinism: " + which.entry().label + " runs in real time, which does not repeat");
        if (before == nullptr || before->scenario != which.scenario || before->protocol != which.protocol) {
          key = key_of(which, options.simgrid);
          command = repeating_command(which, plan.groups, options);
        }
        key.seed = which.seed;
        before = &which;
        PlannedRun run{which, key, plan.groups};
        if (options.shard && !options.shard->holds(run.key)) continue;
        if (options.only && !options.only(run.key)) continue;
        run.key.command = command.with(which.seed);
        plan.runs.push_back(std::move(run));
      }
      ++plan.groups;
    } catch (const ScenarioError& error) {
      mistakes.insert(mistakes.end(), error.mistakes.begin(), error.mistakes.end());
    }
  }
  if (!mistakes.empty()) throw ScenarioError(std::move(mistakes));
  return plan;
}

std::string command_to_repeat(const PlannedRun& run, const RunCommandOptions& options) {
  return repeating_command(run.which, run.group, options).with(run.which.seed);
}

}  // namespace hearsay
