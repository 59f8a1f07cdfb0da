#include <catch2/catch.hpp>

#include "protocols/registry.hpp"
#include "sim/hunt/circumstances.hpp"
#include "sim/hunt/outcome.hpp"
#include "sim/metrics/field_path.hpp"
#include "sim/scenario/field_names.hpp"
#include "tests/hunt/fixtures.hpp"

using namespace hearsay;
using namespace hearsay::hunt;

namespace {

bool promises(const std::string& text, const std::string& name) {
  for (const Promise& promise : promises_kept_in(*scenario_of(text)))
    if (promise.name == name) return true;
  return false;
}

std::string gossip(const std::string& rest) {
  return "{name: p, nodes: 5, duration: 100s, protocols: [delta-gossip], workload: {stop: 5s}, " + rest + "}";
}

}  // namespace

TEST_CASE("Every protocol makes promises about fields that its results have") {
  for (const ProtocolInfo& protocol : protocols()) {
    INFO(protocol.name);
    REQUIRE(protocol.promises);
    ParameterValues defaults;
    for (const Parameter& p : protocol.parameters)
      if (!std::holds_alternative<std::monostate>(p.default_value)) defaults[p.name] = p.default_value;
    MapNames names;
    add_names(protocol, names);
    std::size_t given = 0;
    for (const Promise& promise : protocol.promises(defaults)) {
      INFO(promise.name);
      CHECK(std::holds_alternative<NamedField>(find_path(promise.path, names)));
      CHECK_FALSE(promise.meaning.empty());
      CHECK((promise.given || !promise.needs.empty()));
      given += promise.given ? 1U : 0U;
    }
    CHECK(given > 0);
  }
}

TEST_CASE("What a promise excepts voids it") {
  CHECK(promises(gossip("faults: []"), "keeps acknowledged writes"));
  CHECK(promises(gossip("faults: [{at: 1s, for: 1s, crash: {nodes: 0, disk: unsynced-lost}}]"),
                 "keeps acknowledged writes"));
  CHECK_FALSE(
      promises(gossip("faults: [{at: 1s, for: 1s, crash: {nodes: 0, disk: lost}}]"), "keeps acknowledged writes"));
  CHECK_FALSE(promises(gossip("faults: [{at: 1s, leave: 0}]"), "keeps acknowledged writes"));
  // Who never returns takes its disk with it.
  CHECK_FALSE(promises(gossip("faults: [{at: 1s, crash: 0}]"), "keeps acknowledged writes"));
}

TEST_CASE("Promises are a function of the parameters") {
  const std::string head =
      "{name: p, nodes: 5, duration: 100s, workload: {stop: 5s}, protocols: [{name: delta-gossip, params: ";
  CHECK(promises(head + "{ttl: 0s}}]}", "converges"));
  CHECK_FALSE(promises(head + "{ttl: 1s}}]}", "converges"));
  CHECK_FALSE(
      promises(head + "{storage: memory}}], faults: [{at: 1s, for: 1s, kill: 0}]}", "keeps acknowledged writes"));
  CHECK(promises(head + "{memory_limit: 10}}]}", "bounded memory"));
}

TEST_CASE("Convergence is promised once everything has healed, and takes its time") {
  CHECK(promises(gossip("faults: [{at: 1s, for: 5s, partition: {kind: halves}}]"), "converges"));
  CHECK_FALSE(promises(gossip("faults: [{at: 1s, partition: {kind: halves}}]"), "converges"));
  CHECK_FALSE(promises(gossip("faults: [{at: 1s, for: 98s, partition: {kind: halves}}]"), "converges"));
  CHECK_FALSE(promises(gossip("network: {loss: 10%}"), "converges"));
  CHECK_FALSE(promises(gossip("faults: [{at: 1s, for: 5s, bandwidth: 10kbps}]"), "converges"));
  CHECK(promises(gossip("faults: [{at: 1s, for: 5s, bandwidth: {limit: 10kbps, queue: 100ms}}]"), "converges"));
  // The repeats of an entry count, up to the last one.
  CHECK_FALSE(promises(gossip("faults: [{at: 1s, for: 1s, every: 5s, times: 20, crash: 0}]"), "converges"));
}

TEST_CASE("Retries bridge outages of the length that they last") {
  const auto text = [](const std::string& retries, const std::string& length) {
    return "{name: p, nodes: 5, duration: 300s, workload: {stop: 5s}, protocols: [{name: interceptor-broadcast, "
           "params: "
           "{retries: " +
           retries + "}}], faults: [{at: 1s, for: " + length + ", partition: {kind: halves}}]}";
  };
  CHECK(promises(text("3", "3s"), "converges"));  // 0.5 + 1 + 2 s
  CHECK_FALSE(promises(text("3", "4s"), "converges"));
  CHECK_FALSE(promises(text("0", "1s"), "converges"));
}

TEST_CASE("A result that contradicts itself is found") {
  RunResult result;
  CHECK(contradictions(result).empty());
  result.messages.sent = 3;
  CHECK(contradictions(result).size() == 1);
  result.messages.delivered = 3;
  CHECK(contradictions(result).empty());
  result.converged = true;
  result.distinct_states = 2;
  CHECK(contradictions(result).size() == 1);
  result.lost_writes = 1;
  CHECK(contradictions(result).size() == 2);
}

TEST_CASE("Each contradiction of a result has its own sentence") {
  const auto wrong_with = [](const auto& change) {
    RunResult result;
    change(result);
    const auto sentences = contradictions(result);
    return sentences.size() == 1 ? sentences.front() : std::to_string(sentences.size()) + " sentences";
  };
  const std::string sums = "sent + duplicated are not delivered + dropped + in flight";
  const std::string latency = "quantiles of a latency do not ascend, or are longer than the run";
  CHECK(wrong_with([](RunResult& r) { r.messages.duplicated = 1; }) == sums);
  CHECK(wrong_with([](RunResult& r) { r.messages.in_flight = 1; }) == sums);
  CHECK(wrong_with([](RunResult& r) { r.messages.dropped[1] = 1; }) == sums);
  CHECK(wrong_with([](RunResult& r) {
          r.messages.sent = 3, r.messages.duplicated = 2;
          r.messages.delivered = r.messages.in_flight = 2, r.messages.dropped[0] = 1;
        }) == "0 sentences");
  CHECK(wrong_with([](RunResult& r) { r.converged = true, r.distinct_states = 2; }) == "converged with 2 states");
  CHECK(wrong_with([](RunResult& r) { r.converged = true, r.distinct_states = 1; }) == "0 sentences");
  CHECK(wrong_with([](RunResult& r) { r.convergence_time_s = 1; }) == "a time of convergence without convergence");
  CHECK(wrong_with([](RunResult& r) { r.converged = true, r.convergence_time_s = 1; }) == "0 sentences");
  CHECK(wrong_with([](RunResult& r) { r.divergence_s = 2, r.simulated_s = 1; }) == "diverged for longer than the run");
  CHECK(wrong_with([](RunResult& r) { r.divergence_s = r.simulated_s = 1; }) == "0 sentences");
  for (const auto field : {&OperationCounts::acknowledged, &OperationCounts::failed, &OperationCounts::rejected,
                           &OperationCounts::timed_out}) {
    CHECK(wrong_with([&](RunResult& r) { r.operations.*field = 1; }) == "more operations answered than asked");
    CHECK(wrong_with([&](RunResult& r) { r.operations.*field = r.operations.attempted = r.reads.attempted = 1; }) ==
          "0 sentences");
  }
  CHECK(wrong_with([](RunResult& r) { r.reads.attempted = 1; }) == "writes and reads are not the operations");
  CHECK(wrong_with([](RunResult& r) { r.lost_writes = 1; }) == "more writes lost than acknowledged");
  for (const double share : {-0.1, 1.1})
    CHECK(wrong_with([=](RunResult& r) { r.residue = share; }) == "residue is no share");
  for (const double share : {0.0, 1.0}) CHECK(wrong_with([=](RunResult& r) { r.residue = share; }) == "0 sentences");
  for (const auto q : {&RunResult::delivery_latency_s, &RunResult::client_latency_s}) {
    CHECK(wrong_with([&](RunResult& r) { r.simulated_s = 1, (r.*q).max = 2; }) == latency);
    CHECK(wrong_with([&](RunResult& r) { r.simulated_s = 9, (r.*q).p50 = 2, (r.*q).p99 = 1; }) == latency);
    CHECK(wrong_with([&](RunResult& r) { r.simulated_s = 2, (r.*q).p50 = (r.*q).max = 2; }) == "0 sentences");
  }
  const auto lasting = [](double at, std::optional<double> until) {
    FaultRecord fault;
    fault.at = at;
    fault.until = until;
    return fault;
  };
  CHECK(wrong_with([&](RunResult& r) { r.faults = {lasting(2, 1)}; }) == "a fault ends before it begins");
  CHECK(wrong_with([&](RunResult& r) { r.faults = {lasting(2, 2), lasting(3, {})}; }) == "0 sentences");
}

TEST_CASE("A run is judged by the user's expectations and by the promises that hold") {
  const auto scenario = scenario_of(
      "{name: p, nodes: 5, duration: 100s, workload: {stop: 5s}, protocols: [delta-gossip], expect: {missing: 0}}");
  RunResult result;
  result.operations.attempted = result.operations.acknowledged = result.writes.attempted = result.writes.acknowledged =
      4;
  result.converged = true;
  result.distinct_states = 1;
  result.missing = 1;
  result.lost_writes = 2;
  TrialOutcome outcome;
  outcome.findings = judge_run(*scenario, result);
  CHECK(outcome.find("expect missing") != nullptr);
  REQUIRE(outcome.find("promise `keeps acknowledged writes`") != nullptr);
  CHECK(outcome.find("promise `keeps acknowledged writes`")->path == "lost_writes");
  CHECK(outcome.find("promise `converges`") == nullptr);
}
