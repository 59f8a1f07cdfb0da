// The lattice that state-based data types are made of.
#include "protocols/common/crdt/join_map.hpp"

#include <catch2/catch.hpp>

namespace hearsay {
namespace {

TEST_CASE("of each key the highest stands, and the digest is of what stands") {
  JoinMap map, other;
  CHECK(map.digest() == 0);
  CHECK(!map.raise({{1, 0}, {1, 0}, 8, 10}));
  const auto former = map.raise({{1, 0}, {2, 0}, 8, 11});
  REQUIRE(former);
  CHECK(former->write == 10);
  CHECK(map.covers({{1, 0}, {1, 9}, 8, 12}));
  CHECK(!map.covers({{1, 0}, {2, 1}, 8, 12}));
  CHECK(!map.covers({{1, 1}, {1, 0}, 8, 12}));
  CHECK(map.size() == 1);
  other.raise({{1, 0}, {2, 0}, 8, 13});
  CHECK(map.digest() == other.digest());
  CHECK(map == other);
  other.raise({{0, 5}, {1, 0}, 8, 14});
  CHECK(map != other);
  REQUIRE(other.entries().size() == 2);
  CHECK(other.entries()[0].write == 14);  // ascending by key
}

TEST_CASE("entries joined in one list ascend by key, each key once") {
  const JoinEntries list = joined({{{2, 0}, {1, 0}, 8, 1}, {{1, 0}, {1, 0}, 8, 2}, {{2, 0}, {3, 0}, 8, 3}});
  REQUIRE(list.size() == 2);
  CHECK(list[0].write == 2);
  CHECK(list[1].write == 3);
}

}  // namespace
}  // namespace hearsay
