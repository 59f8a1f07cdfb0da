#include "sim/hunt/options.hpp"

#include <iostream>
#include <thread>

#include "sim/cli/options.hpp"
#include "sim/cli/run_options.hpp"
#include "sim/scenario/units.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay::hunt {
namespace {

namespace po = boost::program_options;

po::options_description hunt_options() {
  auto options = no_options();
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  const auto texts = [](const char* name) {
    return po::value<std::vector<std::string>>()->composing()->value_name(name);
  };
  options.add_options()                                                                                            //
      ("budget", text("10m"), "wall time to spend (default: 1m, unless --trials is given)")                        //
      ("trials", po::value<std::uint64_t>()->value_name("N"), "trials in all, those of an earlier call included")  //
      ("seed", po::value<std::uint64_t>()->value_name("N"),
       "of the hunt (default: 1): equal seeds try equal trials")                                                  //
      ("jobs", po::value<int>()->value_name("N"), "worker processes (default: the number of cores)")              //
      ("output,o", text("DIR"), "where found scenarios go, and what a later call goes on from (default: found)")  //
      ("stop-at-first", "end with the first failure")                                                             //
      ("permanent", "some nodes also go for good; a random majority stays, and has to agree")                     //
      ("corpus", text("DIR"), "first run every scenario of this folder: known failures, which must pass")         //
      ("junit", text("FILE"), "write a report for CI servers")                                                    //
      ("format", text("FORMAT"), "table (default) or json")                                                       //
      ("protocol", texts("NAME"), "hunt this protocol only (name or label); repeatable")                          //
      ("set", texts("PATH=VALUE"),
       "change any key of the scenario, as in hunt.faults=2, params.NAME=VALUE; repeatable")  //
      ("shrink-runs", po::value<std::size_t>()->value_name("N"),
       "runs spent on shrinking one failure at most (default: 1500)")                                 //
      ("no-pictures", "no space-time pictures, which take python3-matplotlib and some seconds each")  //
      ("force", "begin again instead of going on from where an earlier call ended")                   //
      ("quiet,q", "no line of progress, and no table if nothing was found")                           //
      ("help,h", "this text");
  return options;
}

void print_hunt_help(const std::string& launcher) {
  std::cout
      << "usage: " << launcher << " hunt SCENARIO... [OPTIONS]\n\n"
      << "Searches for fault schedules that break an expectation of the scenario or a promise of its protocols\n"
         "(`describe PROTOCOL` prints them), shrinks each to a scenario of a few lines, and writes it to\n"
         "DIR/NAME.yaml, which `run` fails, with an explanation (.txt) and a picture beside it. The section\n"
         "`hunt` of a scenario bounds what trials may do. A later call with the same scenarios and options goes\n"
         "on with the next trial.\n\n"
      << hunt_options()
      << "\nexit status: 0 nothing found; 1 a failure was found, or one of the corpus still fails; 254 the command\n"
         "line or a scenario is wrong; 255 an internal error, or interrupted (Ctrl-C): what was found is kept\n";
}

Duration read_budget(const std::string& text) {
  try {
    const Duration budget = parse_duration(text);
    if (budget > Duration{}) return budget;
  } catch (const UnitError&) {
  }
  throw UsageError("--budget " + backquoted(text) + " is no length of time; write 90s or 10m");
}

}  // namespace

std::size_t jobs_of(const std::optional<int>& given) {
  if (!given) return std::max(1U, std::thread::hardware_concurrency());
  if (*given < 1 || *given > 1024) throw UsageError("--jobs must be between 1 and 1024");
  return static_cast<std::size_t>(*given);
}

HuntOptions read_hunt_options(const Arguments& arguments) {
  const auto given = read_words("hunt", arguments.words, hunt_options(), "scenario");
  HuntOptions options;
  options.launcher = arguments.launcher;
  options.simgrid = arguments.simgrid;
  if (given.count("help") != 0) {
    print_hunt_help(arguments.launcher);
    options.help = true;
    return options;
  }
  options.files = texts_of(given, "scenario");
  options.corpus = text_of(given, "corpus");
  if (options.files.empty() && !options.corpus)
    throw UsageError("`hunt` needs a scenario: a file, or the name of one that ships, such as partition-heal");
  options.overrides.protocols = texts_of(given, "protocol");
  for (const auto& text : texts_of(given, "set")) options.overrides.settings.push_back(read_setting(text));
  if (given.count("trials") != 0) options.trials = given["trials"].as<std::uint64_t>();
  if (const auto budget = text_of(given, "budget")) options.budget = read_budget(*budget);
  if (!options.trials && !options.budget) options.budget = std::chrono::minutes(1);
  if (given.count("seed") != 0) options.seed = given["seed"].as<std::uint64_t>();
  options.jobs = jobs_of(given.count("jobs") != 0 ? std::optional(given["jobs"].as<int>()) : std::nullopt);
  options.output = text_of(given, "output").value_or(options.output);
  options.junit = text_of(given, "junit");
  options.json = format_of(given, {"table", "json"}) == 1;
  if (given.count("shrink-runs") != 0) options.shrink_runs = given["shrink-runs"].as<std::size_t>();
  options.stop_at_first = given.count("stop-at-first") != 0;
  options.permanent = given.count("permanent") != 0;
  options.pictures = given.count("no-pictures") == 0;
  options.force = given.count("force") != 0;
  options.quiet = given.count("quiet") != 0;
  return options;
}

}  // namespace hearsay::hunt
