#include "sim/report/baseline.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>

#include "sim/report/json.hpp"
#include "sim/report/text.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

constexpr int baseline_format = 1;
constexpr double infinity = std::numeric_limits<double>::infinity();

BaselineValue number_at(const FieldLookup& field, const std::string& path) {
  const auto value = field(path);
  if (!value) return std::nullopt;
  if (const bool* flag = std::get_if<bool>(&*value)) return *flag ? 1 : 0;
  if (const double* number = std::get_if<double>(&*value)) return *number;
  throw BaselineError("the metric " + path + " is text; a metric must be a number");
}

Json to_json(const BaselineValue& value) {
  if (!value) return nullptr;
  return std::isinf(*value) ? Json("never") : Json(*value);
}

BaselineValue value_of(const Json& json) {
  if (json.is_null()) return std::nullopt;
  if (json == "never") return infinity;
  return json.get<double>();
}

Json header_of(const BaselineEntry& entry) {
  Json values = Json::object();
  for (const auto& [path, value] : entry.case_values) values[valid_utf8(path)] = valid_utf8(value);
  return {{"scenario", valid_utf8(entry.scenario)},
          {"case", std::move(values)},
          {"content", entry.content},
          {"protocol", valid_utf8(entry.protocol)},
          {"label", valid_utf8(entry.label)},
          {"params", valid_utf8(entry.params)}};
}

Json to_json(const BaselineRun& run) {
  Json values = Json::array();
  for (const BaselineValue& value : run.values) values.push_back(to_json(value));
  return {{"seed", run.seed},
          {"run_hash", run.run_hash},
          {"converged", run.converged},
          {"lost_writes", run.lost_writes},
          {"values", std::move(values)}};
}

BaselineEntry entry_of(const Json& json) {
  BaselineEntry entry;
  entry.scenario = json.at("scenario");
  for (const auto& item : json.at("case").items()) entry.case_values.emplace_back(item.key(), item.value());
  entry.content = json.at("content");
  entry.protocol = json.at("protocol");
  entry.label = json.at("label");
  entry.params = json.at("params");
  for (const Json& run : json.at("runs")) {
    entry.runs.push_back({run.at("seed"), run.at("run_hash"), run.at("converged"), run.at("lost_writes"), {}});
    for (const Json& value : run.at("values")) entry.runs.back().values.push_back(value_of(value));
  }
  return entry;
}

bool before(const BaselineEntry& a, const BaselineEntry& b) {
  return std::tie(a.scenario, a.case_values, a.label) < std::tie(b.scenario, b.case_values, b.label);
}

std::string text_of(const Baseline& baseline) {
  std::vector<const BaselineEntry*> sorted;
  for (const BaselineEntry& entry : baseline.entries) sorted.push_back(&entry);
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return before(*a, *b); });
  std::string text = "{\n\"format\": " + std::to_string(baseline_format) +
                     ",\n\"program\": " + Json(baseline.program).dump() +
                     ",\n\"metrics\": " + Json(baseline.metrics).dump() + ",\n\"entries\": [";
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    std::string head = header_of(*sorted[i]).dump();
    head.pop_back();  // its brace closes after the runs
    text += (i == 0 ? "\n" : ",\n") + head + ",\"runs\": [";
    for (std::size_t k = 0; k < sorted[i]->runs.size(); ++k)
      text += (k == 0 ? "\n" : ",\n") + std::string("  ") + to_json(sorted[i]->runs[k]).dump();
    text += "\n]}";
  }
  return text + "\n]\n}\n";
}

Baseline parse(const std::string& text, const std::string& file) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("format")) throw BaselineError(file + " is no baseline of hearsay's");
  if (json.at("format") != baseline_format)
    throw BaselineError(file + " is a baseline of another format; write it again with --update");
  try {
    Baseline baseline{json.at("program"), json.at("metrics"), {}};
    for (const Json& entry : json.at("entries")) baseline.entries.push_back(entry_of(entry));
    for (const BaselineEntry& entry : baseline.entries)
      for (const BaselineRun& run : entry.runs)
        if (run.values.size() != baseline.metrics.size()) throw BaselineError(file + " is damaged: values are missing");
    return baseline;
  } catch (const Json::exception&) {
    throw BaselineError(file + " is damaged; write it again with --update");
  }
}

}  // namespace

BaselineValue metric_value(const Json& result, const std::string& metric) {
  const FieldLookup field = lookup_in(result);
  if (metric == "bytes_per_op") {
    const BaselineValue bytes = number_at(field, "messages.bytes");
    const BaselineValue operations = number_at(field, "operations.attempted");
    return bytes && operations && *operations > 0 ? BaselineValue(*bytes / *operations) : std::nullopt;
  }
  const BaselineValue value = number_at(field, metric);
  if (value) return value;
  const bool never_came = metric == "convergence_time_s"
                         ? number_at(field, "converged") == 0
                         : metric.starts_with("stable_latency_s.") && number_at(field, "never_stable").value_or(0) > 0;
  return never_came ? BaselineValue(infinity) : std::nullopt;
}

void add_run(Baseline& baseline, const BaselineEntry& which, const Json& result) {
  auto entry = std::find_if(baseline.entries.begin(), baseline.entries.end(), [&](const BaselineEntry& e) {
    return e.scenario == which.scenario && e.case_values == which.case_values && e.label == which.label;
  });
  if (entry == baseline.entries.end()) {
    entry = baseline.entries.insert(baseline.entries.end(), which);
    entry->runs.clear();
  }
  BaselineRun run{result.at("seed"), result.at("run_hash"), result.at("converged"), result.at("lost_writes"), {}};
  for (const std::string& metric : baseline.metrics) run.values.push_back(metric_value(result, metric));
  const auto place = std::lower_bound(entry->runs.begin(), entry->runs.end(), run.seed,
                                      [](const BaselineRun& r, std::uint64_t seed) { return r.seed < seed; });
  if (place != entry->runs.end() && place->seed == run.seed) return;  // the same run, asked for twice
  entry->runs.insert(place, std::move(run));
}

const BaselineEntry* find_entry(const Baseline& baseline, const BaselineEntry& which) {
  for (const BaselineEntry& entry : baseline.entries)
    if (entry.scenario == which.scenario && entry.case_values == which.case_values && entry.label == which.label)
      return &entry;
  return nullptr;
}

Baseline read_baseline(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw BaselineError("cannot read the baseline " + file + "; write one with --update");
  return parse({std::istreambuf_iterator<char>(in), {}}, file);
}

void write_baseline(const Baseline& baseline, const std::string& file) {
  const std::string part = file + ".part";
  {
    std::ofstream out(part, std::ios::binary);
    out << text_of(baseline);
    out.close();
    if (!out) throw BaselineError("cannot write " + part);
  }
  if (std::rename(part.c_str(), file.c_str()) != 0) throw BaselineError("cannot write " + file);
}

}  // namespace hearsay
