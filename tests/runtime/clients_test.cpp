// What clients learn: of a host that is gone, of a process that is gone, and across a cut between them and their node.
#include <catch2/catch.hpp>

#include "bench.hpp"

using namespace hearsay;
using namespace hearsay::bench;
using namespace std::chrono_literals;

namespace {

constexpr Duration latency = 80ms;

// One client asks node 0 at 1 s; the request is there at 1.08 s.
Scenario one_request() {
  Scenario scenario = quiet_scenario(2);
  scenario.workloads.front().values = {{"operations", std::int64_t{1}},
                                       {"start", Duration(1s)},
                                       {"targets", Selector::of({0})},
                                       {"client_latency", latency},
                                       {"timeout", Duration(2s)}};
  return scenario;
}

// Answers each request after `work`.
Script answering_after(Duration work) {
  Script script;
  script.request = [work](Node& n, const Operation& operation) { n.after(work, operation.id); };
  script.timer = [](Node& n, TimerKey operation) {
    n.context.respond(static_cast<OpId>(operation), Response{.outcome = Outcome::ok});
  };
  return script;
}

struct Answer {
  Outcome outcome = Outcome::ok;
  Time at{};
  bool operator==(const Answer&) const = default;
};

Answer answer_of(const Scenario& scenario, Duration work = 0ms) {
  const auto answers = run(scenario, answering_after(work)).of(EventKind::respond);
  REQUIRE(answers.size() == 1);
  return {static_cast<Outcome>(answers[0].detail), answers[0].at};
}

Scenario with(const std::string& verb, Duration at, std::optional<Duration> lasts, ParameterValues values) {
  Scenario scenario = one_request();
  add_fault(scenario, verb, at, lasts, std::move(values));
  return scenario;
}

ParameterValues clients_of(NodeId node, const std::string& behavior = "drop") {
  return {{"clients", Selector::of({node})}, {"behavior", behavior}};
}

}  // namespace

TEST_CASE("a request at a crashed host hears nothing until its client gives up; at a killed process it is refused") {
  CHECK(answer_of(one_request()) == Answer{Outcome::ok, at(1160ms)});
  CHECK(answer_of(with("crash", 500ms, std::nullopt, nodes({0}))) == Answer{Outcome::timed_out, at(3s)});
  CHECK(answer_of(with("kill", 500ms, std::nullopt, nodes({0}))) == Answer{Outcome::failed, at(1160ms)});
  CHECK(answer_of(with("leave", 500ms, std::nullopt, nodes({0}))) == Answer{Outcome::failed, at(1160ms)});
  // Back before the request arrives: it is served.
  CHECK(answer_of(with("crash", 1s, 50ms, nodes({0}))) == Answer{Outcome::ok, at(1160ms)});
}

TEST_CASE("a request that a node has: a crash leaves its client waiting, a kill resets the connection") {
  const Duration work = 500ms;  // until 1.58 s
  CHECK(answer_of(with("crash", 1200ms, std::nullopt, nodes({0})), work) == Answer{Outcome::timed_out, at(3s)});
  CHECK(answer_of(with("crash", 1200ms, 100ms, nodes({0})), work) == Answer{Outcome::timed_out, at(3s)});
  CHECK(answer_of(with("kill", 1200ms, std::nullopt, nodes({0})), work) == Answer{Outcome::failed, at(1280ms)});
}

TEST_CASE("an answer that is on its way arrives, whatever becomes of its node") {
  for (const char* verb : {"crash", "kill", "leave"})
    CHECK(answer_of(with(verb, 1100ms, std::nullopt, nodes({0}))) == Answer{Outcome::ok, at(1160ms)});
}

TEST_CASE("clients cut off from their node: a request or an answer that meets the cut at any instant is lost") {
  const Answer nothing{Outcome::timed_out, at(3s)}, answered{Outcome::ok, at(1160ms)};
  for (const auto& [begin, end] : {std::pair<Duration, Duration>{900ms, 1010ms},
                                   {1020ms, 1040ms},
                                   {1060ms, 1090ms},
                                   {1070ms, 1120ms},
                                   {1100ms, 1120ms},
                                   {1150ms, 2s}})
    CHECK(answer_of(with("partition", begin, end - begin, clients_of(0))) == nothing);
  CHECK(answer_of(with("partition", 900ms, 90ms, clients_of(0))) == answered);
  CHECK(answer_of(with("partition", 1170ms, 1s, clients_of(0))) == answered);
  CHECK(answer_of(with("partition", 900ms, 1s, clients_of(1))) == answered);
}

TEST_CASE("a cut that rejects fails requests at once, and counts what it dropped") {
  CHECK(answer_of(with("partition", 900ms, 1s, clients_of(0, "reject"))) == Answer{Outcome::failed, at(1160ms)});
  const History history = run(with("partition", 900ms, 1s, clients_of(0)), answering_after(0ms));
  const auto effects = history.of(EventKind::fault_effect);
  REQUIRE(effects.size() == 1);
  CHECK(effects[0].detail == static_cast<std::uint8_t>(FaultEffect::dropped));
}

TEST_CASE("without a client latency a cut loses what is sent while it lasts") {
  Scenario scenario = with("partition", 900ms, 200ms, clients_of(0));
  scenario.workloads.front().values["client_latency"] = Duration{};
  CHECK(answer_of(scenario) == Answer{Outcome::timed_out, at(3s)});
  CHECK(answer_of(with("partition", 900ms, 50ms, clients_of(0))) == Answer{Outcome::ok, at(1160ms)});
}

TEST_CASE("what reaches a client, or a node for it, once it has given up is ignored") {
  for (const Duration patience : {Duration(50ms), Duration(120ms)}) {  // the request or its answer is on the way
    Scenario scenario = one_request();
    scenario.workloads.front().values["timeout"] = patience;
    CHECK(answer_of(scenario) == Answer{Outcome::timed_out, at(1s + patience)});
  }
}
