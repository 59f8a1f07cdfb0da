#include "sim/hunt/steps.hpp"

#include <catch2/catch.hpp>

#include "sim/hunt/shrink.hpp"
#include "sim/hunt/tree.hpp"
#include "sim/workload/workload.hpp"
#include "tests/hunt/fixtures.hpp"

using namespace hearsay;
using namespace hearsay::hunt;

namespace {

std::vector<std::string> texts(const std::vector<Node>& trees) {
  std::vector<std::string> all;
  for (const Node& tree : trees) all.push_back(flow_text(tree));
  return all;
}

bool contains(const std::vector<Node>& trees, const std::string& text) {
  const auto all = texts(trees);
  return std::find(all.begin(), all.end(), text) != all.end();
}

}  // namespace

TEST_CASE("Parts go one at a time, and what identifies the run stays") {
  const Node tree = parsed("{name: x, seed: 1, nodes: 3, protocols: [{name: delta-gossip, params: {ttl: 1s}}]}");
  const auto smaller = without_one_part(tree);
  CHECK(contains(smaller, "{name: x, seed: 1, protocols: [{name: delta-gossip, params: {ttl: 1s}}]}"));
  CHECK(contains(smaller, "{name: x, seed: 1, nodes: 3, protocols: [{name: delta-gossip}]}"));
  CHECK(contains(smaller, "{name: x, seed: 1, nodes: 3, protocols: [{name: delta-gossip, params: {}}]}"));
  CHECK(smaller.size() == 3);
}

TEST_CASE("Drawn operations end sooner by whole milliseconds, soonest first") {
  const auto stops = [](const std::string& workload) {
    std::vector<std::string> all;
    for (const Node& tree : with_earlier_stop(parsed("{name: x, workload: " + workload + "}")))
      all.push_back(tree.find("workload")->find("stop")->text);
    return all;
  };
  CHECK(stops("{stop: 8s}") == std::vector<std::string>{"500ms", "1s", "2s", "4s"});
  CHECK(stops("{stop: 7ms}") == std::vector<std::string>{"1ms", "1ms", "1ms", "3ms"});
  CHECK(stops("{rate: 5/s}").empty());
  CHECK(stops("[{stop: 8s}]").empty());
}

TEST_CASE("With fewer nodes the ids that faults and steps name go along") {
  const Node tree = parsed(
      "{name: x, nodes: 5, protocols: [delta-gossip], workload: {script: [{at: 1s, node: 4, write: true}]}, faults: "
      "[{at: "
      "1s, for: 2s, crash: {nodes: [0, 3, 4]}}, {at: 4s, partition: {groups: [[0, 1], [2, 3, 4]]}}]}");
  const auto smaller = with_fewer_nodes(tree);
  REQUIRE(smaller.size() == 4);
  CHECK(flow_text(smaller[2]) ==
        "{name: x, nodes: 3, protocols: [delta-gossip], workload: {script: [{at: 1s, node: 1, write: true}]}, faults: "
        "[{at: 1s, for: 2s, crash: {nodes: [0, 1]}}, {at: 4s, partition: {groups: [[0, 1], [2, 0, 1]]}}]}");
}

TEST_CASE("Drawn operations become a script with the same operations") {
  const Node tree = parsed(
      "{name: x, seed: 3, nodes: 3, duration: 9s, protocols: [swim-cache], workload: {kind: cache, rate: 10/s, stop: "
      "2s, "
      "reads: 50%, keys: 2}}");
  const auto scripts = as_script(tree, "test.yaml");
  REQUIRE(scripts.size() == 1);
  CHECK(size_of(scripts.front(), "test.yaml").operations == size_of(tree, "test.yaml").operations);
  CHECK(size_of(tree, "test.yaml").operations == 20);
  CHECK(as_script(scripts.front(), "test.yaml").empty());
  // Those that the runtime would draw: when, where and what.
  const auto drawn = read_tree(tree, "test.yaml"), written = read_tree(scripts.front(), "test.yaml");
  WorkloadContext context;
  context.seed = 3;
  context.nodes = {0, 1, 2};
  context.duration_end = Time(drawn->duration);
  const auto schedule = make_workload(drawn->workloads, context);
  for (const ScriptStep& step : written->workloads.front().script) {
    const auto scheduled = schedule->next();
    REQUIRE(scheduled);
    CHECK(step.at == scheduled->at);
    CHECK(step.node == scheduled->target);
    CHECK(step.key == scheduled->operation.key);
  }
}

TEST_CASE("Values become rounder and shorter") {
  const auto simpler = with_simpler_value(parsed("{name: x, faults: [{at: 1234ms, for: 800ms, crash: 0}]}"));
  CHECK(contains(simpler, "{name: x, faults: [{at: 1s, for: 800ms, crash: 0}]}"));
  CHECK(contains(simpler, "{name: x, faults: [{at: 1200ms, for: 800ms, crash: 0}]}"));
  CHECK(contains(simpler, "{name: x, faults: [{at: 1234ms, for: 450ms, crash: 0}]}") == false);
  CHECK(contains(simpler, "{name: x, faults: [{at: 1234ms, for: 400ms, crash: 0}]}"));
  const std::string tree = "{name: x, faults: [{at: 300ms, for: 400ms, crash: 0}]}";
  const auto shorter = texts(with_simpler_value(parsed(tree)));
  const auto count = [&shorter](const std::string& text) { return std::count(shorter.begin(), shorter.end(), text); };
  CHECK(count(tree) == 0);                                                   // simpler, not equal
  CHECK(count("{name: x, faults: [{at: 0s, for: 400ms, crash: 0}]}") == 1);  // a fault may begin at once
  CHECK(count("{name: x, faults: [{at: 300ms, for: 0s, crash: 0}]}") == 0);  // and not last for no time
}

TEST_CASE("A tree is written as a person would") {
  CHECK(block_text(
            parsed("{name: x, nodes: 2, faults: [{at: 1s, crash: 0}], workload: {kind: kv, script: [{at: 0s, node: 1, "
                   "read: true}]}}")) ==
        "name: x\nnodes: 2\nfaults:\n  - {at: 1s, crash: 0}\nworkload:\n  kind: kv\n  script:\n    - {at: 0s, node: 1, "
        "read: "
        "true}\n");
}
