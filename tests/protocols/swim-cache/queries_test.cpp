// Queries with filters, and answers that go through other members ("Distributed Event Bus: query/response mechanism,
// event subscription and filtering").
#include <catch2/catch.hpp>

#include "tests/protocols/swim-cache/cluster.hpp"

namespace hearsay::bench {

using namespace std::chrono_literals;

TEST_CASE("a query asks only the nodes and groups of its filter; all others spread it") {
  const std::vector<std::pair<std::vector<std::string>, double>> filters = {
      {{}, 10},
      {{"health_nodes=[2,7]"}, 2},
      {{"groups=3", "health_group=1"}, 3},
      {{"groups=3", "health_group=1", "health_nodes=[1,2]"}, 1}};
  for (const auto& [words, answers] : filters) {
    auto all = words;
    all.emplace_back("health_interval=10s");
    SwimCluster cluster(10, all);
    cluster.run(18s);
    CHECK(cluster.bench.metric("answers_per_query") == answers);
    CHECK(cluster.bench.metric("events_delivered") == 10 * cluster.bench.metric("queries"));
  }
}

TEST_CASE("answers that also go through other members survive the loss of a datagram and count once") {
  for (const bool relays : {true, false}) {
    SwimCluster cluster(6, {"health_interval=10s", relays ? "relay_factor=2" : "relay_factor=0"});
    double lost = 0;
    for (int i = 0; i < 400; ++i) {
      cluster.bench.advance(50ms);
      do {
        lost += static_cast<double>(cluster.bench.drop({.from = 3, .to = 0, .kind = "query_answer"}));
      } while (cluster.bench.deliver({}) > 0);
    }
    const double queries = cluster.bench.metric("queries");
    CHECK(queries >= 1);
    CHECK(lost >= queries);
    CHECK(cluster.bench.metric("query_answers") == (relays ? 6 : 5) * queries);
    CHECK((cluster.bench.metric("answers_repeated") > 0) == relays);
  }
}

}  // namespace hearsay::bench
