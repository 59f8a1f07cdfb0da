// Replicas on the bench where Raft's assumption is broken: that a disk keeps what was synced.
#include <catch2/catch.hpp>

#include "sim/transcript/script.hpp"

using namespace hearsay;
using namespace hearsay::bench;
using namespace std::chrono_literals;

namespace {

// Three nodes of which node 2 leads, with one committed entry.
struct Led : ProtocolBench {
  explicit Led(const std::vector<std::string>& words) : ProtocolBench("raft", 3, words) {
    bench.advance(1100ms);
    for (int step = 0; step < 6; ++step) {
      bench.settle();
      bench.advance({});
    }
    REQUIRE(bench.metric("leaders") == 1);
    REQUIRE(transcript.str().find("  2 sends 0 1: append term 1 after 0 of 0 [noop]") != std::string::npos);
  }
  void deliver(NodeId from, NodeId to) {
    Filter filter;
    filter.from = from;
    filter.to = to;
    bench.deliver(filter);
  }
  // These two hear each other, and nobody else.
  void run(NodeId a, NodeId b, Duration time) {
    for (Duration passed{}; passed < time; passed += 50ms) {
      for (int turn = 0; turn < 3; ++turn) {
        deliver(a, b);
        deliver(b, a);
        bench.advance({});
      }
      bench.advance(50ms);
    }
  }
  double counted(const char* metric) const { return bench.metric(metric); }
};

}  // namespace

TEST_CASE("where a voter loses its disk, figure 3 is seen to break, and whoever is to drop a committed entry ends") {
  for (const bool compacts : {false, true}) {
    Led led({compacts ? "snapshot_entries=2" : "snapshot_entries=1000", "catch_up_entries=0"});
    const WriteId lost = led.bench.write(2, "k", "v");
    led.run(2, 0, 200ms);
    CHECK(led.bench.outcome(led.bench.last_operation()) == Outcome::ok);
    CHECK(led.bench.applied(0) == std::set<WriteId>{lost});
    led.bench.crash(0, DiskMode::lost);
    led.bench.restart(0);
    CHECK(led.counted("state_machine_safety_violations") == 0);
    led.run(0, 1, 4s);  // it votes for node 1, which lacks the entry, and their next one takes its place
    CHECK(led.counted("terms_led") == 2);
    CHECK(led.counted("leader_completeness_violations") == 1);
    CHECK(led.counted("state_machine_safety_violations") == 2);  // by both
    CHECK(led.bench.applied(0).empty());
    if (compacts) {
      led.bench.crash(1, DiskMode::kept);
      led.bench.restart(1);
      CHECK(led.counted("state_machine_safety_violations") == 3);  // its snapshot is what it applies first
      continue;
    }
    CHECK(led.transcript.str().find("2 exits") == std::string::npos);
    led.run(1, 2, 200ms);
    CHECK(led.counted("panics") == 1);
    CHECK(led.transcript.str().find("2 exits") != std::string::npos);
  }
}
