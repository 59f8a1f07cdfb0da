// `report`: one HTML file of a store of runs.
#include <charconv>
#include <filesystem>
#include <iostream>

#include "sim/cli/options.hpp"
#include "sim/cli/plan.hpp"
#include "sim/cli/report_file.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

namespace po = boost::program_options;

po::options_description report_options() {
  auto options = no_options();
  options.add_options()                                                                       //
      ("output,o", po::value<std::string>()->value_name("FILE.html"), "the page (required)")  //
      ("run", po::value<std::vector<std::string>>()->composing()->value_name("N"),
       "show this run from inside; repeatable (default: the first that did not pass, else one)")  //
      ("messages", po::value<std::string>()->value_name("N"),
       "show at most so many messages of a run from inside (default: 100000; 0: no run from inside)")  //
      ("sample", po::value<std::string>()->value_name("N"),
       "show curves, distributions and commands of about N runs, taken evenly from every row of the table, if the "
       "store "
       "has more (default: 2000)")  //
      ("map", po::value<std::vector<std::string>>()->composing()->value_name("FILE.json"),
       "show this map of single faults, too, as `map` writes it; repeatable")  //
      ("help,h", "this text");
  return options;
}

std::uint64_t read_number(const std::string& option, const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    throw UsageError(option + " " + backquoted(text) + " is no whole number");
  return value;
}

}  // namespace

Exit report_command(const Arguments& arguments) {
  refuse_simgrid(arguments, "report");
  const auto given = read_words("report", arguments.words, report_options(), "store");
  if (given.count("help") != 0) {
    std::cout << "usage: " << arguments.launcher << " report RESULTS.sqlite -o FILE.html [OPTIONS]\n\n"
              << "Writes one self-contained HTML page, to be opened from disk or attached to a pull request: verdict,\n"
                 "table with paired differences, curves, distributions, costs, matrix, runs with the commands that\n"
                 "repeat them, one run from inside as a space-time diagram, and the scenarios.\n\n"
              << report_options();
    return Exit::ok;
  }
  const std::vector<std::string> stores = texts_of(given, "store");
  if (stores.size() != 1) throw UsageError("`report` needs one store, as `run SCENARIO --results r.sqlite` writes it");
  HtmlReport report;
  report.store = stores.front();
  report.file = text_of(given, "output").value_or("");
  if (report.file.empty()) throw UsageError("`report` needs the name of the page: -o FILE.html");
  std::error_code ignored;
  if (std::filesystem::equivalent(report.file, report.store, ignored))
    throw UsageError("-o " + report.file + " would overwrite the store; name another file");
  check_report_file("-o", report.file);
  for (const std::string& text : texts_of(given, "run"))
    report.runs.push_back(static_cast<std::int64_t>(read_number("--run", text)));
  if (const auto text = text_of(given, "messages")) report.messages = read_number("--messages", *text);
  if (const auto text = text_of(given, "sample")) report.most_runs = read_number("--sample", *text);
  if (report.most_runs == 0) throw UsageError("--sample 0 leaves nothing to show; name a number from 1");
  report.command =
      shell_quoted(arguments.launcher) + " report " + shell_quoted(report.store) + " -o " + shell_quoted(report.file);
  for (const std::int64_t id : report.runs) report.command += " --run " + std::to_string(id);
  if (given.count("sample") != 0) report.command += " --sample " + std::to_string(report.most_runs);
  for (const std::string& file : texts_of(given, "map")) {
    report.command += " --map " + shell_quoted(file);
    for (auto& map : read_maps(file)) report.maps.push_back(std::move(map));
  }
  try {
    for (const std::int64_t id : report.runs) stored_run(report.store, id);  // there is such a run
    write_html_report(report);
  } catch (const StoreError& error) {
    throw UsageError(error.what());
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
  std::cerr << "report: wrote " << report.file << "\n";
  return Exit::ok;
}

}  // namespace hearsay
