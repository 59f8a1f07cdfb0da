// `compare`: the runs of a store side by side.
#include <boost/program_options.hpp>
#include <iostream>

#include "protocols/registry.hpp"
#include "sim/cli/command.hpp"
#include "sim/report/comparison_formats.hpp"
#include "sim/report/store.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

namespace po = boost::program_options;

using Formatter = std::string (*)(const Comparison&, const Acknowledges&);
const std::vector<std::string> format_names{"table", "json", "csv", "markdown"};
constexpr Formatter formatters[] = {comparison_table, comparison_json, comparison_csv, comparison_markdown};

po::options_description visible_options() {
  po::options_description options("options", 110);
  options.add_options()  //
      ("by", po::value<std::string>()->value_name("KEY"),
       "sub-tables by this key of the matrix, or by nodes; other keys are pooled. Without it every case of the matrix "
       "has one")  //
      ("against", po::value<std::string>()->value_name("LABEL"),
       "the row that others are compared with by pairs of equal seed (default: the first)")                 //
      ("scenario", po::value<std::string>()->value_name("NAME"), "of several scenarios this one only")      //
      ("format", po::value<std::string>()->value_name("FORMAT"), "table (default), json, csv or markdown")  //
      ("help,h", "this text");
  return options;
}

po::variables_map parse(const Arguments& arguments) {
  if (!arguments.simgrid.empty())
    throw UsageError("`compare` takes no option of SimGrid's; leave " + backquoted(arguments.simgrid.front()) + " out");
  auto options = visible_options();
  options.add_options()("store", po::value<std::vector<std::string>>());
  po::positional_options_description positions;
  positions.add("store", -1);
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
    throw UsageError("unknown option " + backquoted(error.get_option_name()) +
                     hint(error.get_option_name(), names, "options"));
  } catch (const po::error& error) {
    throw UsageError(std::string(error.what()) + "; `compare --help` tells the options");
  }
  return given;
}

Formatter formatter(const po::variables_map& given) {
  const std::string name = given.count("format") != 0 ? given["format"].as<std::string>() : "table";
  for (std::size_t i = 0; i < format_names.size(); ++i)
    if (format_names[i] == name) return formatters[i];
  throw UsageError("--format " + backquoted(name) + " is unknown" + hint(name, format_names, "formats"));
}

std::string acknowledges(const std::string& protocol) {
  const ProtocolInfo* info = find_protocol(protocol);
  return info == nullptr ? "" : info->acknowledges;
}

}  // namespace

Exit compare_command(const Arguments& arguments) {
  const auto given = parse(arguments);
  if (given.count("help") != 0) {
    std::cout << "usage: " << arguments.launcher << " compare RESULTS.sqlite [OPTIONS]\n\n"
              << "One row a protocol label, medians over seeds, the best marked, and differences of pairs of equal "
                 "seed with\ntheir intervals.\n\n"
              << visible_options();
    return Exit::ok;
  }
  if (given.count("store") == 0 || given["store"].as<std::vector<std::string>>().size() != 1)
    throw UsageError("`compare` needs one store, as `run SCENARIO --results r.sqlite` writes it");
  const Formatter format = formatter(given);
  const auto option = [&given](const char* name) {
    return given.count(name) != 0 ? std::optional(given[name].as<std::string>()) : std::nullopt;
  };
  try {
    const Comparison comparison = compare_runs(given["store"].as<std::vector<std::string>>().front(),
                                               {option("by"), option("against"), option("scenario")});
    std::cout << format(comparison, acknowledges);
    if (comparison.superseded > 0)
      std::cerr << "hearsay: left out " << comparison.superseded
                << " runs of other versions of the program, of which a later run is there\n";
  } catch (const StoreError& error) {
    throw UsageError(error.what());
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
  return Exit::ok;
}

}  // namespace hearsay
