// What a node speaks follows from the workload, and what does not go together is refused.
#include "protocols/maelstrom/params.hpp"

#include <catch2/catch.hpp>

namespace hearsay::maelstrom {
namespace {

ParameterValues crdt(std::vector<std::string> types, std::int64_t objects, double removes) {
  return {{"types", std::move(types)}, {"objects", objects}, {"removes", removes}};
}

std::string spoken(const std::string& workload, const ParameterValues& of_workload, const std::string& given = "") {
  ParameterValues values;
  if (!given.empty()) values["speaks"] = given;
  adapt(values, workload, of_workload);
  return std::get<std::string>(values.at("speaks"));
}

StateReports reported(Speaks speaks, Duration observe) {
  Params params;
  params.speaks = speaks;
  params.observe = observe;
  return reports(params);
}

}  // namespace

TEST_CASE("a node speaks what the workload says unless it is told otherwise") {
  CHECK(spoken("broadcast", {}) == "broadcast");
  CHECK(spoken("broadcast", {}, "g-set") == "g-set");
  CHECK(spoken("register", {{"increments", 0.0}}) == "lin-kv");
  CHECK(spoken("crdt", crdt({"pn-counter"}, 1, 0.25)) == "pn-counter");
  CHECK(spoken("crdt", crdt({"pn-counter"}, 1, 0)) == "g-counter");
  CHECK(spoken("crdt", crdt({"pn-counter"}, 1, 0), "pn-counter") == "pn-counter");
  for (const char* same : {"echo", "unique-ids", "txn-list-append", "txn-rw-register", "kafka"})
    CHECK(spoken(same, {}) == same);
}

TEST_CASE("a node is not asked what it does not know") {
  CHECK_THROWS_AS(spoken("broadcast", {}, "lin-kv"), ParameterError);
  CHECK_THROWS_AS(spoken("kafka", {}, "broadcast"), ParameterError);
  CHECK_THROWS_AS(spoken("register", {{"increments", 0.5}}), ParameterError);
  CHECK_THROWS_AS(spoken("crdt", crdt({"pn-counter", "aw-set"}, 1, 0)), ParameterError);
  CHECK_THROWS_AS(spoken("crdt", crdt({"pn-counter"}, 4, 0)), ParameterError);
  CHECK_THROWS_AS(spoken("crdt", crdt({"pn-counter"}, 1, 0.1), "g-counter"), ParameterError);
}

TEST_CASE("without parameters services are a millisecond away, apart, and free") {
  const Params params;
  CHECK(params.service_latency == std::chrono::milliseconds(1));
  CHECK(params.services == ServicesAt::apart);
  CHECK(params.service_time == Duration{});
}

TEST_CASE("an observer sees sets and counters, and nothing of other nodes") {
  const Duration often = std::chrono::milliseconds(100);
  CHECK(reported(Speaks::broadcast, often) == StateReports::writes);
  CHECK(reported(Speaks::g_set, often) == StateReports::writes);
  CHECK(reported(Speaks::pn_counter, often) == StateReports::digests);
  CHECK(reported(Speaks::lin_kv, often) == StateReports::nothing);
  CHECK(reported(Speaks::broadcast, Duration{}) == StateReports::nothing);
}

}  // namespace hearsay::maelstrom
