#include "sim/report/trace.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/report/trace_events.hpp"

using namespace hearsay;
using hearsay::test::EventWriter;
using hearsay::test::message_kinds;
using hearsay::test::run_nodes;
using hearsay::test::TemporaryDirectory;
using nlohmann::json;

namespace {

std::vector<json> chrome_events() {
  const TemporaryDirectory directory;
  const std::string file = directory.file("trace.json");
  const auto trace = make_trace(file, run_nodes, message_kinds);
  test::play(*trace);
  return json::parse(test::contents(file)).at("traceEvents").get<std::vector<json>>();
}

std::vector<json> json_lines() {
  const TemporaryDirectory directory;
  const std::string file = directory.file("trace.jsonl");
  const auto trace = make_trace(file, run_nodes, message_kinds);
  test::play(*trace);
  std::vector<json> all;
  std::istringstream in(test::contents(file));
  for (std::string line; std::getline(in, line);) all.push_back(json::parse(line));
  return all;
}

std::vector<json> of_phase(const std::vector<json>& events, const std::string& phase) {
  std::vector<json> found;
  std::copy_if(events.begin(), events.end(), std::back_inserter(found),
               [&](const json& e) { return e["ph"] == phase; });
  return found;
}

json line_of(const std::vector<json>& lines, const std::string& kind, std::size_t n = 0) {
  for (const json& line : lines)
    if (line["kind"] == kind && n-- == 0) return line;
  return nullptr;
}

}  // namespace

TEST_CASE("an unknown ending is refused with those that are known") {
  const TemporaryDirectory directory;
  for (const char* name : {"trace", "trace.txt", "json", "trace.JSON"}) {
    INFO(name);
    const std::string file = directory.file(name);
    CHECK_THROWS_WITH(make_trace(file, 1, {}), Catch::Contains(".json ") && Catch::Contains(".jsonl") &&
                                                   Catch::Contains(".shiviz") && Catch::Contains(".tree") &&
                                                   Catch::Contains(file));
    CHECK_THROWS_AS(make_trace(file, 1, {}), TraceError);
    CHECK_FALSE(std::filesystem::exists(file));
  }
}

TEST_CASE("a file that cannot be written is refused at once") {
  const TemporaryDirectory directory;
  for (const char* ending : {".json", ".jsonl", ".shiviz", ".tree"})
    CHECK_THROWS_AS(make_trace(directory.file(std::string("no/such") + ending), 1, {}), TraceError);
}

TEST_CASE("a full disk is reported when the run ends") {
  for (const char* ending : {".json", ".jsonl", ".shiviz", ".tree"}) {
    INFO(ending);
    const TemporaryDirectory directory;
    const std::string file = directory.file(std::string("trace") + ending);
    std::filesystem::create_symlink("/dev/full", file);
    const auto trace = make_trace(file, run_nodes, message_kinds);
    CHECK_THROWS_WITH(test::play(*trace), Catch::Contains("incomplete") && Catch::Contains("No space"));
  }
}

TEST_CASE("chrome: every node is a named and ordered track") {
  std::map<int, std::string> names;
  std::set<int> ordered;
  for (const json& e : of_phase(chrome_events(), "M")) {
    if (e["name"] == "thread_name") names[e["tid"]] = e["args"]["name"];
    if (e["name"] == "thread_sort_index") ordered.insert(e["args"]["sort_index"].get<int>());
  }
  CHECK(names == std::map<int, std::string>{{1, "node 0"}, {2, "node 1"}, {3, "node 2"}, {4, "node 3"}});
  CHECK(ordered == std::set<int>{1, 2, 3, 4});
}

TEST_CASE("chrome: every arrow that ends has begun, and no arrow begins or ends twice") {
  const auto events = chrome_events();
  std::set<int> begun;
  std::set<int> ended;
  for (const json& e : events) {
    if (e["ph"] == "s") CHECK(begun.insert(e["id"].get<int>()).second);
    if (e["ph"] == "f") {
      CHECK(begun.count(e["id"].get<int>()) == 1);
      CHECK(ended.insert(e["id"].get<int>()).second);
      CHECK(e["bp"] == "e");
    }
  }
  CHECK(begun == std::set<int>{1, 2, 3, 4, 5, 6});
  CHECK(ended == std::set<int>{1, 4, 5, 6});
}

TEST_CASE("chrome: every end of an arrow lies on a slice of its track") {
  const auto events = chrome_events();
  const auto slices = of_phase(events, "X");
  for (const char* phase : {"s", "f"})
    for (const json& arrow : of_phase(events, phase))
      CHECK(std::any_of(slices.begin(), slices.end(), [&arrow](const json& s) {
        return s["pid"] == arrow["pid"] && s["tid"] == arrow["tid"] && s["ts"] == arrow["ts"] && s["dur"] > 0;
      }));
}

TEST_CASE("chrome: the events of a track are in order of time and its slices nest") {
  std::map<std::pair<int, int>, double> last;
  std::map<int, std::vector<double>> open;  // ends of the slices around the present
  for (const json& e : chrome_events()) {
    const double ts = e["ts"];
    auto& before = last[{e["pid"], e["tid"]}];
    CHECK(ts >= before);
    before = ts;
    if (e["ph"] != "X") continue;
    auto& ends = open[e["tid"]];
    while (!ends.empty() && ends.back() <= ts + 1e-9) ends.pop_back();
    const double end = ts + e["dur"].get<double>();
    if (!ends.empty()) CHECK(end <= ends.back() + 1e-9);
    ends.push_back(end);
  }
}

TEST_CASE("chrome: the sends of one kind at one instant share a slice, times keep nanoseconds") {
  const auto slices = of_phase(chrome_events(), "X");
  const auto at_start = [](const json& s) { return s["ts"] == 0; };
  CHECK(std::count_if(slices.begin(), slices.end(), at_start) == 2);  // three rumors, one ack
  CHECK(std::any_of(slices.begin(), slices.end(), [](const json& s) { return s["ts"] == 1000.401; }));
}

TEST_CASE("chrome: spans of operations, faults and outages are closed, at the end of the run at the latest") {
  std::map<std::string, std::string> open;
  std::map<std::string, std::vector<std::string>> closed;
  for (const json& e : chrome_events()) {
    if (e["ph"] == "b") CHECK(open.emplace(e["id"], e["name"]).second);
    if (e["ph"] != "e") continue;
    REQUIRE(open.count(e["id"]) == 1);
    CHECK(open[e["id"]] == e["name"].get<std::string>());
    open.erase(e["id"].get<std::string>());
    closed[e["id"]].push_back(e["args"]["outcome"]);
  }
  CHECK(open.empty());
  const std::string at_end = "open at the end of the run";
  CHECK(closed == std::map<std::string, std::vector<std::string>>{{"operation 0", {"ok"}},
                                                                  {"operation 1", {at_end}},
                                                                  {"fault 0", {"ended"}},
                                                                  {"fault 1", {at_end}},
                                                                  {"pause 2", {"crashed"}},
                                                                  {"pause 1", {"resumed"}},
                                                                  {"down 2", {"restarted"}},
                                                                  {"down 3", {at_end}}});
}

TEST_CASE("chrome: a dropped message is an instant of the sender that names the reason") {
  const auto instants = of_phase(chrome_events(), "i");
  const auto drop = std::find_if(instants.begin(), instants.end(),
                                 [](const json& e) { return e["name"].get<std::string>().starts_with("drop"); });
  REQUIRE(drop != instants.end());
  CHECK((*drop)["name"] == "drop rumor: partition");
  CHECK((*drop)["tid"] == 1);
  CHECK((*drop)["args"]["peer"] == 2);
}

TEST_CASE("chrome: counters of missing pairs and distinct states, written where they change") {
  std::map<std::string, std::vector<std::pair<double, int>>> counters;
  for (const json& e : of_phase(chrome_events(), "C")) {
    CHECK(e["pid"] == 1);
    counters[e["name"]].emplace_back(e["ts"].get<double>(), e["args"]["value"].get<int>());
  }
  // One write, acknowledged at 1 ns: nodes 1 to 3 lack it. Node 1 gets it; node 2 crashes and comes back with it; in
  // the last instant node 1 restarts and node 3 crashes, which leaves one pair.
  CHECK(counters["pairs missing"] ==
        std::vector<std::pair<double, int>>{{0, 0}, {0.001, 3}, {1000.001, 2}, {1000.701, 1}});
  CHECK(counters["distinct states"] == std::vector<std::pair<double, int>>{{0, 2}});
}

TEST_CASE("chrome: a long trace is written while the run goes on") {
  const TemporaryDirectory directory;
  const std::string file = directory.file("trace.json");
  const auto trace = make_trace(file, 2, message_kinds);
  EventWriter run(*trace);
  for (SendId id = 1; id <= 2000; ++id) {
    run.message(EventKind::send, 0, 1, id);
    run.advance(1000);
    run.message(EventKind::deliver, 1, 0, id);
  }
  CHECK(std::filesystem::file_size(file) > 100'000);
  run.other(EventKind::finish, 0);
  CHECK(json::parse(test::contents(file))["traceEvents"].size() > 8000);
}

TEST_CASE("lines: every event is one object, in order") {
  const auto lines = json_lines();
  std::set<std::string> kinds;
  double last = 0;
  for (const json& line : lines) {
    CHECK(line["t"].get<double>() >= last);
    last = line["t"];
    kinds.insert(line["kind"].get<std::string>());
  }
  CHECK(kinds.size() == event_kinds);
  CHECK(lines.back()["kind"] == "finish");
}

TEST_CASE("lines: fields stand by name, details in words") {
  const auto lines = json_lines();
  const json send = line_of(lines, "send");
  CHECK(send["t"] == 0);
  CHECK(send["node"] == 0);
  CHECK(send["peer"] == 1);
  CHECK(send["type"] == "rumor");
  CHECK(send["size"] == 100);
  CHECK(send["id"] == 1);
  CHECK(send["message"].get<std::string>().starts_with("says \"hi\"\n\xEF\xBF\xBD \x1b[31m"));
  CHECK(line_of(lines, "drop")["detail"] == "partition");
  CHECK(line_of(lines, "deliver")["detail"] == "intact");
  CHECK(line_of(lines, "deliver", 1)["detail"] == "corrupt");
  CHECK(line_of(lines, "deliver", 1)["t"] == 0.001000401);
  CHECK(line_of(lines, "disconnected")["detail"] == "reset");
  CHECK(line_of(lines, "member")["detail"] == "suspect");
  CHECK(line_of(lines, "fault_effect")["detail"] == "dropped");
  CHECK(line_of(lines, "replaced")["winner"] == 1);
  CHECK(line_of(lines, "digest")["digest"] == "fedcba9876543210");
  CHECK_FALSE(line_of(lines, "boot").contains("id"));
}

TEST_CASE("lines: operations, answers and faults are spelt out") {
  const auto lines = json_lines();
  const json write = line_of(lines, "invoke");
  CHECK(write["operation"] == "write");
  CHECK(write["key"] == "key\"0");
  CHECK(write["value"] == "\xEF\xBF\xBD\n");
  CHECK(write["write"] == 0);
  CHECK(line_of(lines, "invoke", 1)["operation"] == "read");
  CHECK_FALSE(line_of(lines, "invoke", 1).contains("value"));
  CHECK(line_of(lines, "respond")["detail"] == "ok");
  CHECK(line_of(lines, "respond")["seen"] == json{0, 1});
  CHECK(line_of(lines, "fault_begin")["until"] == 0.005);
  CHECK(line_of(lines, "fault_begin")["text"] == "partition: \"halves\"\n[0..1] | ");
  CHECK(line_of(lines, "fault_begin", 1)["until"].is_null());
}
