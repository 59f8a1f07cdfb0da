#include "sim/report/json.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>

#include "sim/scenario/reader.hpp"
#include "tests/report/fixtures.hpp"
#include "tests/source_dir.hpp"

using namespace hearsay;
using hearsay::test::message_kinds;
using hearsay::test::sample_result;
using Json = nlohmann::ordered_json;

TEST_CASE("a result is written field by field as the golden file says") {
  const std::string golden = source_file("tests/report/golden/result.json");
  const std::string text = to_json(sample_result(), message_kinds).dump(2) + "\n";
  if (std::getenv("HEARSAY_UPDATE_GOLDEN") != nullptr) std::ofstream(golden) << text;
  CHECK(text == test::contents(golden));
}

TEST_CASE("the fields that an expectation may speak of are those of the object") {
  const Json object = to_json(sample_result(), message_kinds);
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  CHECK(names == result_fields());
}

TEST_CASE("plain numbers and booleans among parameters are typed, other values stay text") {
  RunResult result;
  result.params = {{"int", "3"},     {"neg", "-2"},
                   {"real", "0.5"},  {"exp", "1e3"},
                   {"yes", "true"},  {"share", "10%"},
                   {"time", "5ms"},  {"empty", ""},
                   {"zeros", "007"}, {"huge", "1e999"},
                   {"null", "null"}, {"list", "[1]"},
                   {"dash", "-"},    {"digest", "123456789012345678901234567890"}};
  const Json params = to_json(result, {})["params"];
  CHECK(params["int"] == 3);
  CHECK(params["neg"] == -2);
  CHECK(params["real"] == 0.5);
  CHECK(params["exp"] == 1000.0);
  CHECK(params["yes"] == true);
  for (const char* name : {"share", "time", "empty", "zeros", "huge", "null", "list", "dash", "digest"}) {
    INFO(name);
    CHECK(params[name].is_string());
  }
  CHECK(params["digest"] == "123456789012345678901234567890");
}

TEST_CASE("a figure that is not finite is null") {
  RunResult result;
  result.divergence_s = std::numeric_limits<double>::quiet_NaN();
  result.convergence_time_s = std::numeric_limits<double>::infinity();
  result.series.t = {std::numeric_limits<double>::infinity()};
  const Json json = to_json(result, {});
  CHECK(json["divergence_s"].is_null());
  CHECK(json["convergence_time_s"].is_null());
  CHECK(json["series"]["t"][0].is_null());
}

TEST_CASE("maelstrom is null without reads") { CHECK(to_json(RunResult{}, {})["maelstrom"].is_null()); }

TEST_CASE("a run that crashed has every field, measurements null") {
  RunResult result;
  result.scenario = "s";
  result.protocol = "p";
  result.seed = 3;
  result.nodes = 5;
  result.verdict = VerdictKind::error;
  result.reasons = {"the worker died of signal 11"};
  const Json json = to_json(result, message_kinds);
  const Json complete = to_json(sample_result(), message_kinds);
  for (const auto& item : complete.items()) {
    INFO(item.key());
    CHECK(json.contains(item.key()));
  }
  CHECK(json["seed"] == 3);
  CHECK(json["nodes"] == 5);
  CHECK(json["verdict"] == "error");
  CHECK(json["reasons"][0] == "the worker died of signal 11");
  CHECK(json["converged"].is_null());
  CHECK(json["lost_writes"].is_null());
  CHECK(json["operations"]["writes"]["attempted"].is_null());
  CHECK(json["messages"]["dropped"]["partition"].is_null());
  CHECK(json["messages"]["by_type"]["ack"]["sent"].is_null());
  CHECK(json["run_hash"].is_null());
  CHECK(json["cost"]["wall_s"].is_null());
  CHECK(json["faults"] == Json::array());
}

TEST_CASE("an error found after a complete run keeps the measurements") {
  RunResult result = sample_result();
  result.verdict = VerdictKind::error;
  CHECK(to_json(result, message_kinds)["lost_writes"] == 10);
}

TEST_CASE("bytes that are no UTF-8 do not spoil the output") {
  RunResult result;
  result.label = "caf\xC3\xA9 \xFF\xC0\xAF \xED\xA0\x80 \xF4\x90\x80\x80 \xE2\x82";
  result.reasons = {std::string("\xFE")};
  const Json json = to_json(result, {});
  REQUIRE_NOTHROW(json.dump());
  CHECK(json["label"].get<std::string>().starts_with("caf\xC3\xA9 \xEF\xBF\xBD"));
}

TEST_CASE("a dotted path finds booleans, numbers and text") {
  const FieldLookup field = lookup_in(to_json(sample_result(), message_kinds));
  CHECK(std::get<bool>(*field("converged")));
  CHECK(std::get<double>(*field("convergence_time_s")) == 1.25);
  CHECK(std::get<double>(*field("messages.dropped.partition")) == 21);
  CHECK(std::get<double>(*field("messages.by_type.ack.bytes")) == 100000);
  CHECK(std::get<double>(*field("operations.writes.acknowledged")) == 195);
  CHECK(std::get<double>(*field("protocol_metrics.queue_high_water")) == 37.5);
  CHECK(std::get<std::string>(*field("run_hash")) == "0123456789abcdef");
}

TEST_CASE("a dotted path finds keys that hold dots, and list elements") {
  const FieldLookup field = lookup_in(to_json(sample_result(), message_kinds));
  CHECK(std::get<double>(*field("maelstrom.stable_latencies_ms.0.5")) == 500);
  CHECK(std::get<double>(*field("maelstrom.stable_latencies_ms.0")) == 0);
  CHECK(std::get<double>(*field("maelstrom.stable_latencies_ms.0.99")) == 990);
  CHECK(std::get<std::string>(*field("case.network.loss")) == "10%");
  CHECK(std::get<double>(*field("recovery.0.reconverged_s")) == 0.75);
  CHECK(std::get<double>(*field("faults.1.dropped")) == 46);
}

TEST_CASE("a shorter key is tried when the longest leads nowhere") {
  const FieldLookup field = lookup_in(Json::parse(R"({"a.b": {"x": 1}, "a": {"b": {"y": 2}}})"));
  CHECK(std::get<double>(*field("a.b.x")) == 1);
  CHECK(std::get<double>(*field("a.b.y")) == 2);
}

TEST_CASE("a path to null, to a map or list, or to nothing has no value") {
  const FieldLookup field = lookup_in(to_json(sample_result(), message_kinds));
  for (const char* path : {"recovery.1.reconverged_s", "messages", "recovery", "faults.0.nodes", "no_such", "", ".",
                           "converged.", ".converged", "converged.x", "recovery.2.ended_at", "recovery.-1",
                           "recovery.x", "recovery.99999999999999999999.fault", "messages..sent"}) {
    INFO(path);
    CHECK_FALSE(field(path).has_value());
  }
}
