#include "sim/report/baseline.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sim/report/baseline_lines.hpp"
#include "sim/report/statistics.hpp"
#include "tests/report/fixtures.hpp"

using namespace hearsay;

namespace {

BaselineRun some_run(std::uint64_t seed) {
  return {
      seed,
      "00ff" + std::to_string(seed),
      seed % 2 == 0,
      seed / 3,
      {1.0, std::nullopt, infinity, 0.1 + 0.2, -0.25, 1e-9, 1.5e300, static_cast<double>(seed), 0.0, 1e15, 123456.75}};
}

Baseline some_baseline() {
  Baseline baseline{"program", {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"}, {}};
  for (const char* label : {"first", "second", "third"}) {
    BaselineEntry entry;
    entry.scenario = "s";
    entry.label = label;
    entry.text = "{a: \"runs\", b: [\"seed\"]}";
    for (const std::uint64_t seed : {1ULL, 2ULL, 7ULL, 18446744073709551615ULL})
      if (entry.label != "second") entry.runs.push_back(some_run(seed));
    baseline.entries.push_back(entry);
  }
  return baseline;
}

void check_equal(const Baseline& a, const Baseline& b) {
  CHECK(a.program == b.program);
  CHECK(a.metrics == b.metrics);
  REQUIRE(a.entries.size() == b.entries.size());
  for (std::size_t i = 0; i < a.entries.size(); ++i) {
    CHECK(a.entries[i].label == b.entries[i].label);
    CHECK(a.entries[i].text == b.entries[i].text);
    REQUIRE(a.entries[i].runs.size() == b.entries[i].runs.size());
    for (std::size_t k = 0; k < a.entries[i].runs.size(); ++k) {
      const BaselineRun &one = a.entries[i].runs[k], &other = b.entries[i].runs[k];
      CHECK(one.seed == other.seed);
      CHECK(one.run_hash == other.run_hash);
      CHECK(one.converged == other.converged);
      CHECK(one.lost_writes == other.lost_writes);
      CHECK(one.values == other.values);
    }
  }
}

struct File {
  std::string write(const std::string& text) const {
    std::ofstream(name, std::ios::binary) << text;
    return name;
  }
  std::string refusal(const std::string& text) const {
    try {
      read_baseline(write(text));
    } catch (const BaselineError& error) {
      return std::string(error.what()).substr(name.size());
    }
    return "none";
  }

  test::TemporaryDirectory directory{};
  std::string name = directory.file("b.json");
};

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto place = text.find(what);
  REQUIRE(place != std::string::npos);
  return text.replace(place, what.size(), by);
}

}  // namespace

TEST_CASE("a line of a baseline is the JSON of its run") {
  for (const std::uint64_t seed : {0ULL, 1ULL, 42ULL}) {
    const BaselineRun run = some_run(seed);
    std::string line;
    append_run_line(line, run);
    using Json = nlohmann::ordered_json;
    Json values = Json::array();
    for (const BaselineValue& value : run.values)
      values.push_back(!value ? Json() : *value == infinity ? Json("never") : Json(*value));
    const Json json{{"seed", seed},
                    {"run_hash", run.run_hash},
                    {"converged", run.converged},
                    {"lost_writes", run.lost_writes},
                    {"values", values}};
    CHECK(line == "  " + json.dump());
  }
  BaselineRun quoted;
  quoted.run_hash = "a\"b\\\n";
  std::string line;
  append_run_line(line, quoted);
  CHECK(line.find(R"("run_hash":"a\"b\\\n")") != std::string::npos);
}

TEST_CASE("a baseline is read as it was written, and as another program has formatted it") {
  const File file;
  const Baseline baseline = some_baseline();
  write_baseline(baseline, file.name);
  const std::string text = test::contents(file.name);
  const auto lines = take_run_lines(text);
  REQUIRE(lines);
  CHECK(lines->rest.find("run_hash") == std::string::npos);
  REQUIRE(lines->entries.size() == 3);
  CHECK(lines->entries[0].size() == 4);
  CHECK(lines->entries[1].empty());
  check_equal(read_baseline(file.name), baseline);
  const std::string formatted = nlohmann::ordered_json::parse(text).dump(2);
  const auto others = take_run_lines(formatted);
  REQUIRE(others);
  for (const auto& runs : others->entries) CHECK(runs.empty());
  check_equal(read_baseline(file.write(formatted)), baseline);
  const std::string quoted = replaced(text, "\"00ff1\"", "\"\\u0030\\u0030ff1\"");
  CHECK_FALSE(take_run_lines(quoted));
  check_equal(read_baseline(file.write(quoted)), baseline);
}

TEST_CASE("lines in another order are put into that of the seeds, and of equal seeds the first is found") {
  const File file;
  Baseline baseline = some_baseline();
  baseline.entries[0].runs = {some_run(9), some_run(3), some_run(3), some_run(4)};
  baseline.entries[0].runs[2].run_hash = "again";
  write_baseline(baseline, file.name);
  const Baseline read = read_baseline(file.name);
  RunFinder finder(read.entries[0]);
  for (const std::uint64_t seed : {3ULL, 3ULL, 4ULL, 9ULL, 3ULL, 9ULL}) {
    REQUIRE(finder.find(seed) != nullptr);
    CHECK(finder.find(seed)->seed == seed);
    CHECK(finder.find(seed)->run_hash == "00ff" + std::to_string(seed));
  }
  for (const std::uint64_t seed : {0ULL, 5ULL, 10ULL}) CHECK(finder.find(seed) == nullptr);
}

TEST_CASE("what is wrong with a line is said with its place") {
  const File file;
  write_baseline(some_baseline(), file.name);
  const std::string text = test::contents(file.name);
  const auto refused = [&](const std::string& what, const std::string& by) {
    return file.refusal(replaced(text, what, by));
  };
  CHECK(refused("[1.0,null", "[1.0").find(":7:4: this run has 10 values for 11 metrics") == 0);
  CHECK(refused("[1.0,null", "[01.0,null").find(":7:") == 0);
  CHECK(refused("[1.0,null", "[1.,null").find(":7:") == 0);
  CHECK(refused("[1.0,null", "[inf,null").find(":7:") == 0);
  CHECK(refused("[1.0,null", "[1.0 null").find(":7:") == 0);
  CHECK(refused("]},\n  {\"seed\":2", "]}\n  {\"seed\":2").find(":8:") == 0);
  CHECK(refused("{\"seed\":1,", "{\"seed\":-,").find(":7:") == 0);
  CHECK(refused("\"run_hash\":\"00ff1\",", "").find("lacks something here") != std::string::npos);
  CHECK(refused("\n]}\n]\n}", ",\n]}\n]\n}").find("no JSON from here on") != std::string::npos);
  CHECK(file.refusal(text.substr(0, text.size() / 2)).find("breaks off") != std::string::npos);
  CHECK(refused("\"seed\":1,", "\"seed\":1, ") == "none");
}
