// How long a cluster is without a leader, against the paper's figure 16, and how often votes are split, against an
// independent Monte Carlo.
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
  params.term_resets_timeout = false;
  params.pre_vote = false;
  params.check_quorum = false;
  return params;
}

// One trial of the paper's section 9.3: five servers whose logs are of different lengths; the leader sends heartbeats
// to all and crashes at a moment that is uniform in the heartbeat interval behind that. Seconds until there is another
// one. Assumed, since the paper does not say: a vote takes 6.6 ms, and the four logs are of four lengths, so that two
// servers can win. By the paper's figure 2 a newer term does not restart a follower's timeout; with etcd's rule, by
// which it does, servers that cannot win hold up those that can, and the longest trial takes four times as long.
double downtime(Params params, std::uint64_t seed, Duration patience) {
  CoreCluster cluster(5, params, seed);
  RandomStream random(seed, "crash");
  for (NodeId id = 1; id < 5; ++id)
    for (NodeId length = 0; length < id; ++length) cluster.disk(id).log.append(1, noop());
  for (NodeId id = 1; id < 5; ++id) cluster.disk(id).term = 1;
  cluster.delay = [](NodeId, NodeId) { return std::optional<Duration>(3300us); };
  for (NodeId id = 1; id < 5; ++id) cluster.start(id);  // as if just reached by the last heartbeat; 0 is gone
  const Duration crashed = random.between(Duration{}, params.heartbeat_interval);
  while (!cluster.leader())
    if (!cluster.step(Time(patience))) return seconds(patience);
  return seconds(cluster.now() - Time(crashed));
}

std::vector<double> downtimes(const Params& params, std::size_t trials, Duration patience) {
  std::vector<double> all;
  for (std::uint64_t seed = 1; seed <= trials; ++seed) all.push_back(downtime(params, seed, patience));
  std::sort(all.begin(), all.end());
  return all;
}

double median(const std::vector<double>& sorted) { return sorted[sorted.size() / 2]; }

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

TEST_CASE("the time without a leader is that of the paper's section 9.3") {
  // "Without randomness in the election timeout, leader election consistently took longer than 10 seconds".
  const auto none = downtimes(timeouts(150ms, 150ms), 20, 10s);
  CHECK(none.front() >= 10);
  // "Adding just 5ms of randomness helps significantly, resulting in a median downtime of 287ms".
  const auto little = downtimes(timeouts(150ms, 155ms), 1000, 20s);
  CHECK(median(little) == Approx(0.287).epsilon(0.1));
  // "With 50ms of randomness the worst-case completion time (over 1000 trials) was 513ms".
  const auto more = downtimes(timeouts(150ms, 200ms), 1000, 20s);
  CHECK(more.back() == Approx(0.513).epsilon(0.1));
  // "12-24ms: it takes only 35ms on average to elect a leader (the longest trial took 152ms)".
  const auto fast = downtimes(timeouts(12ms, 24ms), 1000, 20s);
  double mean = 0;
  for (const double one : fast) mean += one / static_cast<double>(fast.size());
  CHECK(mean == Approx(0.035).epsilon(0.2));
  CHECK(fast.back() == Approx(0.152).epsilon(0.1));
  // More randomness than the 5 ms shortens the worst case, and lengthens the median only a little.
  const auto wide = downtimes(timeouts(150ms, 300ms), 400, 20s);
  CHECK(median(wide) < 1.2 * median(little));
  CHECK(wide.back() < little.back());
}

TEST_CASE("a newer term restarts the timeout of a follower by etcd's rule alone, and elections take longer by it") {
  Params etcd = timeouts(150ms, 200ms);
  etcd.term_resets_timeout = true;
  const auto restarted = downtimes(etcd, 400, 20s), kept = downtimes(timeouts(150ms, 200ms), 400, 20s);
  CHECK(median(restarted) > 1.5 * median(kept));
  CHECK(restarted.back() > 2 * kept.back());
}

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
