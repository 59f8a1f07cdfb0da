// Even distribution and movement on the hash ring ("Consistent Hashing with Virtual Nodes": 256 virtual nodes, even
// distribution, automatic rebalancing).
#include "protocols/swim-cache/hash_ring.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "sim/core/random.hpp"

using namespace hearsay;

namespace {

HashRing ring_of(const std::shared_ptr<RingPointsStore>& store, NodeId first, NodeId count) {
  HashRing ring(store);
  for (NodeId node = first; node < first + count; ++node) ring.add(node);
  return ring;
}

std::uint64_t key(int i) { return ring_hash("k" + std::to_string(i)); }

}  // namespace

TEST_CASE("the load of members varies by sqrt((n-1)/(256 n + 1)) of its mean", "[long]") {
  const auto store = std::make_shared<RingPointsStore>(256);
  for (const std::uint32_t n : {3U, 10U, 20U, 100U}) {
    // Shares of 256 n spacings of uniform points: Var(share) = 256 (n-1) / ((256 n)^2 ... ), over many sets of nodes.
    double squares = 0;
    constexpr int sets = 60;
    for (int i = 0; i < sets; ++i) {
      const double imbalance = ring_of(store, static_cast<NodeId>(i) * n, n).imbalance();
      squares += imbalance * imbalance;
    }
    const double measured = std::sqrt(squares / sets);
    const double expected = std::sqrt((n - 1.0) / (256.0 * n + 1));
    INFO(n << ": " << measured << ", expected " << expected);
    // A variance from sets * (n - 1) squares is known to about sqrt(2 / that).
    CHECK(std::abs(measured / expected - 1) < 3 * std::sqrt(2.0 / (sets * (n - 1))) / 2 + 0.01);
  }
}

TEST_CASE("a join moves 1/(n+1) of the keys, all of them to the joiner, and its departure moves them back") {
  const auto store = std::make_shared<RingPointsStore>(256);
  for (const std::uint32_t n : {3U, 10U, 50U}) {
    HashRing ring = ring_of(store, 0, n);
    constexpr int keys = 40'000;
    std::vector<NodeId> before;
    for (int i = 0; i < keys; ++i) before.push_back(ring.primary(key(i)));
    ring.add(n);
    int moved = 0;
    for (int i = 0; i < keys; ++i) {
      const NodeId now = ring.primary(key(i));
      if (now == before[static_cast<std::size_t>(i)]) continue;
      REQUIRE(now == n);  // no key moves between two that stayed
      ++moved;
    }
    const double expected = 1.0 / (n + 1), share = static_cast<double>(moved) / keys;
    // The joiner's share of the circle varies by 1/16 of itself, and the keys are a sample.
    const double error = std::sqrt(expected * expected / 256 + expected * (1 - expected) / keys);
    INFO(n << ": " << share << ", expected " << expected);
    CHECK(std::abs(share - expected) < 3 * error);
    CHECK(share == Approx(ring.shares()[n]).margin(4 * std::sqrt(expected / keys)));
    ring.remove(n);
    for (int i = 0; i < keys; ++i) REQUIRE(ring.primary(key(i)) == before[static_cast<std::size_t>(i)]);
  }
}

TEST_CASE("owners are different members, the old ones keep their order when one joins") {
  const auto store = std::make_shared<RingPointsStore>(256);
  HashRing ring = ring_of(store, 0, 10);
  for (int i = 0; i < 2000; ++i) {
    ring.remove(10);
    const auto before = ring.owners(key(i), 3);
    REQUIRE(std::set<NodeId>(before.begin(), before.end()).size() == 3);
    ring.add(10);
    auto after = ring.owners(key(i), 4);
    std::erase(after, NodeId{10});
    after.resize(3);
    REQUIRE(after == before);
  }
  CHECK(ring.owners(key(0), 99).size() == 11);
  CHECK(HashRing(store).owners(key(0), 3).empty());
}

TEST_CASE("rings of equal members are equal, whatever order they came in") {
  const auto store = std::make_shared<RingPointsStore>(16);
  HashRing a(store), b(store);
  for (const NodeId node : {1, 5, 3}) a.add(node);
  for (const NodeId node : {3, 9, 1, 5}) b.add(node);
  CHECK(a.digest() != b.digest());
  CHECK(b.remove(9));
  CHECK_FALSE(b.remove(9));
  CHECK_FALSE(a.add(5));
  CHECK(a.digest() == b.digest());
  for (int i = 0; i < 100; ++i) CHECK(a.owners(key(i), 2) == b.owners(key(i), 2));
}

TEST_CASE("shares of the circle add up to one") {
  const auto store = std::make_shared<RingPointsStore>(256);
  for (const std::uint32_t n : {1U, 2U, 7U}) {
    double sum = 0;
    for (const double share : ring_of(store, 0, n).shares()) sum += share;
    CHECK(sum == Approx(1));
  }
}

TEST_CASE("owners stand in different racks as long as other racks have members, and keep the order of the ring") {
  const auto store = std::make_shared<RingPointsStore>(64);
  HashRing plain(store), racks(store, 3);
  for (NodeId node = 0; node < 9; ++node) plain.add(node), racks.add(node);
  int moved = 0;
  for (int i = 0; i < 500; ++i) {
    const auto owners = racks.owners(key(i), 3);
    REQUIRE(owners.size() == 3);
    REQUIRE(std::set<NodeId>{owners[0] % 3, owners[1] % 3, owners[2] % 3}.size() == 3);
    REQUIRE(owners.front() == plain.primary(key(i)));
    moved += owners != plain.owners(key(i), 3) ? 1 : 0;
    const auto five = racks.owners(key(i), 5);  // three racks cannot give five: the next ones of the ring follow
    REQUIRE(std::set<NodeId>(five.begin(), five.end()).size() == 5);
    REQUIRE(std::vector<NodeId>(five.begin(), five.begin() + 3) == owners);
  }
  CHECK(moved > 250);  // 1 - 6/8 x 3/7 = 68 % of keys by chance alone
}

TEST_CASE("with racks that have lost all their members, and get some again, owners are those of the definition") {
  const auto store = std::make_shared<RingPointsStore>(16);
  HashRing plain(store), racks(store, 3);
  RandomStream random(7, "racks");
  for (int change = 0; change < 60; ++change) {
    const auto node = static_cast<NodeId>(random.below(9));
    for (HashRing* ring : {&plain, &racks})
      if (!ring->remove(node)) ring->add(node);
    for (int i = 0; i < 20; ++i) {
      const std::vector<NodeId> in_order = plain.owners(key(i), 9);
      std::vector<NodeId> expected, others;
      std::set<NodeId> used;
      for (const NodeId member : in_order) (used.insert(member % 3).second ? expected : others).push_back(member);
      expected.insert(expected.end(), others.begin(), others.end());
      for (const std::uint32_t count : {1U, 2U, 3U, 4U, 9U}) {
        const auto first = static_cast<std::ptrdiff_t>(std::min<std::size_t>(count, expected.size()));
        REQUIRE(racks.owners(key(i), count) == std::vector<NodeId>(expected.begin(), expected.begin() + first));
      }
    }
  }
}
