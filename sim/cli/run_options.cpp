#include "sim/cli/run_options.hpp"

#include <boost/program_options.hpp>
#include <iostream>
#include <thread>

#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

namespace po = boost::program_options;

po::options_description visible_options() {
  po::options_description options("options", 110);
  const auto texts = [] { return po::value<std::vector<std::string>>()->composing(); };
  options.add_options()                                                                                //
      ("protocol", texts()->value_name("NAME"), "run this protocol only (name or label); repeatable")  //
      ("seeds", po::value<std::string>()->value_name("1..30"), "seeds to run, instead of the file's")  //
      ("set", texts()->value_name("PATH=VALUE"),
       "change any key of the scenario, as in nodes=100, network.loss=10%, params.NAME=VALUE; repeatable")  //
      ("jobs", po::value<int>()->value_name("N"), "worker processes (default: the number of cores)")        //
      ("results", po::value<std::string>()->value_name("FILE.sqlite"),
       "append to this store; runs that it holds already are not repeated, unless they crashed or --trace or "
       "--check-determinism asks for it")            //
      ("force", "repeat runs that the store holds")  //
      ("format", po::value<std::string>()->value_name("FORMAT"),
       "table (default), json (one array) or ndjson (one object a line as each run ends)")  //
      ("trace", po::value<std::string>()->value_name("FILE"),
       "write every event: .json (Perfetto), .jsonl, .shiviz; or how each write spread: .tree; several runs get "
       "numbered files")                                                                                  //
      ("check-determinism", "run every case twice; tell the first event that differs")                    //
      ("progress", "tell how far the runs are even if stderr is no terminal: a line every five seconds")  //
      ("quiet,q", "no progress and no closing line")                                                      //
      ("help,h", "this text");
  return options;
}

Format read_format(const std::string& text) {
  static const std::vector<std::string> names{"table", "json", "ndjson"};
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == text) return static_cast<Format>(i);
  throw UsageError("--format " + backquoted(text) + " is unknown" + hint(text, names, "formats"));
}

std::size_t read_jobs(const po::variables_map& given) {
  if (given.count("jobs") == 0) return std::max(1U, std::thread::hardware_concurrency());
  const int jobs = given["jobs"].as<int>();
  if (jobs < 1 || jobs > 1024) throw UsageError("--jobs must be between 1 and 1024");
  return static_cast<std::size_t>(jobs);
}

po::variables_map parse(const Arguments& arguments, const std::string& command) {
  auto options = visible_options();
  options.add_options()("scenario", po::value<std::vector<std::string>>());
  po::positional_options_description positions;
  positions.add("scenario", -1);
  po::variables_map given;
  try {
    using namespace po::command_line_style;
    po::store(po::command_line_parser(arguments.words)
                  .options(options)
                  .positional(positions)
                  .style(unix_style & ~allow_guessing)
                  .run(),
              given);
  } catch (const po::unknown_option& error) {
    std::vector<std::string> names;
    const auto known = visible_options();
    for (const auto& option : known.options()) names.push_back("--" + option->long_name());
    if (error.get_option_name() == "--cfg" || error.get_option_name() == "--log")
      throw UsageError("SimGrid's options have no blank in them; write " + error.get_option_name() + "=KEY:VALUE");
    throw UsageError("unknown option " + backquoted(error.get_option_name()) +
                     hint(error.get_option_name(), names, "options"));
  } catch (const po::error& error) {
    throw UsageError(std::string(error.what()) + "; `" + command + " --help` tells the options");
  }
  return given;
}

}  // namespace

std::pair<std::string, std::string> read_setting(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    throw UsageError("--set " + backquoted(text) + " lacks a value; write PATH=VALUE, such as --set nodes=100");
  return {text.substr(0, equals), text.substr(equals + 1)};
}

RunCommandOptions read_run_options(const Arguments& arguments, const std::string& command) {
  const auto given = parse(arguments, command);
  RunCommandOptions options;
  options.simgrid = arguments.simgrid;
  options.launcher = arguments.launcher;
  if (given.count("help") != 0) {
    std::cout
        << "usage: " << arguments.launcher << " run SCENARIO... [OPTIONS]\n\n"
        << "Runs every case of the scenario files: protocols x seeds x matrix.\n\n"
        << visible_options() << "\nSimGrid's own --cfg=KEY:VALUE and --log=... are passed to it.\n\n"
        << "exit status: 0 all well; 1 an expectation failed; 2 inconclusive; 254 the command line or a scenario is\n"
        << "wrong; 255 an internal error, a run that crashed, or interrupted (Ctrl-C): what has finished is printed "
           "and\n"
        << "kept in the store. Of several, the worst wins.\n";
    options.help = true;
    return options;
  }
  if (given.count("scenario") == 0)
    throw UsageError("`" + command + "` needs a scenario file, such as scenarios/partition-heal.yaml");
  options.files = given["scenario"].as<std::vector<std::string>>();
  if (given.count("protocol") != 0) options.overrides.protocols = given["protocol"].as<std::vector<std::string>>();
  if (given.count("seeds") != 0) options.overrides.seeds = given["seeds"].as<std::string>();
  if (given.count("set") != 0)
    for (const auto& text : given["set"].as<std::vector<std::string>>())
      options.overrides.settings.push_back(read_setting(text));
  options.jobs = read_jobs(given);
  if (given.count("results") != 0) options.results = given["results"].as<std::string>();
  if (given.count("trace") != 0) options.trace = given["trace"].as<std::string>();
  if (given.count("format") != 0) options.format = read_format(given["format"].as<std::string>());
  options.force = given.count("force") != 0;
  options.progress = given.count("progress") != 0;
  options.quiet = given.count("quiet") != 0;
  options.check_determinism = given.count("check-determinism") != 0;
  if (options.check_determinism && options.trace)
    throw UsageError("--check-determinism and --trace do not go together; trace a single run instead");
  if (options.progress && options.quiet)
    throw UsageError("--progress and --quiet contradict each other; keep one of them");
  if (options.force && !options.results)
    throw UsageError("--force repeats runs that a store holds; name the store with --results FILE.sqlite");
  return options;
}

}  // namespace hearsay
