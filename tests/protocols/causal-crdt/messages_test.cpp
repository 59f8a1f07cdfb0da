// What each message takes on the wire: 8 bytes of framing, 16 for a dot or an entry of a clock, 24 for a range of
// numbers, and a checksum of 4 by datagram.
#include "protocols/causal-crdt/messages.hpp"

#include <catch2/catch.hpp>

namespace hearsay::causal {
namespace {

VectorClock clock_of(const std::vector<std::pair<StreamId, std::uint64_t>>& entries) {
  VectorClock clock;
  for (const auto& [stream, count] : entries) clock.raise(stream, count);
  return clock;
}

EffectPtr effect(const std::string& key, std::uint32_t declared, const VectorClock& before) {
  Effect made;
  made.key = key;
  made.origin.size = declared;
  made.origin.dot = {1, 1};
  made.stamp = {1, 1, before};
  return std::make_shared<const Effect>(made);
}

TEST_CASE("an effect takes a length word, key and body or the declared payload, and its clock") {
  const EffectPtr bare = effect("key", 0, {}), other = effect("another key", 0, {});
  CHECK(other->bytes() - bare->bytes() == 8);  // letters
  CHECK(bare->clock_bytes() == 16);            // its own name
  CHECK(effect("key", 1000, {})->bytes() == 4 + 1000 + 16);
  CHECK(effect("key", 1000, clock_of({{2, 5}, {3, 1}}))->bytes() == 4 + 1000 + 3 * 16);
  CHECK(Broadcast{bare}.wire_size() == 8 + bare->bytes());
  CHECK(Resend{{bare, other}}.wire_size() == 8 + bare->bytes() + other->bytes());
}

TEST_CASE("acknowledgements, clocks, pulls and snapshots") {
  CHECK(Acknowledgement{}.wire_size() == 8 + 16);
  CHECK(Clock{}.wire_size() == 8);
  IntervalSet gaps;
  gaps.add(1, 3, 4);
  CHECK(Clock{clock_of({{1, 5}, {2, 1}}), gaps}.wire_size() == 8 + 2 * 16 + 24);
  CHECK(Pull{{{1, 2, 3}, {2, 1, 1}}}.wire_size() == 8 + 2 * 24);
  for (const std::uint32_t bare : {Join{}.wire_size(), Leave{}.wire_size(), SnapshotRequest{}.wire_size()})
    CHECK(bare == 8);
  CHECK(Snapshot{nullptr, 500}.wire_size() == 508);
}

TEST_CASE("a datagram has a checksum, which a stream leaves to TCP") {
  CHECK(Datagram<Acknowledgement>{}.wire_size() == 8 + 16 + 4);
  Params params;
  for (const auto& [transport, size] : {std::pair{Transport::stream, 24U}, std::pair{Transport::datagram, 28U}}) {
    params.transport = transport;
    CHECK(envelope(params, Acknowledgement{})->wire_size() == size);
  }
}

}  // namespace
}  // namespace hearsay::causal
