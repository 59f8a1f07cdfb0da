// Snapshots of a whole Raft cluster, on the bench: whether they are consistent cuts, and a beginning from one.
#include <catch2/catch.hpp>
#include <set>
#include <sstream>

#include "sim/transcript/bench.hpp"
#include "sim/transcript/script.hpp"

using namespace hearsay;
using namespace hearsay::bench;
using namespace std::chrono_literals;

namespace {

struct RaftCluster {
  std::ostringstream transcript;
  Bench bench;
  RaftCluster(std::uint32_t nodes, const std::vector<std::string>& words, std::uint64_t seed)
      : bench(protocol(), parse_parameters(protocol(), words), nodes, seed, transcript) {}
  static const ProtocolInfo& protocol() { return *find_protocol("raft"); }

  void run(Duration time) {
    for (Duration passed{}; passed < time; passed += 50ms) {
      bench.advance(50ms);
      bench.settle();
    }
  }
};

// Whether a snapshot that is taken while messages arrive in random order is a consistent cut.
bool consistent(std::uint64_t seed, bool markers) {
  RaftCluster cluster(3, {"backup_at=3s", markers ? "backup_markers=true" : "backup_markers=false"}, seed);
  cluster.run(2900ms);
  RandomStream random(seed, "order");
  const auto shuffle = [&](int steps) {
    for (int i = 0; i < steps; ++i) {
      if (random.chance(0.1)) cluster.bench.write(static_cast<NodeId>(random.below(3)), "k", "v");
      if (random.chance(0.3)) cluster.bench.advance({});
      Filter one;
      one.from = static_cast<NodeId>(random.below(3));
      one.to = static_cast<NodeId>(random.below(3));
      one.at_most = 1;
      cluster.bench.deliver(one);
    }
  };
  shuffle(60);
  cluster.bench.advance(100ms);
  shuffle(120);
  cluster.run(500ms);
  REQUIRE(cluster.bench.metric("backups_taken") == 1);
  return cluster.bench.metric("backups_inconsistent") == 0;
}

}  // namespace

TEST_CASE("snapshots with markers are consistent cuts in random schedules, and without them some are not") {
  int torn = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    INFO("seed " << seed);
    CHECK(consistent(seed, true));
    torn += consistent(seed, false) ? 0 : 1;
  }
  CHECK(torn >= 5);
}

TEST_CASE("a cluster that comes up with all disks lost begins again from its last snapshot") {
  RaftCluster cluster(3, {"backup_interval=5s"}, 1);
  cluster.run(2s);
  const WriteId before = cluster.bench.write(0, "k", "v");
  cluster.run(4s);
  cluster.bench.write(0, "late", "v");
  cluster.run(1s);
  CHECK(cluster.bench.metric("backups_taken") == 1);
  for (NodeId node = 0; node < 3; ++node) cluster.bench.crash(node, DiskMode::lost);
  for (NodeId node = 0; node < 3; ++node) cluster.bench.restart(node);
  cluster.run(6s);
  CHECK(cluster.bench.metric("backups_restored") == 3);
  cluster.bench.read(1, "k");
  const OpId first = cluster.bench.last_operation();
  cluster.bench.read(1, "late");
  cluster.run(1s);
  CHECK(cluster.bench.seen(first) == std::vector<WriteId>{before});
  CHECK(cluster.bench.seen(cluster.bench.last_operation()).empty());
  CHECK(cluster.bench.metric("state_machine_safety_violations") == 0);
  CHECK(cluster.bench.metric("election_safety_violations") == 0);
}

TEST_CASE("one node that has lost its disk does not go back to a snapshot") {
  RaftCluster cluster(3, {"backup_interval=5s"}, 1);
  cluster.run(6s);
  cluster.bench.crash(2, DiskMode::lost);
  cluster.bench.restart(2);
  cluster.run(3s);
  CHECK(cluster.bench.metric("backups_restored") == 0);
  CHECK(cluster.bench.agreed());
}

TEST_CASE("at each multiple of the interval one member begins a snapshot, each in its turn") {
  RaftCluster cluster(3, {"backup_interval=5s"}, 1);
  cluster.run(4900ms);
  const auto sent = [&] {
    const auto& by_kind = cluster.bench.tally().sent;
    return by_kind.contains("marker") ? by_kind.at("marker") : 0;
  };
  for (const std::string snapshot : {"1", "2", "3"}) {
    const std::size_t before = sent();
    cluster.run(200ms);
    CHECK(sent() - before == 3 * 2);
    const std::string text = cluster.transcript.str();
    const std::size_t first = text.find(": marker snapshot " + snapshot + " ");
    REQUIRE(first != std::string::npos);
    const std::string member = std::to_string(std::stoi(snapshot) % 3);
    CHECK(text.substr(text.rfind('\n', first) + 1).find("  " + member + " sends ") == 0);
    cluster.run(4800ms);
  }
  CHECK(cluster.bench.metric("backups_taken") == 3);
}
