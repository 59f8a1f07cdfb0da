// What each message takes on the wire beside its header.
#include "protocols/delta-gossip/messages.hpp"

#include <catch2/catch.hpp>

#include "tests/protocols/delta-gossip/cluster.hpp"

namespace hearsay::gossip {
namespace {

Carried carried(const std::string& value, std::uint32_t declared) {
  Element element;
  element.dot = {1, 1};
  element.value = value;
  element.size = declared;
  return {seal(std::move(element)), 1};
}

Bits zeros(std::size_t count) {
  Bits bits;
  while (bits.size() < count) bits.push_back(false);
  return bits;
}

// Stream and number take 12 bytes, and how far a value has come takes 2.
constexpr std::size_t of_value = 12 + 2;

TEST_CASE("a value takes its name and what its client declared, or its own length") {
  CHECK(Gossip{}.body_size() == 1 + 4);  // flags and number
  Gossip gossip;
  gossip.elements = {carried("abc", 64), carried(std::string(100, 'x'), 64)};
  CHECK(gossip.body_size() == 1 + 4 + 2 * of_value + 64 + 100);
  Repair repair;
  repair.elements = gossip.elements;
  repair.gone = {{1, 2}, {1, 3}};
  CHECK(repair.body_size() == 2 * of_value + 64 + 100 + 2 * 12);
}

TEST_CASE(
    "the header is fixed, its acknowledgements take a number and a bit per value, and only the body is compressed") {
  Gossip gossip;
  gossip.elements = {carried("abc", 95 - 14)};
  CHECK(gossip.wire_size() == 100);
  gossip.fixed_bytes = 13;
  CHECK(gossip.wire_size() == 113);
  gossip.body_share = 0.333;
  CHECK(gossip.wire_size() == 13 + 34);  // a byte that is begun counts
  gossip.acknowledgements = {{7, false, zeros(8)}, {8, false, zeros(9)}, {9, true, {}}};
  CHECK(gossip.wire_size() == 13 + 34 + (4 + 1) + (4 + 2) + 4);
  Ack ack;
  ack.fixed_bytes = 13;
  ack.acknowledgements = gossip.acknowledgements;
  CHECK(ack.wire_size() == 13 + 15);
  CHECK(Hello{}.wire_size() == 1);
}

TEST_CASE("every message begins with sender, incarnation and kind, and has a checksum and a signature if asked for") {
  const auto bytes = [](const bench::Words& words) {
    using bench::operator+;
    bench::Cluster cluster(2, bench::flooding + words, 1, {{0, 1}});
    const std::size_t before = cluster.bench.tally().bytes;
    cluster.bench.write(0, "k", "v", 64);
    CHECK(cluster.sent("gossip") == 1);
    return cluster.bench.tally().bytes - before;
  };
  const std::size_t plain = 4 + 4 + 1 + 1 + 4 + of_value + 64;
  CHECK(bytes({"checksum=false"}) == plain);
  CHECK(bytes({"checksum=true"}) == plain + 4);
  CHECK(bytes({"checksum=true", "sign=true", "signature_size=72B"}) == plain + 4 + 72);
}

TEST_CASE("digests take what their version or ranges take") {
  DigestMessage digest;
  auto version = std::make_shared<Version>();
  version->add({1, 2, {}});
  version->add({2, 0, {{7, 7}}});  // beyond a gap
  digest.version = version;
  CHECK(digest.wire_size() == 1 + 12 + 12 + 8);
  RangesMessage ranges;
  const std::uint32_t none = ranges.wire_size();
  ranges.wanted = {1, 2, 3};
  CHECK(ranges.wire_size() == none + 3 * 8);
}

TEST_CASE("synchronisation counts as Enes et al. do: 20 bytes for a node, 8 for a sequence number") {
  const JoinEntries entries{{{1, 2}, {3, 4}, 30, no_write}, {{1, 3}, {3, 4}, 40, no_write}};
  SyncMessage state;
  state.measure();
  const std::size_t none = state.metadata_bytes;
  state.entries = std::make_shared<const JoinEntries>(entries);
  state.wanted = {1, 2};
  state.measure();
  CHECK(state.entry_count == 2);
  CHECK(state.entry_bytes == 70);
  CHECK(state.metadata_bytes == none + 2 * 8);
  CHECK(state.body_size() == 1 + 70 + none + 16);

  SyncMessage updates;
  VectorClock before;
  before.raise(1, 5);
  before.raise(2, 6);
  updates.updates = {std::make_shared<const Update>(Update{{1, 1, {}}, entries}),
                     std::make_shared<const Update>(Update{{2, 1, before}, {entries[0]}})};
  updates.measure();
  CHECK(updates.entry_count == 3);
  CHECK(updates.entry_bytes == 100);
  CHECK(updates.metadata_bytes == none + 28 + 3 * 28);

  SyncMessage asks;
  asks.knowledge = std::make_shared<const Knowledge>(Knowledge{{1, before}});
  asks.measure();
  CHECK(asks.metadata_bytes == none + 2 * 28);
  asks.knowledge = std::make_shared<const Knowledge>(Knowledge{{1, before}, {2, {}}});  // whose each is
  asks.measure();
  CHECK(asks.metadata_bytes == none + 2 * 28 + 2 * 20);
}

TEST_CASE("a corrupt copy differs in one byte of one value, and a message without values does not") {
  Gossip gossip;
  gossip.elements = {carried("abc", 0), carried("defg", 0)};
  for (std::uint64_t bits = 0; bits < 40; ++bits) {
    const Gossip copy = gossip.corrupted(bits * 0x123456789abcdULL);
    REQUIRE(copy.elements.size() == 2);
    std::size_t different = 0;
    for (std::size_t i = 0; i < 2; ++i) {
      const std::string &is = copy.elements[i].element->value, &was = gossip.elements[i].element->value;
      REQUIRE(is.size() == was.size());
      for (std::size_t c = 0; c < is.size(); ++c) different += is[c] != was[c] ? 1 : 0;
      CHECK((is == was) == (copy.elements[i].element->fingerprint == gossip.elements[i].element->fingerprint));
    }
    CHECK(different == 1);
  }
  CHECK(Gossip{}.corrupted(7).elements.empty());
}

}  // namespace
}  // namespace hearsay::gossip
