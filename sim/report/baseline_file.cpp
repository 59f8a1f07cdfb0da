// Baselines as files.
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <tuple>

#include "sim/core/files.hpp"
#include "sim/core/text.hpp"
#include "sim/report/baseline_lines.hpp"
#include "sim/report/statistics.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

constexpr int baseline_format = 1;

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

BaselineRun run_of(const Json& json) {
  BaselineRun run{json.at("seed"), json.at("run_hash"), json.at("converged"), json.at("lost_writes"), {}};
  for (const Json& value : json.at("values")) run.values.push_back(value_of(value));
  return run;
}

// Without its runs.
BaselineEntry entry_of(const Json& json) {
  BaselineEntry entry;
  entry.scenario = json.at("scenario");
  for (const auto& item : json.at("case").items()) entry.case_values.emplace_back(item.key(), item.value());
  entry.content = json.at("content");
  entry.text = json.value("text", "");
  entry.protocol = json.at("protocol");
  entry.label = json.at("label");
  entry.params = json.at("params");
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
    for (std::size_t k = 0; k < sorted[i]->runs.size(); ++k) {
      text += k == 0 ? "\n" : ",\n";
      append_run_line(text, sorted[i]->runs[k]);
    }
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

// Takes the runs out of a baseline while it is read: as parts of its tree, a million of them would be gigabytes.
class RunReader {
 public:
  struct Entry {
    std::size_t end = 0;   // behind its last run
    bool complete = true;  // each of its runs is one
  };

  // As the parser calls it; false: what was read is not kept in the tree.
  bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::key && depth == key_of_entry) in_runs_ = parsed == "runs";
    if (event == Json::parse_event_t::object_end && depth == run_depth && in_runs_) {
      read(parsed);
      return false;
    }
    if (event == Json::parse_event_t::object_end && depth == entry_depth) {
      const auto left = parsed.find("runs");
      entries.push_back({runs.size(), left != parsed.end() && left->is_array() && left->empty()});
    }
    return true;
  }

  std::vector<BaselineRun> runs;  // of all entries
  std::vector<Entry> entries;
  std::optional<std::size_t> broken;  // the first of the runs that lacks something

 private:
  static constexpr int entry_depth = 2, key_of_entry = 3, run_depth = 4;

  void read(const Json& json) {
    try {
      runs.push_back(run_of(json));
    } catch (const Json::exception&) {
      if (!broken) broken = runs.size();
      runs.emplace_back();
    }
  }

  bool in_runs_ = false;
};

Json parse_json(const std::string& text, const std::string& file, RunReader& runs) {
  if (text.find_first_not_of(" \t\r\n") == std::string::npos)
    refuse(file, text, 0, "the baseline is empty; write it with --update");
  try {
    return Json::parse(text, std::ref(runs));
  } catch (const Json::parse_error& error) {
    const std::size_t byte = error.byte > 0 ? error.byte - 1 : 0;
    if (text.front() != '{') refuse(file, text, 0, no_baseline);
    refuse(file, text, byte,
           byte >= text.size() ? std::string("the baseline breaks off") + damaged
                               : std::string("the baseline is no JSON from here on") + damaged);
  }
}

[[noreturn]] void refuse_form(const std::string& file, std::string_view text, std::size_t byte) {
  refuse(file, text, byte, std::string("the baseline lacks something here, or has it in another form") + damaged);
}

// Moves the runs of an entry into it; `first`: the number of its first.
void add_runs(BaselineEntry& entry, RunReader& read, std::size_t first, const RunReader::Entry& which,
              std::size_t metrics, const std::string& text, const std::string& file) {
  if (!which.complete || (read.broken && *read.broken < which.end))
    refuse_form(file, text, place_of_run(text, read.broken && *read.broken < which.end ? *read.broken : first));
  for (std::size_t i = first; i < which.end; ++i) {
    if (const std::size_t values = read.runs[i].values.size(); values != metrics)
      refuse(
          file, text, place_of_run(text, i),
          "this run has " + std::to_string(values) + " values for " + std::to_string(metrics) + " metrics" + damaged);
    entry.runs.push_back(std::move(read.runs[i]));
  }
  sort_by_seed(entry.runs);
}

Baseline parse(const std::string& text, const std::string& file) {
  RunReader read;
  const Json json = parse_json(text, file, read);
  if (!json.is_object() || !json.contains("format")) refuse(file, text, 0, no_baseline);
  if (json.at("format") != baseline_format)
    refuse(file, text, text.find("\"format\""),
           "a baseline of format " + json.at("format").dump() + ", and this program reads " +
               std::to_string(baseline_format) + "; use the program that wrote it, or regenerate it with --update");
  std::size_t runs = 0;
  try {
    Baseline baseline{json.at("program"), json.at("metrics"), {}};
    const Json& entries = json.at("entries");
    for (std::size_t i = 0; i < entries.size(); ++i) {
      baseline.entries.push_back(entry_of(entries.at(i)));
      add_runs(baseline.entries.back(), read, runs, read.entries.at(i), baseline.metrics.size(), text, file);
      runs = read.entries[i].end;
    }
    return baseline;
  } catch (const Json::exception&) {
    refuse_form(file, text, json.contains("entries") ? place_of_run(text, runs) : 0);
  }
}

// The same of a file as write_baseline() leaves it, many times faster. Nothing for any other: parse() reads it, or says
// what is wrong with it.
std::optional<Baseline> parse_lines(const std::string& text) try {
  std::optional<RunLines> lines = take_run_lines(text);
  if (!lines) return std::nullopt;
  const Json json = Json::parse(lines->rest);
  if (json.at("format") != baseline_format) return std::nullopt;
  Baseline baseline{json.at("program"), json.at("metrics"), {}};
  const Json& entries = json.at("entries");
  if (entries.size() != lines->entries.size()) return std::nullopt;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    BaselineEntry& entry = baseline.entries.emplace_back(entry_of(entries.at(i)));
    if (const Json& runs = entries[i].at("runs"); !runs.is_array() || !runs.empty()) return std::nullopt;
    entry.runs = std::move(lines->entries[i]);
    for (const BaselineRun& run : entry.runs)
      if (run.values.size() != baseline.metrics.size()) return std::nullopt;
    sort_by_seed(entry.runs);
  }
  return baseline;
} catch (const Json::exception&) {
  return std::nullopt;
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

Baseline read_baseline(const std::string& file) {
  const std::string text = text_in(file);
  if (std::optional<Baseline> baseline = parse_lines(text)) return std::move(*baseline);
  return parse(text, file);
}

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
