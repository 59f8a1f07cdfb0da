// The options of `run`, read by Boost.Program_options.
#pragma once

#include <boost/program_options.hpp>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/cli/command.hpp"
#include "sim/cli/shard.hpp"
#include "sim/metrics/field.hpp"
#include "sim/metrics/series.hpp"
#include "sim/scenario/reader.hpp"

namespace hearsay {

enum class Format { table, json, ndjson, none };  // none: for commands that print something of their own

struct RunCommandOptions {
  std::vector<std::string> files;
  Overrides overrides;
  std::size_t jobs = 1;
  std::size_t series_points = SeriesSampler::points;  // at most so many samples of each curve in a result
  std::optional<std::string> results;
  std::optional<std::string> trace;
  std::optional<std::string> report;     // HTML page of the runs
  std::optional<std::string> node_logs;  // folder for what programs that are nodes write to stderr
  std::optional<Shard> shard;
  std::function<bool(const RunKey&)> only;             // not empty: of the runs those alone that it is true of
  std::vector<const Field*> columns = usual_fields();  // of tables
  Format format = Format::table;
  bool quiet = false;
  bool silent = false;    // nor a verdict: whoever asked for the runs says it
  bool progress = false;  // also where stderr is no terminal
  bool force = false;
  bool check_determinism = false;
  bool help = false;  // has been printed
  std::vector<std::string> simgrid;
  std::vector<std::string> plugins;  // of the command line
  std::string launcher;
};

// Throws UsageError.
RunCommandOptions read_run_options(const Arguments& arguments);

// Those of them that other commands have, too, and their values; `command`: whose they are, for messages.
boost::program_options::options_description shared_options(const std::string& title = "options");
RunCommandOptions read_shared_options(const boost::program_options::variables_map& given, const Arguments& arguments,
                                      const std::string& command);
// Those of a command that takes one scenario and prints something of its own; nothing if --help was given: `print_help`
// has then been called.
std::optional<RunCommandOptions> read_options_of_one_scenario(const boost::program_options::variables_map& given,
                                                              const Arguments& arguments, const std::string& command,
                                                              void (*print_help)(const std::string& launcher));

// `PATH=VALUE`. Throws UsageError.
std::pair<std::string, std::string> read_setting(const std::string& text);

// Throws UsageError if SimGrid has no such options.
void check_simgrid_options(const RunCommandOptions& options);

}  // namespace hearsay
