#include "sim/cli/report_file.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>

#include "protocols/registry.hpp"
#include "sim/cli/plan.hpp"
#include "sim/cli/version.hpp"
#include "sim/cli/worker_pool.hpp"
#include "sim/core/files.hpp"
#include "sim/report/event_log.hpp"
#include "sim/report/explanation_text.hpp"
#include "sim/report/json.hpp"
#include "sim/report/report_data.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_map_bytes = 64'000'000;

// The instant (seconds) around which the diagram opens, and why there.
std::pair<double, std::string> focus_of(const Explanation& explanation) {
  const ExplainedWrite* worst = nullptr;
  for (const ExplainedWrite& write : explanation.writes)
    if (worst == nullptr || write.trouble < worst->trouble ||
        (write.trouble == worst->trouble && write.invoked_at < worst->invoked_at))
      worst = &write;
  constexpr const char* names[] = {"lost", "missing", "late"};
  if (worst != nullptr)
    return {worst->invoked_at, "the first write that is " + std::string(names[static_cast<int>(worst->trouble)]) +
                                   ": write " + std::to_string(worst->write)};
  if (!explanation.faults.empty()) return {explanation.faults.front().record.at, "the first fault"};
  return {0, ""};
}

std::string look_inside(const std::string& store, std::int64_t id, std::size_t messages) {
  const StoredRerun rerun(store, id);
  const std::uint32_t nodes = rerun.which().scenario->nodes;
  const ProtocolInfo* protocol = find_protocol(rerun.which().entry().name);
  if (protocol == nullptr) throw UsageError("its protocol is not there");
  Explainer explainer(nodes);
  EventLog log(nodes, protocol->messages);
  const RunResult result = rerun.run({&explainer, &log});
  const Explanation explanation = explainer.explain();
  const auto [focus, why] = focus_of(explanation);
  Json inside = log.json(messages, focus);
  inside["run"] = id;
  inside["focus_us"] = static_cast<std::int64_t>(focus * 1e6);
  inside["focus"] = why;
  inside["faults"] = to_json(result).at("faults");
  inside["explanation"] = explanation_text(explanation, result);
  Json lit = nullptr;
  for (const ExplainedWrite& write : explanation.writes)
    if (lit.is_null() && write.invoked_at == focus) lit = write.write;
  inside["write"] = lit;
  return inside.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Each in a process of its own. A run that this program cannot repeat is a note in the page, not an end of the report.
Json inside_of(const std::string& store, const std::vector<std::int64_t>& ids, std::size_t messages) {
  Json all = Json::array();
  std::map<std::size_t, Json> looks;
  Pool pool;
  pool.job = [&](std::size_t index, const JobLine&) { return look_inside(store, ids[index], messages); };
  pool.finished = [&](std::size_t index, const WorkerReport& report) {
    if (report.completed) {
      looks[index] = Json::parse(report.text);
      return;
    }
    looks[index] = {{"run", ids[index]}, {"problem", report.text}};
    std::cerr << "hearsay: run " << ids[index] << " is not shown from inside: " << report.text << "\n";
  };
  if (!run_pool(pool, ids.size())) throw std::runtime_error("interrupted; the report is not written");
  for (auto& [index, look] : looks) all.push_back(std::move(look));
  return all;
}

// One map of a file is as much as the page needs of it.
bool is_map(const Json& map) {
  const auto has = [&map](const char* name, Json::value_t type) {
    const auto it = map.find(name);
    return it != map.end() && it->type() == type;
  };
  for (const char* name : {"scenario", "label", "fault", "metric", "rows_are"})
    if (!has(name, Json::value_t::string)) return false;
  for (const char* name : {"rows", "times_s", "cells"})
    if (!has(name, Json::value_t::array)) return false;
  return map["cells"].size() == map["rows"].size() * map["times_s"].size() &&
         std::all_of(map["cells"].begin(), map["cells"].end(), [](const Json& cell) { return cell.is_object(); });
}

std::string command_of(const std::string& command, const Arguments& arguments) {
  std::string text = shell_quoted(arguments.launcher) + " " + command;
  for (const std::string& word : arguments.words) text += " " + shell_quoted(word);
  for (const std::string& plugin : arguments.plugins) text += " --plugin " + shell_quoted(plugin);
  for (const std::string& word : arguments.simgrid) text += " " + shell_quoted(word);
  return text;
}

}  // namespace

void check_report_file(const std::string& option, const std::string& file) {
  try {
    check_writable(file);
  } catch (const FileError& error) {
    throw UsageError(option + " " + file + ": " + error.what());
  }
}

void write_html_report(const HtmlReport& report) {
  const auto acknowledges = [](const std::string& name) {
    const ProtocolInfo* info = find_protocol(name);
    return info == nullptr ? std::string() : info->acknowledges;
  };
  Json data = report_data(
      {report.store, version(), report.command, acknowledges, report.temporary, report.most_runs, report.runs});
  data["check"] = report.check;
  data["maps"] = report.maps;
  std::vector<std::int64_t> ids = report.runs;
  if (report.messages > 0 && ids.empty())
    if (const std::int64_t id = run_to_look_into(data); id != 0) ids.push_back(id);
  if (report.messages > 0) data["inside"] = inside_of(report.store, ids, report.messages);
  try {
    write_file(report.file, html_page(data));
  } catch (const FileError& error) {
    throw std::runtime_error("the report " + report.file + ": " + error.what());
  }
}

Json read_maps(const std::string& file) {
  Json maps;
  try {
    maps = Json::parse(read_file(file, most_map_bytes));
  } catch (const FileError& error) {
    throw UsageError("--map " + file + ": " + error.what());
  } catch (const Json::exception&) {
    maps = nullptr;
  }
  if (!maps.is_array() || maps.empty() ||
      !std::all_of(maps.begin(), maps.end(), [](const Json& map) { return map.is_object() && is_map(map); }))
    throw UsageError("--map " + file + " is no map; name the .json file that `map SCENARIO -o DIR` writes");
  return maps;
}

ReportOfBatch::ReportOfBatch(RunCommandOptions& options, const std::string& command, const Arguments& arguments) {
  if (!options.report) return;
  report_.file = *options.report;
  quiet_ = options.quiet;
  std::vector<std::string> inputs = options.files;
  if (options.results) inputs.push_back(*options.results);
  std::error_code ignored;
  for (const std::string& input : inputs)
    if (std::filesystem::equivalent(report_.file, input, ignored))
      throw UsageError("--report " + report_.file + " would overwrite " + input + "; name another file");
  check_report_file("--report", report_.file);
  report_.command = command_of(command, arguments);
  if (!options.results) {
    folder_ = std::make_unique<TemporaryFolder>("report");
    options.results = (folder_->path() / "runs.sqlite").string();
    report_.temporary = true;
  }
  report_.store = *options.results;
}

void ReportOfBatch::write(bool complete) {
  if (report_.file.empty()) return;
  if (!complete) report_.messages = 0;
  report_.check = std::move(check);
  report_.maps = std::move(maps);
  try {
    write_html_report(report_);
  } catch (const StoreError& error) {
    throw std::runtime_error("the report " + report_.file + ": " + error.what());
  }
  if (!quiet_) std::cerr << "report: wrote " << report_.file << "\n";
}

}  // namespace hearsay
