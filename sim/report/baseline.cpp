#include "sim/report/baseline.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/core/files.hpp"
#include "sim/core/text.hpp"
#include "sim/metrics/field.hpp"
#include "sim/report/json.hpp"
#include "sim/report/statistics.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

constexpr int baseline_format = 1;

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
          {"text", valid_utf8(entry.text)},
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

// Of the first run whose seed is not below this one.
std::vector<BaselineRun>::const_iterator place_of(const std::vector<BaselineRun>& runs, std::uint64_t seed) {
  return std::lower_bound(runs.begin(), runs.end(), seed,
                          [](const BaselineRun& run, std::uint64_t wanted) { return run.seed < wanted; });
}

// Counts the runs that it has read.
BaselineEntry entry_of(const Json& json, std::size_t& runs) {
  BaselineEntry entry;
  entry.scenario = json.at("scenario");
  for (const auto& item : json.at("case").items()) entry.case_values.emplace_back(item.key(), item.value());
  entry.content = json.at("content");
  entry.text = json.value("text", "");
  entry.protocol = json.at("protocol");
  entry.label = json.at("label");
  entry.params = json.at("params");
  for (const Json& run : json.at("runs")) {
    entry.runs.push_back({run.at("seed"), run.at("run_hash"), run.at("converged"), run.at("lost_writes"), {}});
    for (const Json& value : run.at("values")) entry.runs.back().values.push_back(value_of(value));
    ++runs;
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

// FILE:LINE:COLUMN of a byte of the text, and what is wrong there.
[[noreturn]] void refuse(const std::string& file, std::string_view text, std::size_t byte, const std::string& what) {
  const std::string_view before = text.substr(0, std::min(byte, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t column = before.size() - (before.rfind('\n') + 1) + 1;  // npos + 1 is 0
  throw BaselineError(file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " + what);
}

constexpr const char* no_baseline = "this is no baseline of hearsay's; name the file that `check --update` wrote";
constexpr const char* damaged = "; take it from version control again, or regenerate it with --update";

// The byte where the n-th run is: each has its seed once.
std::size_t place_of_run(std::string_view text, std::size_t n) {
  std::size_t place = text.find("\"seed\"");
  for (; n > 0 && place != std::string_view::npos; --n) place = text.find("\"seed\"", place + 1);
  return std::min(place, text.size());
}

Json parse_json(const std::string& text, const std::string& file) {
  if (text.find_first_not_of(" \t\r\n") == std::string::npos)
    refuse(file, text, 0, "the baseline is empty; write it with --update");
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    const std::size_t byte = error.byte > 0 ? error.byte - 1 : 0;
    if (text.front() != '{') refuse(file, text, 0, no_baseline);
    refuse(file, text, byte,
           byte >= text.size() ? std::string("the baseline breaks off") + damaged
                               : std::string("the baseline is no JSON from here on") + damaged);
  }
}

Baseline parse(const std::string& text, const std::string& file) {
  const Json json = parse_json(text, file);
  if (!json.is_object() || !json.contains("format")) refuse(file, text, 0, no_baseline);
  if (json.at("format") != baseline_format)
    refuse(file, text, text.find("\"format\""),
           "a baseline of format " + json.at("format").dump() + ", and this program reads " +
               std::to_string(baseline_format) + "; use the program that wrote it, or regenerate it with --update");
  std::size_t runs = 0;
  try {
    Baseline baseline{json.at("program"), json.at("metrics"), {}};
    for (const Json& entry : json.at("entries")) {
      baseline.entries.push_back(entry_of(entry, runs));
      for (const BaselineRun& run : baseline.entries.back().runs)
        if (run.values.size() != baseline.metrics.size()) {
          const auto& all = baseline.entries.back().runs;
          runs -= all.size() - static_cast<std::size_t>(&run - all.data());
          refuse(file, text, place_of_run(text, runs),
                 "this run has " + std::to_string(run.values.size()) + " values for " +
                     std::to_string(baseline.metrics.size()) + " metrics" + damaged);
        }
      // As it was written, unless somebody has sorted or merged the lines in another way.
      auto& by_seed = baseline.entries.back().runs;
      std::stable_sort(by_seed.begin(), by_seed.end(),
                       [](const BaselineRun& a, const BaselineRun& b) { return a.seed < b.seed; });
    }
    return baseline;
  } catch (const Json::exception&) {
    refuse(file, text, json.contains("entries") ? place_of_run(text, runs) : 0,
           std::string("the baseline lacks something here, or has it in another form") + damaged);
  }
}

constexpr std::size_t most_baseline_bytes = 1'000'000'000;

std::string text_in(const std::string& file) {
  try {
    return read_file(file, most_baseline_bytes);
  } catch (const FileError& error) {
    throw BaselineError("the baseline " + file + ": " + error.what() + ", or write one with --update");
  }
}

}  // namespace

BaselineValue metric_value(const Json& result, const std::string& metric) {
  static const Field part;  // of what a path into a list or map names
  const Field* field = find_field(metric);
  return figure(field != nullptr ? *field : part, metric, lookup_in(result));
}

void add_run(Baseline& baseline, const BaselineEntry& which, const Json& result) {
  auto entry = std::find_if(baseline.entries.begin(), baseline.entries.end(), [&](const BaselineEntry& e) {
    return e.scenario == which.scenario && e.case_values == which.case_values && e.label == which.label;
  });
  if (entry == baseline.entries.end()) {
    entry = baseline.entries.insert(baseline.entries.end(), which);
    entry->runs.clear();
  }
  const Json& lost = result.at("lost_writes");  // null where nobody can know
  BaselineRun run{result.at("seed"),
                  result.at("run_hash"),
                  result.at("converged") != false,
                  lost.is_null() ? 0 : lost.get<std::uint64_t>(),
                  {}};
  for (const std::string& metric : baseline.metrics) run.values.push_back(metric_value(result, metric));
  const auto place = place_of(entry->runs, run.seed);
  if (place != entry->runs.end() && place->seed == run.seed) return;  // the same run, asked for twice
  entry->runs.insert(place, std::move(run));
}

const BaselineRun* run_of(const BaselineEntry& entry, std::uint64_t seed) {
  const auto place = place_of(entry.runs, seed);
  return place == entry.runs.end() || place->seed != seed ? nullptr : &*place;
}

const BaselineEntry* find_entry(const Baseline& baseline, const BaselineEntry& which) {
  for (const BaselineEntry& entry : baseline.entries)
    if (entry.scenario == which.scenario && entry.case_values == which.case_values && entry.label == which.label)
      return &entry;
  return nullptr;
}

Baseline read_baseline(const std::string& file) { return parse(text_in(file), file); }

void check_may_replace(const std::string& file) {
  try {
    check_regular_or_absent(file);
    check_writable(file);
  } catch (const FileError& error) {
    throw BaselineError("the baseline " + file + ": " + error.what());
  }
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return;
  const std::string text = text_in(file);
  if (text.empty()) return;
  if (text.substr(0, 4096).find("\"format\"") == std::string::npos)
    throw BaselineError(file + " is there and is no baseline of hearsay's, so it is not replaced; name another file");
}

void write_baseline(const Baseline& baseline, const std::string& file) {
  try {
    write_file(file, text_of(baseline));
  } catch (const FileError& error) {
    throw BaselineError("the baseline " + file + ": " + error.what());
  }
}

}  // namespace hearsay
