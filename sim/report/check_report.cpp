#include "sim/report/check_report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"
#include "sim/report/figures_text.hpp"
#include "sim/report/table.hpp"

namespace hearsay {
namespace {

using Cells = std::vector<std::vector<std::string>>;

constexpr std::size_t told_seeds = 3;

bool bad(const MetricJudgement& j) {
  return j.judgement == Judgement::regression || j.judgement == Judgement::undecided;
}

std::string number(const std::optional<double>& value) {
  if (!value) return "-";
  if (std::isinf(*value)) return "never";
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.5g", *value);
  return buffer;
}

std::string percent(double share, int digits) {
  if (std::isinf(share)) return share > 0 ? "never" : "no longer never";
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%+.*f", digits, 100 * share);
  return std::string(buffer);
}

std::string change_text(const MetricJudgement& j) {
  if (!j.change) return "-";
  return percent(*j.change, 1) + (std::isinf(*j.change) ? "" : " %");
}

std::string interval_text(const MetricJudgement& j) {
  if (!j.interval) return "-";
  const bool unit = std::isfinite(j.interval->low) || std::isfinite(j.interval->high);
  return "[" + percent(j.interval->low, 1) + ", " + percent(j.interval->high, 1) + (unit ? "] %" : "]");
}

Cells cells(const std::vector<MetricJudgement>& judgements) {
  Cells all{{"scenario", "protocol", "metric", "old", "new", "change", "95 % interval", "verdict"}};
  for (const MetricJudgement& j : judgements) {
    const bool whole = j.judgement == Judgement::identical;
    all.push_back({entry_name(*j.entry), j.entry->label, whole ? "(every event)" : j.metric, number(j.old_mean),
                   number(j.new_mean), change_text(j), interval_text(j), name_of(j.judgement)});
  }
  return all;
}

std::string headline(const MetricJudgement& j) {
  return name_of(j.judgement) + ": " + entry_name(*j.entry) + ", " + j.entry->label + ", " + j.metric + ": " + j.reason;
}

// The worst of the seeds, at most told_seeds.
std::vector<std::uint64_t> first_seeds(const MetricJudgement& j) {
  std::vector<std::uint64_t> seeds = j.worse_seeds;
  if (seeds.size() > told_seeds) seeds.resize(told_seeds);
  return seeds;
}

std::string seed_list(const MetricJudgement& j) {
  std::string text;
  for (const std::uint64_t seed : j.worse_seeds) text += (text.empty() ? "" : ", ") + std::to_string(seed);
  return text.empty() ? "none" : text;
}

// `quotes`: in an attribute.
std::string xml(const std::string& text) {
  std::string out;
  for (const char c : printable(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string workflow(const std::string& text, bool property) {
  std::string out;
  for (const char c : text) {
    if (c == '%')
      out += "%25";
    else if (c == '\r')
      out += "%0D";
    else if (c == '\n')
      out += "%0A";
    else if (property && c == ':')
      out += "%3A";
    else if (property && c == ',')
      out += "%2C";
    else
      out += c;
  }
  return out;
}

std::string headline(const FailedRun& run) {
  std::string text = run.verdict + ": " + run.scenario + ", " + run.label + ", seed " + std::to_string(run.seed);
  for (const std::string& reason : run.reasons) text += (&reason == &run.reasons.front() ? ": " : "; ") + reason;
  return text;
}

std::string junit_case(const FailedRun& run) {
  std::string reasons;
  for (const std::string& reason : run.reasons) reasons += (reasons.empty() ? "" : "; ") + reason;
  return "<testcase classname=\"" + xml(run.scenario + "." + run.label) + "\" name=\"run with seed " +
         std::to_string(run.seed) + "\"><failure type=\"" + xml(run.verdict) + "\" message=\"" + xml(reasons) + "\">" +
         xml(run.command) + "</failure></testcase>\n";
}

std::string counted_runs(std::size_t n) { return std::to_string(n) + (n == 1 ? " run" : " runs"); }

}  // namespace

std::string entry_name(const BaselineEntry& entry) {
  std::string text = entry.scenario;
  for (const auto& [path, value] : entry.case_values) text += " " + path + "=" + value;
  return text;
}

std::string check_table(const std::vector<MetricJudgement>& judgements) { return lay_out(cells(judgements)); }

std::string check_details(const std::vector<MetricJudgement>& judgements, const Replay& replay) {
  std::string out;
  for (const MetricJudgement& j : judgements) {
    if (!bad(j)) continue;
    out += "\n" + printable(headline(j)) + "\n  worse seeds, the worst first: " + seed_list(j) + "\n";
    for (const std::uint64_t seed : first_seeds(j)) out += "  again: " + replay(*j.entry, seed) + "\n";
  }
  return out;
}

std::string check_markdown(const std::vector<MetricJudgement>& judgements, const std::vector<FailedRun>& failed,
                           const Replay& replay) {
  Cells all = cells(judgements);
  for (auto& row : all)
    for (std::string& cell : row) cell = markdown_cell(cell);
  const auto worst = std::max_element(judgements.begin(), judgements.end(),
                                      [](const auto& a, const auto& b) { return a.judgement < b.judgement; });
  const bool well = worst == judgements.end() || !bad(*worst);
  std::string out = std::string("### Convergence: ") + (well ? "no regression" : name_of(worst->judgement)) +
                    (failed.empty() ? "" : ", " + counted_runs(failed.size()) + " did not pass") + "\n\n" +
                    markdown_table(all, {0, 1, 2, 7});
  for (const FailedRun& run : failed) out += "\n**" + markdown_cell(headline(run)) + "**\n\n    " + run.command + "\n";
  for (const MetricJudgement& j : judgements) {
    if (!bad(j)) continue;
    out += "\n**" + markdown_cell(headline(j)) + "**  \nWorse seeds: " + seed_list(j) + "\n\n";
    for (const std::uint64_t seed : first_seeds(j)) out += "    " + replay(*j.entry, seed) + "\n";
  }
  return out;
}

std::string check_junit(const std::vector<MetricJudgement>& judgements, const std::vector<FailedRun>& failed,
                        const Replay& replay) {
  const auto regressions = static_cast<std::size_t>(std::count_if(judgements.begin(), judgements.end(), bad));
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"hearsay check\" tests=\"" +
      std::to_string(judgements.size() + failed.size()) + "\" failures=\"" +
      std::to_string(regressions + failed.size()) + "\">\n";
  for (const FailedRun& run : failed) out += junit_case(run);
  for (const MetricJudgement& j : judgements) {
    out += "<testcase classname=\"" + xml(entry_name(*j.entry) + "." + j.entry->label) + "\" name=\"" +
           xml(j.metric.empty() ? "every event" : j.metric) + "\"";
    if (!bad(j)) {
      out += "/>\n";
      continue;
    }
    out += "><failure type=\"" + xml(name_of(j.judgement)) + "\" message=\"" + xml(j.reason) + "\">" +
           xml("old " + number(j.old_mean) + ", new " + number(j.new_mean) + ", change " + change_text(j) + " " +
               interval_text(j));
    for (const std::uint64_t seed : first_seeds(j)) out += "\n" + xml(replay(*j.entry, seed));
    out += "</failure></testcase>\n";
  }
  return out + "</testsuite>\n</testsuites>\n";
}

nlohmann::ordered_json check_json(const std::vector<MetricJudgement>& judgements, const Replay& replay) {
  using Json = nlohmann::ordered_json;
  const Cells all = cells(judgements);
  Json rows = Json::array();
  auto worst = Judgement::identical;
  for (std::size_t i = 0; i < judgements.size(); ++i) {
    const MetricJudgement& j = judgements[i];
    worst = std::max(worst, j.judgement);
    Json texts = Json::array(), again = Json::array();
    for (const std::string& cell : all[i + 1]) texts.push_back(valid_utf8(cell));
    if (bad(j))
      for (const std::uint64_t seed : first_seeds(j)) again.push_back(valid_utf8(replay(*j.entry, seed)));
    rows.push_back({{"cells", std::move(texts)},
                    {"bad", bad(j)},
                    {"reason", j.reason},
                    {"seeds", bad(j) ? seed_list(j) : ""},
                    {"again", std::move(again)}});
  }
  const char* verdict = worst == Judgement::regression  ? "regression"
                        : worst == Judgement::undecided ? "undecided"
                                                        : "no regression";
  return {{"verdict", verdict}, {"columns", all.front()}, {"rows", std::move(rows)}};
}

std::string check_annotations(const std::vector<MetricJudgement>& judgements, const std::vector<FailedRun>& failed,
                              const std::function<std::string(const BaselineEntry&)>& file) {
  std::string out;
  for (const FailedRun& run : failed)
    out += std::string(run.verdict == "inconclusive" ? "::warning" : "::error") +
           " file=" + workflow(printable(run.file), true) +
           ",title=hearsay check::" + workflow(printable(headline(run)), false) + "\n";
  for (const MetricJudgement& j : judgements)
    if (bad(j))
      out += std::string(j.judgement == Judgement::regression ? "::error" : "::warning") +
             " file=" + workflow(printable(file(*j.entry)), true) +
             ",title=hearsay check::" + workflow(printable(headline(j)), false) + "\n";
  return out;
}

}  // namespace hearsay
