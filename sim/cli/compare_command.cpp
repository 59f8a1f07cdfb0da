// `compare`: the runs of a store side by side.
#include <iostream>

#include "protocols/registry.hpp"
#include "sim/cli/options.hpp"
#include "sim/cli/terminal.hpp"
#include "sim/report/comparison_formats.hpp"
#include "sim/report/store.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

namespace po = boost::program_options;

using Formatter = std::string (*)(const Comparison&, const Acknowledges&, const TableStyle&);
const std::vector<std::string> format_names{"table", "json", "csv", "markdown"};
constexpr Formatter formatters[] = {comparison_table, comparison_json, comparison_csv, comparison_markdown};

po::options_description compare_options() {
  auto options = no_options();
  options.add_options()  //
      ("by", po::value<std::string>()->value_name("KEY"),
       "sub-tables by this key of the matrix, or by nodes; other keys are pooled. Without it every case of the matrix "
       "has one")  //
      ("against", po::value<std::string>()->value_name("LABEL"),
       "the row that others are compared with by pairs of equal seed (default: the first)")             //
      ("scenario", po::value<std::string>()->value_name("NAME"), "of several scenarios this one only")  //
      ("columns", po::value<std::string>()->value_name("FIELD,..."),
       "these fields of the result instead of the usual ones: those of `list fields`, protocol_metrics.NAME, "
       "messages.by_type.NAME.sent")                                                                        //
      ("format", po::value<std::string>()->value_name("FORMAT"), "table (default), json, csv or markdown")  //
      ("help,h", "this text");
  return options;
}

std::string acknowledges(const std::string& protocol) {
  const ProtocolInfo* info = find_protocol(protocol);
  return info == nullptr ? "" : info->acknowledges;
}

}  // namespace

Exit compare_command(const Arguments& arguments) {
  if (!arguments.simgrid.empty())
    throw UsageError("`compare` takes no option of SimGrid's; leave " + backquoted(arguments.simgrid.front()) + " out");
  const auto given = read_words("compare", arguments.words, compare_options(), "store");
  if (given.count("help") != 0) {
    std::cout << "usage: " << arguments.launcher << " compare RESULTS.sqlite [OPTIONS]\n\n"
              << "One row per protocol label: medians over seeds, the best of the rows that kept everything marked, "
                 "and paired\ndifferences with 95 % confidence intervals.\n\n"
              << compare_options();
    return Exit::ok;
  }
  const std::vector<std::string> stores = texts_of(given, "store");
  if (stores.size() != 1) throw UsageError("`compare` needs one store, as `run SCENARIO --results r.sqlite` writes it");
  const Formatter format = formatters[format_of(given, format_names)];
  try {
    CompareOptions options{text_of(given, "by"), text_of(given, "against"), text_of(given, "scenario")};
    if (const auto columns = text_of(given, "columns")) options.fields = read_columns(*columns);
    const Comparison comparison = compare_runs(stores.front(), options);
    std::cout << format(comparison, acknowledges, style_of_stdout());
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
