#include "sim/cli/check_options.hpp"

#include <algorithm>
#include <charconv>
#include <iostream>

#include "sim/cli/options.hpp"
#include "sim/scenario/field_names.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

namespace po = boost::program_options;

// `5%` or `0.05`.
double read_share(const std::string& text, const std::string& where) {
  const bool percent = text.ends_with("%");
  const char* end = text.data() + text.size() - (percent ? 1 : 0);
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || !(value >= 0) || value > (percent ? 1e4 : 1e2))
    throw UsageError(where + " " + backquoted(text) + " is no share; write 5% or 0.05");
  return percent ? value / 100 : value;
}

// NAME[:higher-is-better][:TOLERANCE]
CheckedMetric read_metric(const std::string& text, double tolerance) {
  CheckedMetric metric{"", false, tolerance};
  std::size_t begin = 0;
  for (bool first = true; begin <= text.size(); first = false) {
    const std::size_t end = std::min(text.find(':', begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    if (first)
      metric.name = part;
    else if (part == "higher-is-better")
      metric.higher_is_better = true;
    else
      metric.tolerance = read_share(part, "--metric " + metric.name + ":");
    begin = end + 1;
  }
  if (metric.name.empty())
    throw UsageError("--metric lacks a name; write a field of the result, such as messages.sent");
  const auto found = find_path(metric.name, names_of_protocols());
  if (const auto* mistake = std::get_if<PathMistake>(&found))
    throw UsageError("--metric " + backquoted(metric.name) + ": " + describe_mistake(*mistake));
  const NamedField& named = std::get<NamedField>(found);
  if (named.kind > FieldKind::share)
    throw UsageError("--metric " + backquoted(metric.name) +
                     " is no number; name a field that is one, such as messages.sent");
  if (named.field->better == Better::higher) metric.higher_is_better = true;
  return metric;
}

po::options_description own_options() {
  auto options = no_options();
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  options.add_options()                                                                     //
      ("baseline", text("FILE"), "what runs are compared with; JSON, for version control")  //
      ("update", "write the baseline instead; not if an expectation fails")                 //
      ("tolerance", text("5%"), "changes below it are no regressions (default: 2%)")        //
      ("metric", po::value<std::vector<std::string>>()->composing()->value_name("NAME[:higher-is-better][:TOLERANCE]"),
       "a numeric field of the result; repeatable; instead of the metrics below")  //
      ("junit", text("FILE"), "write a report for CI servers")                     //
      ("markdown", text("FILE"), "write a report for a pull request's comment")    //
      ("report", text("FILE.html"),
       "write the page of `report` with what this check found: of the store, or without --results of these runs "
       "alone")  //
      ("help,h", "this text");
  options.add(shared_options("as `run` has them"));
  return options;
}

void refuse_options_of_run(const std::vector<std::string>& words) {
  for (const std::string& word : words)
    for (const char* name : {"--format", "--trace", "--check-determinism"})
      if (word == name || word.starts_with(std::string(name) + "="))
        throw UsageError("`check` has no option " + backquoted(name) + "; use `run` for that");
}

void print_help(const std::string& launcher) {
  std::cout << "usage: " << launcher
            << " check SCENARIO... --baseline FILE [OPTIONS]\n\n"
               "Runs the scenarios and compares each metric with the baseline by pairs of equal seed.\n\n"
            << own_options() << "\nMetrics unless --metric names others:\n  ";
  const char* separator = "";
  for (const CheckedMetric& metric : default_metrics(0)) {
    std::cout << separator << metric.name;
    separator = ", ";
  }
  std::cout << ".\n\nA regression is worse by the tolerance or more, and not by chance: sign-flip\n"
               "permutation tests of all metrics together, at most 0.5 % false alarms over the whole check.\n"
               "Where all runs of the baseline converged, or lost no write, one that does not is always a\n"
               "regression. Runs of equal run_hash are equal and need no statistics.\n\n"
               "exit status: 0 no regression; 1 a regression, or an expectation failed; 2 too few seeds to tell, or\n"
               "an inconclusive run; 254 the command line, a scenario or the baseline is wrong; 255 a run crashed\n";
}

}  // namespace

CheckOptions read_check_options(const Arguments& arguments) {
  refuse_options_of_run(arguments.words);
  const auto given = read_words("check", arguments.words, own_options(), "scenario");
  CheckOptions options;
  if (given.count("help") != 0) {
    print_help(arguments.launcher);
    options.help = true;
    return options;
  }
  const auto tolerance_text = text_of(given, "tolerance");
  const double tolerance = tolerance_text ? read_share(*tolerance_text, "--tolerance") : 0.02;
  for (const std::string& text : texts_of(given, "metric")) options.metrics.push_back(read_metric(text, tolerance));
  options.usual_metrics = options.metrics.empty();
  if (options.usual_metrics) options.metrics = default_metrics(tolerance);
  options.junit = text_of(given, "junit");
  options.markdown = text_of(given, "markdown");
  options.update = given.count("update") != 0;
  const auto baseline = text_of(given, "baseline");
  if (!baseline) throw UsageError("`check` needs --baseline FILE; the first time with --update, which writes it");
  options.baseline = *baseline;
  options.run = read_shared_options(given, arguments, "check");
  options.run.format = Format::none;
  options.run.report = text_of(given, "report");
  return options;
}

}  // namespace hearsay
