#include "sim/hunt/report.hpp"

#include <array>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/cli/lay_out.hpp"
#include "sim/core/text.hpp"

namespace hearsay::hunt {
namespace {

using Json = nlohmann::ordered_json;

std::string rounded(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), value < 10 ? "%.1f" : "%.0f", value);
  return text.data();
}

double rate_of(const HuntState& state) { return static_cast<double>(state.next_trial) / std::max(state.wall_s, 1e-3); }

std::string file_of(const HuntOptions& options, const Caught& c) {
  return (std::filesystem::path(options.output) / (c.name + ".yaml")).string();
}

std::string change(std::uint64_t before, std::uint64_t after) {
  return std::to_string(before) + " to " + std::to_string(after);
}

std::string plural(std::uint64_t count, const std::string& word) {
  return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
}

std::string xml(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (static_cast<unsigned char>(c) >= 0x20 || c == '\n')
      out += c;
  }
  return out;
}

std::string testcase(const std::string& of, const std::string& name, const std::string& failure) {
  const std::string head = "<testcase classname=\"" + xml(of) + "\" name=\"" + xml(name) + "\"";
  if (failure.empty()) return head + "/>\n";
  return head + "><failure message=\"" + xml(failure) + "\"/></testcase>\n";
}

}  // namespace

std::string hunt_table(const HuntOptions& options, const HuntState& state) {
  std::string text = "hunt: seed " + std::to_string(options.seed) + ", " + plural(state.next_trial, "trial") + " in " +
                     rounded(state.wall_s) + " s (" + rounded(rate_of(state)) + "/s)";
  if (state.invalid > 0) text += ", " + std::to_string(state.invalid) + " of them without a result";
  if (state.shrink_runs > 0) text += ", " + plural(state.shrink_runs, "run") + " for shrinking";
  text += ", " + plural(state.caught.size(), "distinct failure") + "\n";
  if (state.caught.empty()) return text;
  Rows rows{{"what breaks", "trials", "first", "faults", "operations", "nodes", "other seeds", "file"}};
  for (const Caught& c : state.caught)
    rows.push_back({printable(c.target) + ": " + c.oracle, std::to_string(c.times), std::to_string(c.first_trial),
                    change(c.before.faults, c.after.faults), change(c.before.operations, c.after.operations),
                    change(c.before.nodes, c.after.nodes),
                    std::to_string(c.other_seeds) + " of " + std::to_string(seeds_tried), file_of(options, c)});
  text += "\n" + lay_out_list(rows) + "\n";
  for (const Caught& c : state.caught)
    text += printable(c.detail) + "\n  " + options.launcher + " run " + printable(file_of(options, c)) + "\n";
  return text;
}

std::string hunt_json(const HuntOptions& options, const HuntState& state, const std::vector<Replayed>& corpus) {
  const auto size = [](const Size& s) {
    return Json{{"faults", s.faults}, {"operations", s.operations}, {"nodes", s.nodes}};
  };
  Json caught = Json::array(), replayed = Json::array();
  for (const Caught& c : state.caught)
    caught.push_back({{"target", c.target},
                      {"oracle", c.oracle},
                      {"detail", c.detail},
                      {"trials", c.times},
                      {"first_trial", c.first_trial},
                      {"before", size(c.before)},
                      {"after", size(c.after)},
                      {"shrink_runs", c.shrink_runs},
                      {"other_seeds", c.other_seeds},
                      {"file", file_of(options, c)}});
  for (const Replayed& r : corpus) replayed.push_back({{"file", r.file}, {"failed", r.failed}, {"why", r.why}});
  const Json json{{"seed", options.seed},
                  {"trials", state.next_trial},
                  {"without_result", state.invalid},
                  {"wall_s", state.wall_s},
                  {"trials_per_s", rate_of(state)},
                  {"shrink_runs", state.shrink_runs},
                  {"failures", caught},
                  {"corpus", replayed}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string hunt_junit(const HuntState& state, const std::vector<Replayed>& corpus,
                       const std::vector<Target>& targets) {
  std::string cases;
  std::size_t count = 0, failures = 0;
  const auto add = [&](const std::string& of, const std::string& name, const std::string& failure) {
    cases += testcase(of, name, failure);
    ++count;
    failures += failure.empty() ? 0U : 1U;
  };
  for (const Replayed& r : corpus) add("corpus", r.file, r.failed ? r.why : "");
  for (const Target& target : targets) {
    bool clean = true;
    for (const Caught& c : state.caught) {
      if (c.target != target.name()) continue;
      add(target.name(), c.oracle, c.detail + " (" + c.name + ".yaml)");
      clean = false;
    }
    if (clean) add(target.name(), "no failure in " + std::to_string(state.next_trial) + " trials", "");
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"hearsay hunt\" tests=\"" +
         std::to_string(count) + "\" failures=\"" + std::to_string(failures) + "\">\n" + cases +
         "</testsuite>\n</testsuites>\n";
}

}  // namespace hearsay::hunt
