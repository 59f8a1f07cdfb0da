#include "sim/report/table.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/core/text.hpp"
#include "sim/report/json.hpp"
#include "tests/report/fixtures.hpp"

using namespace hearsay;
using Json = nlohmann::ordered_json;

namespace {

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

std::vector<std::string> words(const std::string& line) {
  std::istringstream in(line);
  return {std::istream_iterator<std::string>(in), {}};
}

// A converged run without a matrix.
RunResult plain(const std::string& label, std::uint64_t seed) {
  RunResult r = test::sample_result();
  r.label = label;
  r.seed = seed;
  r.case_values.clear();
  r.lost_writes = 0;
  r.missing = 0;
  r.stable_latency_s.never_stable = 0;
  r.verdict = VerdictKind::pass;
  return r;
}

RunResult diverged(const std::string& label, std::uint64_t seed) {
  RunResult r = plain(label, seed);
  r.converged = false;
  r.convergence_time_s.reset();
  r.verdict = VerdictKind::fail;
  return r;
}

std::string table_of(const std::vector<RunResult>& results) {
  std::vector<Json> all;
  for (const RunResult& r : results) all.push_back(to_json(r));
  return scenario_table(all, usual_fields());
}

// The words of row `i`, counted from 0 below the rule.
std::vector<std::string> row(const std::string& table, std::size_t i) {
  const auto all = lines(table);
  const auto rule = std::find_if(all.begin(), all.end(), [](const auto& l) { return l.starts_with("\u2500"); });
  return words(*(rule + 1 + static_cast<std::ptrdiff_t>(i)));
}

}  // namespace

TEST_CASE("columns of text stand left, columns of figures right") {
  CHECK(lay_out({{"name", "count"}, {"a", "1"}, {"longer", "1000"}}) ==
        "name    count\n"
        "──────  ─────\n"
        "a           1\n"
        "longer   1000\n");
}

TEST_CASE("never, a dash and a marked best value are figures, one word makes a column text") {
  CHECK(lay_out({{"x", "y"}, {"1.5 *", "1"}, {"never", "no"}, {"-", "2"}}) ==
        "    x  y\n"
        "─────  ──\n"
        "1.5 *  1\n"
        "never  no\n"
        "    -  2\n");
}

TEST_CASE("a line break in the header begins another line, elsewhere it is escaped") {
  CHECK(lay_out({{"a", "time\ns"}, {"x\ny", "1"}}) ==
        "      time\n"
        "a        s\n"
        "────  ────\n"
        "x\\ny     1\n");
}

TEST_CASE("wide characters and combining marks keep columns in line") {
  CHECK(lay_out({{"n", "v"}, {"漢字", "1"}, {"e\u0301", "2"}, {"abcd", "3"}}) ==
        "n     v\n"
        "────  ─\n"
        "漢字  1\n"
        "e\u0301     2\n"
        "abcd  3\n");
}

TEST_CASE("nothing lays out as nothing, and short rows are filled up") {
  CHECK(lay_out({}).empty());
  CHECK(lay_out({{}}).empty());
  CHECK(lay_out({{"a", "b"}, {"x"}}) == "a  b\n─  ─\nx\n");
}

TEST_CASE("a single run shows its values") {
  const std::string table = table_of({plain("gossip", 1)});
  CHECK(lines(table)[0] == "partition-heal: 25 nodes, 1 run, 31.5 s simulated");
  const std::vector<std::string> expected{"gossip", "1", "yes", "1.25", "11.5", "97.5", "0",  "0",   "520",
                                          "1010",   "0", "1",   "3",    "12.5", "2",    "25", "pass"};
  CHECK(row(table, 0) == expected);
}

TEST_CASE("figures of a column share their number of decimals") {
  auto quick = plain("a", 1);
  auto slow = plain("b", 1);
  quick.convergence_time_s = 0.0625;
  slow.convergence_time_s = 123.5;
  const std::string table = table_of({quick, slow});
  CHECK(row(table, 0)[3] == "0.062");
  CHECK(row(table, 1)[3] == "123.500");
}

TEST_CASE("several seeds make one row of medians") {
  std::vector<RunResult> runs;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    runs.push_back(plain("gossip", seed));
    runs.back().convergence_time_s = std::vector<double>{9, 2, 4}[seed - 1];
  }
  const std::string table = table_of(runs);
  CHECK(lines(table)[0] == "partition-heal: 25 nodes, 3 runs, 31.5 s simulated each");
  CHECK(row(table, 0)[1] == "3");
  CHECK(row(table, 0)[2] == "3/3");
  CHECK(row(table, 0)[3] == "4");
}

TEST_CASE("runs that never converged count as infinitely long in the median") {
  const auto a = plain("x", 1);
  auto b = plain("x", 2);
  b.convergence_time_s = 3;
  const std::string one_of_three = table_of({a, b, diverged("x", 3)});
  CHECK(row(one_of_three, 0)[2] == "2/3");
  CHECK(row(one_of_three, 0)[3] == "3");
  CHECK(row(one_of_three, 0).back() == "1/3");
  CHECK(one_of_three.find("fail 1/3") != std::string::npos);
  CHECK(row(table_of({a, diverged("x", 2), diverged("x", 3)}), 0)[3] == "never");
  CHECK(row(table_of({a, diverged("x", 2)}), 0)[3] == "never");
  CHECK(row(table_of({diverged("x", 1)}), 0)[2] == "no");
}

TEST_CASE("no write that came to be everywhere reads never, no write at all a dash") {
  RunResult r = plain("x", 1);
  r.everywhere_latency_s = {};
  CHECK(row(table_of({r}), 0)[8] == "-");
  r.stable_latency_s.never_stable = 4;
  CHECK(row(table_of({r}), 0)[8] == "never");
}

TEST_CASE("rows come a label and case, in order of the runs, with the last part of a matrix key as header") {
  std::vector<RunResult> runs;
  for (const char* loss : {"0%", "30%"})
    for (const char* label : {"b", "a"}) {
      runs.push_back(plain(label, 1));
      runs.back().case_values = {{"nodes", "25"}, {"network.loss", loss}};
    }
  const std::string table = table_of(runs);
  CHECK(words(lines(table)[2])[2] == "loss");
  CHECK(row(table, 0)[0] == "b");
  CHECK(row(table, 1)[0] == "a");
  CHECK(row(table, 2)[0] == "b");
  CHECK(row(table, 2)[1] == "25");
  CHECK(row(table, 2)[2] == "30%");
}

TEST_CASE("matrix keys that end alike are written in full") {
  RunResult r = plain("x", 1);
  r.case_values = {{"network.loss", "1%"}, {"params.loss", "2"}};
  const std::string table = table_of({r});
  CHECK(table.find("network.loss  params.loss") != std::string::npos);
}

TEST_CASE("a crashed run has a row of dashes and its verdict") {
  RunResult r;
  r.scenario = "s";
  r.label = "x";
  r.nodes = 1;
  r.verdict = VerdictKind::error;
  const std::string table = table_of({r});
  CHECK(lines(table)[0] == "s: 1 node, 1 run");
  CHECK(row(table, 0)[2] == "-");
  CHECK(row(table, 0)[3] == "-");
  CHECK(row(table, 0).back() == "error");
}

TEST_CASE("hostile labels and names stay on their line") {
  RunResult r = plain("a\nb\x1b[2J\t\xFF", 1);
  r.scenario = "evil\nname";
  r.case_values = {{"new\nline", "\r"}};
  const std::string table = table_of({r});
  CHECK(lines(table).size() == 5 + 5);  // the membership below has a title, two lines of headers, a rule and a row too
  CHECK(table.find('\x1b') == std::string::npos);
  CHECK(table.find("a\\nb\\x1b[2J\\t") != std::string::npos);
}

TEST_CASE("a table fits its terminal: the least important columns go, and a line names them") {
  std::vector<Json> runs;
  for (RunResult r : {plain("interceptor-broadcast", 1), diverged("interceptor-broadcast", 2)}) {
    r.case_values = {{"nodes", "100"}, {"network.loss", "10%"}};
    r.membership.reset();
    runs.push_back(to_json(r));
  }
  const auto narrow = lines(scenario_table(runs, usual_fields(), {100, false}));
  for (std::size_t i = 0; i + 1 < narrow.size(); ++i) CHECK(display_width(narrow[i]) <= 100);
  CHECK(
      narrow.back() ==
      "too narrow for: redundant %, divergence s, missing, client p99 ms, client p50 ms, on all p50 ms, kB /op, never "
      "stable (--columns chooses)");
  CHECK(words(narrow[narrow.size() - 2]).back() == "1/2");
  CHECK(scenario_table(runs, usual_fields(), {1000, false}) == scenario_table(runs, usual_fields()));
}

TEST_CASE("columns may be chosen: any numeric field of a run") {
  const std::vector<const Field*> fields{find_field("messages.dropped.loss"), find_field("residue")};
  const std::string table = scenario_table({to_json(plain("x", 1))}, fields);
  CHECK(row(table, 0) == std::vector<std::string>{"x", "1", "yes", "20", "0.200", "pass"});
  CHECK(table.find("residue %") != std::string::npos);
}

TEST_CASE("on a terminal verdicts and best values stand out, and columns stay in line") {
  const std::string text = lay_out({{"a", "v"}, {"1.5 *", "pass"}, {"x", "fail 1/3"}}, {0, true});
  CHECK(text.find("\x1b[1m1.5 *\x1b[0m  \x1b[32mpass\x1b[0m\n") != std::string::npos);
  CHECK(text.find("x      \x1b[31mfail 1/3\x1b[0m\n") != std::string::npos);
}

TEST_CASE("where agreement has no meaning there is a dash") {
  RunResult r = plain("x", 1);
  r.replicated = false;
  const auto cells = row(table_of({r}), 0);
  CHECK(cells[2] == "-");
  CHECK(cells[3] == "-");
  CHECK(cells[7] == "-");
  CHECK(cells[8] == "-");
  CHECK(cells[6] == "0");  // lost writes keep their meaning
}

TEST_CASE("a run that ended while its clients wrote and did not converge says so") {
  RunResult r = diverged("x", 1);
  CHECK(table_of({r}).find("after the last client operation") == std::string::npos);
  r.quiet_s = 0.05;
  CHECK(table_of({r}).find("1 run ended less than a second after the last client operation") != std::string::npos);
  r.converged = true;
  CHECK(table_of({r}).find("after the last client operation") == std::string::npos);
}

TEST_CASE("below stands how long views were equal, and for what they were not; of means over the runs") {
  std::vector<RunResult> runs{plain("tracks", 1), plain("tracks", 2), plain("does not", 1)};
  runs[1].membership->views_equal = 0.95;
  runs[2].membership.reset();
  const auto all = lines(table_of(runs));
  CHECK(words(all[all.size() - 1]) == std::vector<std::string>{"tracks", "97.00", "1", "0.650", "0.20", "2", "0.750",
                                                               "0.30", "3", "0.850", "0.40", "0.10"});
  runs[0].membership = runs[1].membership = MembershipResult{};  // nothing ever happened
  CHECK(table_of(runs).find("membership") == std::string::npos);
}

TEST_CASE("no results make no table") { CHECK(scenario_table({}, usual_fields()).empty()); }
