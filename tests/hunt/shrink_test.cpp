// Shrinking: what is left fails alike, and nothing more can go.
#include "sim/hunt/shrink.hpp"

#include <catch2/catch.hpp>

#include "sim/hunt/steps.hpp"
#include "sim/hunt/tree.hpp"
#include "tests/hunt/fixtures.hpp"

using namespace hearsay;
using namespace hearsay::hunt;

namespace {

// Node 2 misses what is written while it is down: nothing is sent again. The loss and the pause touch nothing.
const std::string failing =
    "{name: x, description: of no use, seed: 1, nodes: 4, duration: 9s, settle: 1s, protocols: "
    "[{name: interceptor-broadcast, expect: {stale_reads: {max: 1000}}}], workload: {script: [{at: 500ms, node: 0, "
    "write: "
    "true}, {at: 1500ms, node: 1, write: true}, {at: 4s, node: 3, write: true}]}, faults: [{at: 8s, for: 100ms, loss: "
    "{rate: 50%}}, {at: 1s, for: 1s, crash: 2}, {at: 8s, for: 100ms, duplicate: {rate: 50%}}], expect: {converged: "
    "true, lost_writes: 0}}";

bool fails(const Node& tree) {
  const auto outcomes = run_all(one_at_a_time(), {{tree}}).outcomes;
  return outcomes.at(0).find("expect converged") != nullptr;
}

}  // namespace

TEST_CASE("What is left breaks the same oracle, and passes without any one of its faults, steps and parts") {
  const Node tree = parsed(failing);
  const Shrunk shrunk = shrink(tree, "expect converged", one_at_a_time(), 1000);
  INFO(flow_text(shrunk.tree));
  CHECK(shrunk.whole);
  CHECK(shrunk.finding.oracle == "expect converged");
  CHECK(shrunk.before.faults == 3);
  CHECK(shrunk.before.operations == 3);
  CHECK(shrunk.before.nodes == 4);
  CHECK(shrunk.after.faults == 1);
  CHECK(shrunk.after.operations == 1);
  CHECK(shrunk.after.nodes < 4);
  CHECK(shrunk.runs > 3);
  CHECK(shrunk.runs < 1000);
  CHECK(fails(shrunk.tree));
  CHECK(shrunk.tree.find("description") == nullptr);
  const Node* expect = shrunk.tree.find("expect");
  REQUIRE(expect != nullptr);
  CHECK(flow_text(*expect) == "{converged: true}");
  for (const Node& smaller : without_one_part(shrunk.tree)) {
    const Size size = size_of(smaller, "test.yaml");
    const bool grows = size.operations > shrunk.after.operations || size.nodes > shrunk.after.nodes;
    INFO(flow_text(smaller));
    CHECK((grows || !fails(smaller)));
  }
  for (const Node& simpler : with_simpler_value(shrunk.tree)) {
    INFO(flow_text(simpler));
    CHECK_FALSE(fails(simpler));
  }
}

TEST_CASE("A run says which entries of `faults` touched nothing, and how much its clients asked") {
  const auto outcome = run_all(one_at_a_time(), {{parsed(failing)}}).outcomes.at(0);
  CHECK(outcome.ran);
  CHECK(outcome.idle_faults == std::vector<std::uint32_t>{0, 2});
  CHECK(outcome.operations == 3);
  CHECK_FALSE(outcome.run_hash.empty());
  const auto invalid = run_all(one_at_a_time(), {{parsed("{name: x, nodes: none}")}}).outcomes.at(0);
  CHECK_FALSE(invalid.ran);
  CHECK(invalid.findings.empty());
}

TEST_CASE("A bound on the runs ends shrinking with what fails so far, and says so") {
  const Shrunk shrunk = shrink(parsed(failing), "expect converged", one_at_a_time(), 3);
  CHECK_FALSE(shrunk.whole);
  CHECK(shrunk.runs <= 5);
  CHECK(fails(shrunk.tree));
}

TEST_CASE("A bound on the time does, too") {
  RunnerOptions options = one_at_a_time();
  options.shrink_wall_s = 0;
  const Shrunk shrunk = shrink(parsed(failing), "expect converged", options, 1000);
  CHECK_FALSE(shrunk.whole);
  CHECK(shrunk.runs <= 5);
}
