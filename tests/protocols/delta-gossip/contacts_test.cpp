// Contacts under a connection limit, and what a synchronous round passes on (Demers et al. 1987, section 1.4).
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "tests/protocols/delta-gossip/cluster.hpp"

namespace hearsay::bench {
namespace {

const Words phone_calls = bare + Words{"fanout=1",   "synchronous=true",     "spread=push-pull",
                                       "rumour=off", "remember_peers=false", "acknowledgements=false"};

}  // namespace

TEST_CASE("a node admits connection_limit calls of a round, and rejects the others") {
  constexpr NodeId n = 20;
  for (const std::size_t limit : {1U, 2U}) {
    Cluster cluster(n, phone_calls + Words{"connection_limit=" + std::to_string(limit)});
    cluster.write(0);
    for (int round = 1; round <= 20; ++round) {
      const std::size_t before = cluster.transcript.str().size();
      cluster.rounds(1);
      std::map<std::string, std::size_t> calls;
      std::istringstream lines(cluster.transcript.str().substr(before));
      std::size_t rejected = 0;
      for (std::string text; std::getline(lines, text);) {
        if (text.find("-> ") != std::string::npos && text.find(" hello call") != std::string::npos)
          ++calls[text.substr(text.find("-> "), 5)];
        rejected += text.find(" hello rejected") != std::string::npos && text.find("sends") != std::string::npos;
      }
      std::size_t beyond = 0;
      for (const auto& [callee, count] : calls) beyond += count - std::min(count, limit);
      CHECK(rejected == beyond);
    }
    CHECK(cluster.bench.metric("contacts") + cluster.bench.metric("contacts_rejected") == 20 * n);
    CHECK(cluster.bench.metric("contacts_rejected") > 0);
    CHECK(cluster.bench.metric("hunts") == 0);
    CHECK(cluster.bench.agreed());
  }
}

TEST_CASE("limit 1 and endless hunting: in each round everybody is called with success by exactly one other") {
  constexpr NodeId n = 12;
  Cluster cluster(n, phone_calls + Words{"connection_limit=1", "hunt_limit=1000"});
  cluster.write(0);
  cluster.rounds(5);
  // Whoever is left with nobody but itself to call makes no contact.
  CHECK(cluster.bench.metric("contacts") >= 5 * (n - 1));
  CHECK(cluster.bench.metric("contacts") <= 5 * n);
  CHECK(cluster.bench.metric("hunts") > 0);
  Cluster hunting_once(n, phone_calls + Words{"connection_limit=1", "hunt_limit=1"});
  hunting_once.rounds(5);
  CHECK(hunting_once.bench.metric("hunts") <= 5 * n);
  CHECK(hunting_once.bench.metric("contacts") < 5 * n);
}

TEST_CASE("what comes in a synchronous round is passed on in the next one, by push, pull and calls") {
  for (const char* limit : {"connection_limit=0", "connection_limit=1", "connection_limit=9"}) {
    Cluster cluster(64, phone_calls + Words{limit});
    cluster.write(0);
    double most = 1;
    for (int round = 1; round <= 6; ++round) {
      cluster.rounds(1);
      const double holders = cluster.bench.metric("elements_useful") + 1;
      INFO(limit << ", round " << round);
      // A holder calls one, and each of those that call a holder gets it: hops are at most rounds.
      CHECK(cluster.bench.metric("last_delivery_hop") <= round);
      CHECK(holders >= most);
      most = holders;
    }
    CHECK(cluster.bench.metric("mean_useful_round") > 1);
    CHECK(cluster.bench.metric("mean_useful_round") < cluster.bench.metric("last_useful_round"));
  }
}

}  // namespace hearsay::bench
