#include "sim/runtime/latency_draws.hpp"

#include <catch2/catch.hpp>

using namespace hearsay;
using namespace std::chrono_literals;

TEST_CASE("Latencies of each law are those that its node's stream gives, one after the other") {
  for (const Delay law : {Delay{Delay::Kind::uniform, 1ms, 9ms}, Delay{Delay::Kind::normal, 10ms, 2ms},
                          Delay{Delay::Kind::exponential, 5ms, 0ms}})
    for (const std::uint64_t node : {0, 7}) {
      LatencyDraws draws(3, node);
      RandomStream stream(3, "network.latency", node);
      for (int i = 0; i < 1000; ++i) REQUIRE(draws.next(law) == law.draw(stream));
    }
}
