// Verdicts: pass, fail, inconclusive.
#include "sim/metrics/verdict.hpp"

#include <catch2/catch.hpp>

namespace hearsay {
namespace {

using Kind = Expectation::Kind;

// A run with ten acknowledged operations and one fault that dropped a message.
RunResult sound_run() {
  RunResult result;
  result.converged = true;
  result.convergence_time_s = 1.5;
  result.label = "a \"b\"\n";
  result.operations.attempted = result.operations.acknowledged = 10;
  FaultRecord fault;
  fault.verb = "partition";
  fault.text = "halves";
  fault.at = 2.5;
  fault.effects[static_cast<std::size_t>(FaultEffect::dropped)] = 1;
  result.faults.push_back(fault);
  return result;
}

RunResult judged(const std::vector<Expectation>& expectations, RunResult result = sound_run()) {
  judge(result, expectations);
  return result;
}

TEST_CASE("a run that keeps all expectations passes without reasons") {
  const RunResult r = judged({{"converged", Kind::equals, true, "true"},
                              {"lost_writes", Kind::equals, 0.0, "0"},
                              {"convergence_time_s", Kind::at_most, 1.5, "max: 1.5"},
                              {"convergence_time_s", Kind::at_least, 1.5, "min: 1.5"}});
  CHECK(r.verdict == VerdictKind::pass);
  CHECK(r.reasons.empty());
  REQUIRE(r.expectations.size() == 4);
  CHECK(std::get<bool>(r.expectations[0].value.data));
  CHECK(r.expectations[2].name == "convergence_time_s");
  CHECK(r.expectations[2].bound == "max: 1.5");
  CHECK(std::get<double>(r.expectations[2].value.data) == 1.5);
  CHECK(r.expectations[2].ok);
}

TEST_CASE("a fault that repeats is judged as a whole; others by themselves") {
  RunResult result = sound_run();
  FaultRecord idle = result.faults[0];
  idle.effects = {};
  idle.entry = 0;  // another firing of the same entry
  result.faults.push_back(idle);
  CHECK(judged({}, result).verdict == VerdictKind::pass);
  idle.entry = 1;
  idle.verb = "loss";
  for (const double at : {3.5, 4.5, 5.5}) {
    idle.at = at;
    result.faults.push_back(idle);
  }
  const RunResult r = judged({}, result);
  CHECK(r.verdict == VerdictKind::inconclusive);
  CHECK(r.reasons ==
        std::vector<std::string>{"the fault `loss: halves` at 3.5 s touched nothing, nor did its 2 repetitions"});
}

TEST_CASE("a verb that does not count touches the nodes that it chose, and without any nothing") {
  RunResult result = sound_run();
  FaultRecord join;
  join.verb = "join";
  join.entry = 1;
  join.counts = false;
  join.nodes = {3};
  result.faults.push_back(join);
  CHECK(judged({}, result).verdict == VerdictKind::pass);
  result.faults.back().nodes.clear();
  CHECK(judged({}, result).verdict == VerdictKind::inconclusive);
}

TEST_CASE("a broken expectation fails the run and says what was and what should be") {
  const auto [expectation, reason] = GENERATE(table<Expectation, std::string>(
      {{{"converged", Kind::equals, false, "false"}, "converged is true, expected false"},
       {{"lost_writes", Kind::equals, 1e-9, "1e-9"}, "lost_writes is 0, expected 1e-9"},
       {{"convergence_time_s", Kind::at_most, 1.4, "max: 1.4"}, "convergence_time_s is 1.5, expected max: 1.4"},
       {{"convergence_time_s", Kind::at_least, 2.0, "min: 2"}, "convergence_time_s is 1.5, expected min: 2"},
       {{"label", Kind::equals, std::string("x"), "x"}, "label is \"a \\\"b\\\"\\n\", expected x"},
       {{"converged", Kind::equals, 1.0, "1"}, "converged is true, expected 1"},
       {{"converged", Kind::at_least, 1.0, "min: 1"}, "converged is true, expected min: 1"},
       {{"lost_writes", Kind::absent, false, "null"}, "lost_writes is 0, expected null"}}));
  const RunResult r = judged({expectation});
  CHECK(r.verdict == VerdictKind::fail);
  REQUIRE(r.reasons.size() == 1);
  CHECK(r.reasons[0] == reason);
  CHECK_FALSE(r.expectations.at(0).ok);
}

TEST_CASE("an expectation about a value that the run does not have is inconclusive") {
  const RunResult r = judged({{"residue", Kind::at_most, 1.0, "max: 1"}});
  CHECK(r.verdict == VerdictKind::inconclusive);
  CHECK(r.expectations.at(0).value.is_null());
  CHECK(r.reasons.at(0) == "residue has no value in this run, expected max: 1");
}

TEST_CASE("an expectation can ask that a value be null") {
  const RunResult r = judged({{"residue", Kind::absent, false, "null"}});
  CHECK(r.verdict == VerdictKind::pass);
  CHECK(r.expectations.at(0).ok);
}

TEST_CASE("a run in which nothing was acknowledged is inconclusive, also when nothing was attempted") {
  RunResult run = sound_run();
  run.operations.acknowledged = 0;
  CHECK(judged({}, run).verdict == VerdictKind::inconclusive);
  CHECK(judged({}, run).reasons == std::vector<std::string>{"none of the 10 operations was acknowledged"});
  run.operations.attempted = 0;
  CHECK(judged({}, run).verdict == VerdictKind::inconclusive);
  CHECK(judged({}, run).reasons == std::vector<std::string>{"no operation was attempted"});
}

TEST_CASE("a fault that touched nothing makes a run inconclusive, unless it counts nothing") {
  RunResult run = sound_run();
  run.faults[0].effects = {};
  const RunResult r = judged({}, run);
  CHECK(r.verdict == VerdictKind::inconclusive);
  CHECK(r.reasons.at(0) == "the fault `partition: halves` at 2.5 s touched nothing");
  run.faults[0].counts = false;
  run.faults[0].nodes = {0};
  CHECK(judged({}, run).verdict == VerdictKind::pass);
}

TEST_CASE("inconclusive outranks fail, and all reasons are reported") {
  RunResult run = sound_run();
  run.faults[0].effects = {};
  const RunResult r = judged({{"converged", Kind::equals, false, "false"}}, run);
  CHECK(r.verdict == VerdictKind::inconclusive);
  REQUIRE(r.reasons.size() == 2);
  CHECK(r.reasons[1] == "converged is true, expected false");
}

}  // namespace
}  // namespace hearsay
