// What happens in a scenario, as far as promises depend on it.
#include "sim/hunt/circumstances.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "tests/hunt/fixtures.hpp"

using namespace hearsay;
using namespace hearsay::hunt;
using namespace std::chrono_literals;

namespace {

Circumstances of(const std::string& rest) {
  return circumstances_of(*scenario_of(
      "{name: p, nodes: 5, duration: 100s, protocols: [delta-gossip], workload: {stop: 5s}, " + rest + "}"));
}

Circumstances with(const std::string& fault) { return of("faults: [{" + fault + "}]"); }

std::set<std::string> hazards(const Circumstances& there) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < hazard_kinds; ++i)
    if (there.hazards[i]) names.insert(std::string(name_of(static_cast<Hazard>(i))));
  return names;
}

using Names = std::set<std::string>;

Time at(Duration time) { return Time(time); }

}  // namespace

TEST_CASE("Without faults nothing happens after the last operation") {
  const Circumstances there = of("faults: []");
  CHECK(hazards(there).empty());
  CHECK(there.heals);
  CHECK(there.outage() == 0s);
  CHECK(there.last_operation == at(5s));
  CHECK(there.last_disturbance() == at(5s));
}

TEST_CASE("A fault lasts as long as it says, for each of its nodes and repeats") {
  const Circumstances once = with("at: 7s, for: 2s, partition: {kind: halves}");
  CHECK(hazards(once) == Names{"partition"});
  CHECK(once.heals);
  CHECK(once.first_fault == at(7s));
  CHECK(once.last_heal == at(9s));
  CHECK(once.outage() == 2s);
  CHECK(once.last_disturbance() == at(9s));
  CHECK(with("at: 7s, for: 2s, stagger: 1s, crash: all").last_heal == at(14s));
  CHECK(with("at: 7s, for: 2s, every: 10s, times: 3, crash: 0").last_heal == at(29s));
  CHECK(with("at: 7s, for: 2s, every: 10s, crash: 0").last_heal == at(100s));
  const Circumstances two =
      of("faults: [{at: 7s, for: 2s, crash: 0}, {at: 3s, for: 1s, pause: 1}, {at: 4s, for: 1s, clock: {nodes: 1, skew: "
         "1s}}]");
  CHECK(two.first_fault == at(3s));
  CHECK(two.last_heal == at(9s));
  CHECK(two.outage() == 6s);
  CHECK(hazards(two) == Names{"restart", "stall", "wrong clocks"});
}

TEST_CASE("What lasts to the end heals only where nodes are gone, who take their disks along") {
  CHECK_FALSE(with("at: 1s, partition: {kind: halves}").heals);
  CHECK_FALSE(with("at: 1s, pause: 0").heals);
  const Circumstances gone = with("at: 1s, crash: 0");
  CHECK(gone.heals);
  CHECK(hazards(gone) == Names{"restart", "join or leave", "loss of a disk"});
  const Circumstances left = with("at: 1s, leave: 0");
  CHECK(left.heals);
  CHECK(hazards(left) == Names{"join or leave"});
  CHECK(hazards(with("at: 1s, for: 1s, crash: 0")) == Names{"restart"});
}

TEST_CASE("A limit of bandwidth heals if its queue is bounded") {
  CHECK_FALSE(with("at: 1s, for: 1s, bandwidth: 10kbps").heals);
  CHECK(with("at: 1s, for: 1s, bandwidth: {limit: 10kbps, queue: 1s}").heals);
}

TEST_CASE("Background conditions never end: those that hold back or lose heal nothing") {
  const Circumstances loss = of("network: {loss: 10%}");
  CHECK_FALSE(loss.heals);
  CHECK(hazards(loss) == Names{"lost packets"});
  CHECK(loss.outage() == 0s);
  const Circumstances copies = of("network: {duplicate: 10%}");
  CHECK(copies.heals);
  CHECK(hazards(copies) == Names{"duplicate packets"});
  const Circumstances latency = of("network: {latency: {uniform: {min: 1ms, max: 2ms}}}");
  CHECK(latency.heals);
  CHECK(hazards(latency) == Names{"reordering"});
}

TEST_CASE("Packets that are held back throughout the run bound what is promised to the patient alone") {
  CHECK(of("network: {reorder: {rate: 10%, by: 2s}}").held_back == 2s);
  CHECK(of("network: {reorder: {rate: 10%, by: 2s}}").heals);
  CHECK(of("network: {reorder: 10%}").held_back == 50ms);  // the verb's default
  CHECK(of("network: {duplicate: 10%}").held_back == 0s);
  CHECK(with("at: 1s, for: 1s, reorder: {rate: 10%, by: 2s}").held_back == 0s);
  const auto kept = [](const std::string& protocol, const std::string& by) {
    for (const Promise& promise : promises_kept_in(*scenario_of("{name: p, nodes: 5, duration: 2000s, protocols: [" +
                                                                protocol + "], workload: {stop: 5s, kind: kv}, " +
                                                                "network: {reorder: {rate: 10%, by: " + by + "}}}")))
      if (promise.name == "converges") return true;
    return false;
  };
  const std::string raft = "{name: raft, params: {election_timeout_min: 2s, election_timeout_max: 4s}}";
  CHECK(kept(raft, "500ms"));  // a quarter of the timeout
  CHECK_FALSE(kept(raft, "501ms"));
  const std::string cache =
      "{name: swim-cache, params: {reconnect_interval: 10s, consensus: raft, election_timeout: 2s}}";
  CHECK(kept(cache, "500ms"));
  CHECK_FALSE(kept(cache, "501ms"));
  CHECK(kept("{name: swim-cache, params: {reconnect_interval: 10s}}", "10s"));
}

TEST_CASE("Nodes that join while others cannot be reached, and nodes of one name, are hazards of their own") {
  const auto with_faults = [](const std::string& faults) {
    return hazards(
        circumstances_of(*scenario_of("{name: p, nodes: 5, duration: 100s, protocols: [delta-gossip], "
                                      "workload: {stop: 5s}, faults: [" +
                                      faults + "]}")));
  };
  const std::string join = "{at: 1s, join: 4}", leave = "{at: 1s, leave: 4}", kill = "{at: 9s, for: 1s, kill: 0}";
  CHECK(with_faults(join) == Names{"join or leave"});
  CHECK(with_faults(leave + ", " + kill) == Names{"restart", "join or leave"});
  CHECK(with_faults(join + ", " + kill) == Names{"restart", "join or leave", "joins while others cannot be reached"});
  const Names clone = with_faults("{at: 1s, for: 1s, clone: {nodes: 3, of: 0}}");
  CHECK(clone.size() == hazard_kinds);
  CHECK(std::find(clone.begin(), clone.end(), "two nodes with one name") != clone.end());
}

TEST_CASE("Sessions that go from node to node are a hazard") {
  const auto with_workload = [](const std::string& workload) {
    return circumstances_of(*scenario_of(
        "{name: p, nodes: 5, duration: 100s, protocols: [interceptor-broadcast], workload: " + workload + "}"));
  };
  CHECK(hazards(with_workload("{kind: kv, stop: 5s, roam: true}")) == Names{"roaming clients"});
  CHECK(hazards(with_workload("{kind: kv, stop: 5s, roam: false}")).empty());
  CHECK(hazards(with_workload("{kind: kv, script: [{at: 1s, node: 1, client: 0, read: true, key: a}]}")) ==
        Names{"roaming clients"});
  const Circumstances script = with_workload("{kind: kv, script: [{at: 1s, node: 1, read: true, key: a}]}");
  CHECK(hazards(script).empty());
  CHECK(script.last_operation >= at(1s));
  CHECK(with_workload("[{kind: kv, stop: 9s}, {kind: kv, stop: 5s}]").last_operation == at(9s));
}

TEST_CASE("A promise about the end holds from its time after the last disturbance on") {
  const auto kept = [](const std::string& duration, const std::string& rest = "") {
    for (const Promise& promise :
         promises_kept_in(*scenario_of("{name: p, nodes: 5, duration: " + duration +
                                       ", protocols: [delta-gossip], workload: {stop: 5s}" + rest + "}")))
      if (promise.name == "converges") return true;
    return false;
  };
  const auto scenario = scenario_of("{name: p, nodes: 5, duration: 100s, protocols: [delta-gossip]}");
  const Duration within = longest_within(scenario->protocols.front());
  REQUIRE(within > 10s);
  const auto text = [](Duration time) { return to_string(Value(time), ValueType::duration); };
  CHECK(kept(text(5s + within)));
  CHECK_FALSE(kept(text(5s + within - 1ms)));
  CHECK(kept(text(8s + within), ", faults: [{at: 7s, for: 1s, pause: 0}]"));
  CHECK_FALSE(kept(text(8s + within - 1ms), ", faults: [{at: 7s, for: 1s, pause: 0}]"));
}

TEST_CASE("A promise about some workloads is not made for others") {
  const auto kept = [](const std::string& workload) {
    for (const Promise& promise :
         promises_kept_in(*scenario_of("{name: p, nodes: 5, duration: 300s, protocols: [{name: interceptor-broadcast, "
                                       "params: {retries: 3}}], workload: " +
                                       workload + "}")))
      if (promise.name == "converges") return true;
    return false;
  };
  CHECK(kept("{kind: broadcast, stop: 5s}"));
  CHECK_FALSE(kept("{kind: kv, stop: 5s}"));
  CHECK_FALSE(kept("[{kind: broadcast, stop: 5s}, {kind: kv, stop: 5s}]"));
}
