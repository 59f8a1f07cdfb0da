#include "sim/report/finished_run.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sim/report/json.hpp"
#include "tests/report/fixtures.hpp"

using namespace hearsay;
using Json = nlohmann::ordered_json;

TEST_CASE("a finished run has the figures without the series, and the whole text") {
  const Json result = to_json(test::sample_result());
  const FinishedRun run = finished_run(result);
  CHECK(Json::parse(run.text) == result);
  CHECK_FALSE(run.figures.contains("series"));
  CHECK(run.figures.size() + 1 == result.size());
}

TEST_CASE("a finished run is read back from its text, also if a text in it speaks of a series") {
  Json result = to_json(test::sample_result());
  result["label"] = R"(one ,"series":{"t":[1]} two)";
  const FinishedRun before = finished_run(result);
  const FinishedRun after = finished_run_of(before.text);
  CHECK(after.figures["label"] == result["label"]);
  CHECK(after.figures == before.figures);
  CHECK(after.text == before.text);
}

TEST_CASE("a thinned series keeps its ends and samples evenly between them, the same of every curve") {
  Json result = to_json(test::sample_result());
  Json::array_t numbers;
  for (int i = 0; i < 500; ++i) numbers.push_back(i);
  result["series"] = {{"t", numbers}, {"present", numbers}};
  Json whole = result;
  thin_series(whole, 500);
  CHECK(whole == result);
  thin_series(result, 5);
  CHECK(result["series"] == Json{{"t", {0, 124, 249, 374, 499}}, {"present", {0, 124, 249, 374, 499}}});
  thin_series(result, 2);
  CHECK(result["series"]["present"] == Json{0, 499});
  thin_series(result, 0);
  CHECK(result["series"] == Json{{"t", Json::array()}, {"present", Json::array()}});
  Json without = Json::object();
  thin_series(without, 5);
  CHECK(without == Json::object());
}

TEST_CASE("a finished run may have no series") {
  const FinishedRun run = finished_run_of(finished_run(Json::object()).text);
  CHECK(run.figures == Json::object());
  CHECK(run.text == "{}");
}
