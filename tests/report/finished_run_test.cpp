#include "sim/report/finished_run.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/report/json.hpp"
#include "tests/report/fixtures.hpp"

using namespace hearsay;
using Json = nlohmann::ordered_json;

TEST_CASE("a finished run has the figures without the series, the whole text, and the series as numbers") {
  const Json result = to_json(test::sample_result());
  const FinishedRun run = finished_run(result);
  CHECK(Json::parse(run.text) == result);
  CHECK_FALSE(run.figures.contains("series"));
  CHECK(run.figures.size() + 1 == result.size());
  CHECK(run.t == result["series"]["t"].get<std::vector<double>>());
  REQUIRE(run.series.size() + 1 == result["series"].size());
  for (const auto& [name, values] : run.series) CHECK(values == result["series"][name].get<std::vector<double>>());
}

TEST_CASE("a finished run is the same after the pipe") {
  const FinishedRun before = finished_run(to_json(test::sample_result()));
  const FinishedRun after = decode(encode(before));
  CHECK(after.figures == before.figures);
  CHECK(after.text == before.text);
  CHECK(after.t == before.t);
  CHECK(after.series == before.series);
}

TEST_CASE("a finished run may have no series, nulls in it, or columns that are too short") {
  CHECK(decode(encode(finished_run(Json::object()))).series.empty());
  const FinishedRun run =
      decode(encode(finished_run(Json{{"series", {{"t", {0, 1}}, {"a", {nullptr, 2}}, {"b", {3}}}}})));
  REQUIRE(run.series.size() == 2);
  CHECK(std::isnan(run.series[0].second[0]));
  CHECK(run.series[0].second[1] == 2);
  CHECK(run.series[1].second[0] == 3);
  CHECK(std::isnan(run.series[1].second[1]));
}
