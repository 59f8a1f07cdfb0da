#include "sim/cli/run_options.hpp"

#include <iostream>
#include <thread>

#include "sim/cli/options.hpp"
#include "sim/cli/terminal.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

namespace po = boost::program_options;

po::typed_value<std::vector<std::string>>* texts(const char* name) {
  return po::value<std::vector<std::string>>()->composing()->value_name(name);
}

po::options_description run_options() {
  auto options = shared_options();
  options.add_options()  //
      ("format", po::value<std::string>()->value_name("FORMAT"),
       "table (default), json (one array) or ndjson (one object per line as each run ends)")  //
      ("columns", po::value<std::string>()->value_name("FIELD,..."),
       "the table shows these fields of the result instead of the usual ones: those of `list fields`, "
       "protocol_metrics.NAME, messages.by_type.NAME.sent")  //
      ("trace", po::value<std::string>()->value_name("FILE"),
       "write every event: .json (Perfetto), .jsonl, .shiviz; or how each write spread: .tree; several runs get "
       "numbered files; stored runs are run again")  //
      ("node-logs", po::value<std::string>()->value_name("DIR"),
       "keep what programs (protocol maelstrom) write to stderr, as DIR/n0.log ...; of several runs in DIR/1, DIR/2 "
       "...")  //
      ("report", po::value<std::string>()->value_name("FILE.html"),
       "write the page of `report`: of the store, or without --results of these runs alone")  //
      ("shard", po::value<std::string>()->value_name("i/n"),
       "run the i-th of n shares of the runs, the same whatever else is run; `merge` unites their stores")   //
      ("check-determinism", "run every case twice, stored or not, and report the first event that differs")  //
      ("progress", "print a progress line every five seconds even if stderr is not a terminal")              //
      ("help,h", "this text");
  return options;
}

std::size_t read_jobs(const po::variables_map& given) {
  if (given.count("jobs") == 0) return std::max(1U, std::thread::hardware_concurrency());
  const int jobs = given["jobs"].as<int>();
  if (jobs < 1 || jobs > 1024) throw UsageError("--jobs must be between 1 and 1024");
  return static_cast<std::size_t>(jobs);
}

std::size_t read_series_points(const po::variables_map& given) {
  constexpr int most = static_cast<int>(SeriesSampler::points);
  if (given.count("series-points") == 0) return most;
  const int points = given["series-points"].as<int>();
  if (points < 0 || points == 1 || points > most)
    throw UsageError("--series-points must be 0, or between 2 and " + std::to_string(most));
  return static_cast<std::size_t>(points);
}

}  // namespace

std::pair<std::string, std::string> read_setting(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    throw UsageError("--set " + backquoted(text) + " lacks a value; write PATH=VALUE, such as --set nodes=100");
  return {text.substr(0, equals), text.substr(equals + 1)};
}

po::options_description shared_options(const std::string& title) {
  auto options = no_options(title);
  options.add_options()                                                                  //
      ("protocol", texts("NAME"), "run this protocol only (name or label); repeatable")  //
      ("seeds", po::value<std::string>()->value_name("1..30"),
       "seeds to run instead of the file's: 7, 1..30, 1,2,5..9")  //
      ("set", texts("PATH=VALUE"),
       "change any key of the scenario, as in nodes=100, network.loss=10%, params.NAME=VALUE; repeatable")  //
      ("jobs", po::value<int>()->value_name("N"), "worker processes (default: the number of cores)")        //
      ("results", po::value<std::string>()->value_name("FILE.sqlite"),
       "append to this store; runs that it already holds are not repeated unless they crashed")  //
      ("series-points", po::value<int>()->value_name("N"),
       "keep so many samples of each curve of `series` in a result (default: 500, all; 0: none)")  //
      ("force", "repeat runs that the store holds")                                                //
      ("quiet,q", "no progress line, and a verdict only if a run did not pass");
  return options;
}

RunCommandOptions read_shared_options(const po::variables_map& given, const Arguments& arguments,
                                      const std::string& command) {
  RunCommandOptions options;
  options.simgrid = arguments.simgrid;
  options.plugins = arguments.plugins;
  options.launcher = arguments.launcher;
  options.files = texts_of(given, "scenario");
  if (options.files.empty())
    throw UsageError("`" + command +
                     "` needs a scenario: a file, the name of one that ships, such as partition-heal, or - for stdin");
  if (given.count("protocol") != 0) options.overrides.protocols = texts_of(given, "protocol");
  options.overrides.seeds = text_of(given, "seeds");
  for (const auto& text : texts_of(given, "set")) options.overrides.settings.push_back(read_setting(text));
  options.jobs = read_jobs(given);
  options.series_points = read_series_points(given);
  options.results = text_of(given, "results");
  options.force = given.count("force") != 0;
  options.quiet = given.count("quiet") != 0;
  if (options.force && !options.results)
    throw UsageError("--force repeats runs that a store holds; name the store with --results FILE.sqlite");
  return options;
}

std::optional<RunCommandOptions> read_options_of_one_scenario(const po::variables_map& given,
                                                              const Arguments& arguments, const std::string& command,
                                                              void (*print_help)(const std::string& launcher)) {
  if (given.count("help") != 0) {
    print_help(arguments.launcher);
    return std::nullopt;
  }
  RunCommandOptions options = read_shared_options(given, arguments, command);
  if (options.files.size() != 1) throw UsageError("`" + command + "` takes one scenario at a time");
  options.format = Format::none;
  return options;
}

RunCommandOptions read_run_options(const Arguments& arguments) {
  const auto given = read_words("run", arguments.words, run_options(), "scenario");
  if (given.count("help") != 0) {
    std::cout
        << "usage: " << arguments.launcher << " run SCENARIO... [OPTIONS]\n\n"
        << "Runs every case of the scenarios: protocols x seeds x matrix. SCENARIO is a file, the name of a scenario "
           "that\n"
        << "ships (`list scenarios`), or - for stdin.\n\n"
        << run_options() << "\nSimGrid's own --cfg=KEY:VALUE and --log=... are passed to it.\n\n"
        << "exit status: 0 all well; 1 an expectation failed; 2 inconclusive; 254 the command line or a scenario is\n"
        << "wrong; 255 an internal error, a run that crashed, or interrupted (Ctrl-C): finished runs are printed "
           "and\n"
        << "stored. Of several, the worst wins.\n";
    RunCommandOptions options;
    options.help = true;
    return options;
  }
  RunCommandOptions options = read_shared_options(given, arguments, "run");
  options.trace = text_of(given, "trace");
  options.report = text_of(given, "report");
  options.node_logs = text_of(given, "node-logs");
  if (const auto columns = text_of(given, "columns")) options.columns = read_columns(*columns);
  options.format = static_cast<Format>(format_of(given, {"table", "json", "ndjson"}));
  options.check_determinism = given.count("check-determinism") != 0;
  if (options.check_determinism && options.trace)
    throw UsageError("--check-determinism and --trace exclude each other; trace a single run instead");
  if (const auto shard = text_of(given, "shard")) options.shard = read_shard(*shard);
  options.progress = given.count("progress") != 0;
  if (options.progress && options.quiet)
    throw UsageError("--progress and --quiet contradict each other; keep one of them");
  return options;
}

}  // namespace hearsay
