#include "protocols/delta-gossip/failed.hpp"

#include <catch2/catch.hpp>

namespace hearsay::gossip {

TEST_CASE("a failed neighbour has its stand-in until it is taken back, which tells who that was") {
  Failed failed;
  failed.put(1, 7);
  failed.put(2, no_node);
  CHECK(failed.contains(1));
  CHECK(failed.stands_in(7));
  CHECK_FALSE(failed.stands_in(no_node));
  CHECK(failed.take(1) == 7);
  CHECK(failed.take(2) == no_node);
  CHECK_FALSE(failed.take(1));
  CHECK_FALSE(failed.contains(1));
  CHECK_FALSE(failed.stands_in(7));
}

TEST_CASE("who stands in for two does so until both are back, or another one takes over from it") {
  Failed failed;
  failed.put(1, 7);
  failed.put(2, 7);
  failed.put(3, 8);
  failed.take(1);
  CHECK(failed.stands_in(7));
  failed.put(1, 7);
  failed.replace(7, 8);
  CHECK_FALSE(failed.stands_in(7));
  CHECK(failed.all().at(1) == 8);
  CHECK(failed.all().at(2) == 8);
  for (NodeId node = 1; node < 4; ++node) {
    CHECK(failed.stands_in(8));
    failed.take(node);
  }
  CHECK_FALSE(failed.stands_in(8));
  failed.put(1, 7);
  failed.replace(7, no_node);
  CHECK(failed.all().at(1) == no_node);
}

TEST_CASE("a neighbour that fails again has the later stand-in only") {
  Failed failed;
  failed.put(1, 7);
  failed.put(1, 9);
  CHECK_FALSE(failed.stands_in(7));
  CHECK(failed.take(1) == 9);
}

}  // namespace hearsay::gossip
