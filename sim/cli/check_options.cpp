#include "sim/cli/check_options.hpp"

#include <algorithm>
#include <charconv>
#include <iostream>

#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

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
  if (metric.name == "converged") metric.higher_is_better = true;
  const std::string top = metric.name.substr(0, metric.name.find('.'));
  const auto& fields = result_fields();
  if (top != "bytes_per_op" && std::find(fields.begin(), fields.end(), top) == fields.end())
    throw UsageError("--metric " + backquoted(metric.name) + " is no field of the result" +
                     hint(top, fields, "fields"));
  return metric;
}

// Takes `--name VALUE` and `--name=VALUE` out of the words.
std::vector<std::string> take_values(std::vector<std::string>& words, const std::string& name) {
  std::vector<std::string> values;
  for (std::size_t i = 0; i < words.size();) {
    if (words[i].starts_with(name + "=")) {
      values.push_back(words[i].substr(name.size() + 1));
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(i));
    } else if (words[i] == name) {
      if (i + 1 == words.size()) throw UsageError(name + " lacks a value; `check --help` tells the options");
      values.push_back(words[i + 1]);
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(i), words.begin() + static_cast<std::ptrdiff_t>(i) + 2);
    } else {
      ++i;
    }
  }
  return values;
}

std::optional<std::string> take_value(std::vector<std::string>& words, const std::string& name) {
  const auto values = take_values(words, name);
  if (values.size() > 1) throw UsageError(name + " is given twice");
  return values.empty() ? std::nullopt : std::optional(values.front());
}

bool take_flag(std::vector<std::string>& words, const std::string& name) { return std::erase(words, name) > 0; }

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
               "options\n"
               "  --baseline FILE         what runs are compared with; JSON, for version control\n"
               "  --update                write the baseline instead; not if an expectation fails\n"
               "  --tolerance 5%          changes below it are no regressions (default: 2%)\n"
               "  --metric NAME[:higher-is-better][:TOLERANCE]\n"
               "                          a field of the result, or bytes_per_op, instead of: converged,\n"
               "                          convergence_time_s, stable_latency_s.p99, messages.per_op, bytes_per_op,\n"
               "                          lost_writes; repeatable\n"
               "  --junit FILE            write a report for CI servers\n"
               "  --markdown FILE         write a report for a pull request's comment\n"
               "  --protocol, --seeds, --set, --jobs, --results, --force, --quiet    as `run` has them\n"
               "  -h [ --help ]           this text\n\n"
               "A regression is worse by the tolerance or more, and not by chance: Wilcoxon's one-sided signed-rank\n"
               "test, at most 1 % false alarms over the whole check. A run that no longer converges and a newly lost\n"
               "write are regressions always. Equal runs are told by their run_hash and need no statistics.\n\n"
               "exit status: 0 no regression; 1 a regression, or an expectation failed; 2 too few seeds to tell, or\n"
               "an inconclusive run; 254 the command line, a scenario or the baseline is wrong; 255 a run crashed\n";
}

}  // namespace

CheckOptions read_check_options(const Arguments& arguments) {
  CheckOptions options;
  Arguments rest = arguments;
  if (take_flag(rest.words, "--help") || take_flag(rest.words, "-h")) {
    print_help(arguments.launcher);
    options.help = true;
    return options;
  }
  const auto baseline = take_value(rest.words, "--baseline");
  const auto tolerance_text = take_value(rest.words, "--tolerance");
  const double tolerance = tolerance_text ? read_share(*tolerance_text, "--tolerance") : 0.02;
  for (const std::string& text : take_values(rest.words, "--metric"))
    options.metrics.push_back(read_metric(text, tolerance));
  if (options.metrics.empty()) options.metrics = default_metrics(tolerance);
  options.junit = take_value(rest.words, "--junit");
  options.markdown = take_value(rest.words, "--markdown");
  options.update = take_flag(rest.words, "--update");
  refuse_options_of_run(rest.words);
  if (!baseline) throw UsageError("`check` needs --baseline FILE; the first time with --update, which writes it");
  options.baseline = *baseline;
  options.run = read_run_options(rest, "check");
  options.run.format = Format::none;
  return options;
}

}  // namespace hearsay
