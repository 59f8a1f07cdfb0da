// `validate`: reads and resolves scenario files as `run` would, and reports every mistake, or what would be run.
#include <boost/program_options.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/cli/command.hpp"
#include "sim/cli/options.hpp"
#include "sim/cli/plan.hpp"
#include "sim/core/text.hpp"
#include "sim/scenario/processor_time.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

namespace po = boost::program_options;
using Json = nlohmann::ordered_json;

struct ValidateOptions {
  std::vector<std::string> files;
  Overrides overrides;
  bool json = false;
  bool help = false;  // has been printed
};

po::options_description validate_options() {
  auto options = no_options();
  options.add_options()  //
      ("set", po::value<std::vector<std::string>>()->composing()->value_name("PATH=VALUE"),
       "change any key of the scenario before it is read, as `run` does; repeatable")  //
      ("format", po::value<std::string>()->value_name("FORMAT"),
       "text (default) or json: one object per protocol and combination of the matrix")  //
      ("help,h", "this text");
  return options;
}

ValidateOptions read_options(const Arguments& arguments) {
  const auto given = read_words("validate", arguments.words, validate_options(), "scenario");
  ValidateOptions options;
  options.help = given.count("help") != 0;
  if (options.help) {
    std::cout << "usage: " << arguments.launcher << " validate SCENARIO... [OPTIONS]\n\n"
              << "Reads and resolves scenarios without running them; reports every mistake with its place.\n\n"
              << validate_options();
    return options;
  }
  refuse_simgrid(arguments, "validate");
  options.files = texts_of(given, "scenario");
  if (options.files.empty())
    throw UsageError(
        "`validate` needs a scenario: a file, the name of one that ships, such as partition-heal, or - for stdin");
  for (const auto& text : texts_of(given, "set")) options.overrides.settings.push_back(read_setting(text));
  options.json = format_of(given, {"text", "json"}) == 1;
  return options;
}

Json described(const Scenario& scenario, const ProtocolEntry& entry) {
  Json values = Json::object();
  for (const auto& [path, value] : scenario.case_values) values[path] = value;
  return {{"file", scenario.file},
          {"scenario", scenario.name},
          {"protocol", entry.name},
          {"label", entry.label},
          {"case", values},
          {"seeds", scenario.seeds},
          {"nodes", scenario.nodes},
          {"dispatch", scenario.engine.dispatch == Engine::Dispatch::actor ? "actor" : "inline"},
          {"processor_time", processor_time(scenario, entry)}};
}

}  // namespace

Exit validate_command(const Arguments& arguments) {
  const ValidateOptions options = read_options(arguments);
  if (options.help) return Exit::ok;
  Exit exit = Exit::ok;
  Json all = Json::array();
  std::vector<std::pair<std::ostream*, std::string>> lines;  // printed at the end: the engine may take over (front.hpp)
  for (const auto& file : options.files) {
    try {
      const auto scenarios = read_and_check(file, options.overrides);
      const std::size_t cases = cases_of(scenarios).size();
      if (!options.json)
        lines.emplace_back(&std::cout,
                           printable(file) + ": ok, " + std::to_string(cases) + (cases == 1 ? " run" : " runs"));
      for (const auto& scenario : scenarios)
        for (const auto& entry : scenario->protocols) all.push_back(described(*scenario, entry));
    } catch (const ScenarioError& error) {
      for (const auto& mistake : error.mistakes) lines.emplace_back(&std::cerr, printable(mistake.text()));
      exit = Exit::usage;
    }
  }
  for (const auto& [out, line] : lines) *out << line << std::endl;
  if (options.json) std::cout << all.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
  return exit;
}

}  // namespace hearsay
