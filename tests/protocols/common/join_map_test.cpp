// The lattice that state-based data types are made of.
#include "protocols/common/join_map.hpp"

#include <catch2/catch.hpp>

#include "sim/core/random.hpp"

namespace hearsay {
namespace {

void join(JoinMap& map, const JoinEntries& entries) {
  for (const JoinEntry& entry : entries)
    if (!map.covers(entry)) map.raise(entry);
}

JoinEntries random_entries(RandomStream& random, std::size_t count) {
  JoinEntries entries;
  for (std::size_t i = 0; i < count; ++i)
    entries.push_back({{random.below(5), random.below(2)}, {1 + random.below(4), random.below(2)}, 8, no_write});
  return entries;
}

TEST_CASE("joins commute, and repeats change nothing") {
  RandomStream random(1, "join");
  for (int i = 0; i < 200; ++i) {
    const JoinEntries a = random_entries(random, 6), b = random_entries(random, 6);
    JoinMap ab, ba;
    join(ab, a);
    join(ab, b);
    join(ba, b);
    join(ba, a);
    join(ba, b);
    CHECK(ab.digest() == ba.digest());
    REQUIRE(ab.size() == ba.size());
    for (const JoinEntry& entry : ab.entries()) CHECK(ba.covers(entry));
  }
}

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
}

TEST_CASE("entries joined in one list ascend by key, each key once") {
  const JoinEntries list = joined({{{2, 0}, {1, 0}, 8, 1}, {{1, 0}, {1, 0}, 8, 2}, {{2, 0}, {3, 0}, 8, 3}});
  REQUIRE(list.size() == 2);
  CHECK(list[0].write == 2);
  CHECK(list[1].write == 3);
}

}  // namespace
}  // namespace hearsay
