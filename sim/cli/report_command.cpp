// `report`: one HTML file of a store of runs.
#include <charconv>
#include <filesystem>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "protocols/registry.hpp"
#include "sim/cli/options.hpp"
#include "sim/cli/report_file.hpp"
#include "sim/cli/rerun.hpp"
#include "sim/cli/version.hpp"
#include "sim/cli/worker_pool.hpp"
#include "sim/core/files.hpp"
#include "sim/report/event_log.hpp"
#include "sim/report/explanation_text.hpp"
#include "sim/report/report_data.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

namespace po = boost::program_options;
using Json = nlohmann::ordered_json;

po::options_description report_options() {
  auto options = no_options();
  options.add_options()                                                                       //
      ("output,o", po::value<std::string>()->value_name("FILE.html"), "the page (required)")  //
      ("run", po::value<std::vector<std::string>>()->composing()->value_name("N"),
       "show this run from inside; repeatable (default: the first that did not pass, else one)")  //
      ("messages", po::value<std::string>()->value_name("N"),
       "show at most so many messages of a run from inside (default: 100000; 0: no run from inside)")  //
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

std::string quoted_word(const std::string& word) {
  if (word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./") == std::string::npos)
    return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
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
  Json data = report_data({report.store, version(), report.command, acknowledges});
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
  HtmlReport report{stores.front(), text_of(given, "output").value_or("")};
  if (report.file.empty()) throw UsageError("`report` needs the name of the page: -o FILE.html");
  std::error_code ignored;
  if (std::filesystem::equivalent(report.file, report.store, ignored))
    throw UsageError("-o " + report.file + " would overwrite the store; name another file");
  check_report_file("-o", report.file);
  for (const std::string& text : texts_of(given, "run"))
    report.runs.push_back(static_cast<std::int64_t>(read_number("--run", text)));
  if (const auto text = text_of(given, "messages")) report.messages = read_number("--messages", *text);
  report.command = arguments.launcher + " report " + quoted_word(report.store) + " -o " + quoted_word(report.file);
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
