// How often votes are split, against an independent Monte Carlo.
#include <catch2/catch.hpp>

#include "tests/protocols/raft/cluster.hpp"

using namespace hearsay;
using namespace hearsay::raft;
using namespace std::chrono_literals;

namespace {

Params timeouts(Duration least, Duration most) {
  Params params;
  params.election_timeout_min = least;
  params.election_timeout_max = most;
  params.heartbeat_interval = least / 2;
  params.pre_vote = false;
  params.check_quorum = false;
  return params;
}

// Whether the first term of an election splits its votes, by Raft.
bool splits(std::uint32_t nodes, std::uint64_t seed) {
  CoreCluster cluster(nodes, timeouts(150ms, 170ms), seed);
  cluster.delay = [](NodeId, NodeId) { return std::optional<Duration>(5ms); };
  for (NodeId id = 1; id < nodes; ++id) cluster.start(id);
  while (cluster.step(Time(10s))) {
    if (cluster.leader()) return false;
    for (NodeId id = 1; id < nodes; ++id)
      if (cluster.core(id).term() > 1) return true;
  }
  return true;
}

// The same without any code of Raft's: each follower times out at its own moment, and whoever is asked before that
// votes for the first one who asks.
bool splits_by_hand(std::uint32_t nodes, RandomStream& random) {
  std::vector<double> due(nodes - 1);
  for (double& one : due) one = 150 + 20 * random.uniform();
  std::vector<std::uint32_t> votes(nodes - 1, 0);
  const auto first = std::min_element(due.begin(), due.end());
  for (std::size_t i = 0; i < due.size(); ++i) {
    if (due[i] <= *first + 5)
      ++votes[i];  // for itself
    else
      ++votes[static_cast<std::size_t>(first - due.begin())];
  }
  return *std::max_element(votes.begin(), votes.end()) < nodes / 2 + 1;
}

}  // namespace

TEST_CASE("votes are split as often as an independent Monte Carlo says, for 3, 5 and 9 voters") {
  for (const std::uint32_t nodes : {3U, 5U, 9U}) {
    constexpr int trials = 1500, by_hand_trials = 200'000;
    int split = 0, by_hand = 0;
    for (int seed = 1; seed <= trials; ++seed) split += splits(nodes, static_cast<std::uint64_t>(seed)) ? 1 : 0;
    RandomStream random(nodes, "by hand");
    for (int i = 0; i < by_hand_trials; ++i) by_hand += splits_by_hand(nodes, random) ? 1 : 0;
    const double expected = static_cast<double>(by_hand) / by_hand_trials;
    const double deviation = std::sqrt(expected * (1 - expected) / trials);
    INFO(nodes << " voters: " << split << " of " << trials << ", expected " << expected);
    CHECK(static_cast<double>(split) / trials == Approx(expected).margin(4 * deviation));
  }
}
