// Bytes of what the cache sends: HTTP, with its lines and headers, and what is in it.
#include "protocols/swim-cache/messages.hpp"

#include <catch2/catch.hpp>

namespace hearsay::swim {
namespace {

constexpr std::uint32_t request = 160, response = 120;
constexpr std::uint32_t of_entry = 64 + 16 + 1;  // payload, time and node, flags

Siblings one(Time expires = never) {
  Entry entry;
  entry.key = "key";
  entry.value = "v";
  entry.size = 64;
  entry.expires = expires;
  return {std::make_shared<const Entry>(entry)};
}

}  // namespace

TEST_CASE("entries take their key once, and per value payload, version, flags and an expiry if there is one") {
  CHECK(Put{1, one()}.wire_size() == request + 3 + of_entry);
  CHECK(Put{1, one(Time(std::chrono::seconds(9)))}.wire_size() == request + 3 + of_entry + 8);
  CHECK(GetReply{1, one()}.wire_size() == response + 3 + of_entry);
  CHECK(GetReply{1, {}}.wire_size() == response);
  Siblings two = one();
  two.push_back(two.front());
  CHECK(Put{1, two}.wire_size() == request + 3 + 2 * of_entry);
  CHECK(Transfer{{one(), two}, false}.wire_size() == request + 2 * 3 + 3 * of_entry);
}

TEST_CASE("requests and answers of the cache take their headers and what they name") {
  CHECK(PutAck{1}.wire_size() == response);
  CHECK(UpdateAck{1, true}.wire_size() == response);
  CHECK(Get{1, "key"}.wire_size() == request + 3);
  CHECK(Offer{{{"key", {Version(), Version()}}, {"k", {}}}}.wire_size() == request + 4 + 2 * 16 + 2);
  CHECK(Held{{"key", "k"}, {"key"}}.wire_size() == response + 4 + 2 + 4);
  Update update;
  update.key = "key";
  update.value = "v";
  update.size = 64;
  update.seen.raise(1, 5);
  update.seen.raise(2, 6);
  CHECK(update.wire_size() == request + 3 + 64 + 1 + 2 * 12);
}

TEST_CASE("a comparison takes 28 bytes per fingerprint and 8 per key that is wanted, a marker 8 per participant") {
  Ranges ranges;
  CHECK(ranges.wire_size() == request);
  ranges.ranges.summaries.resize(2);
  ranges.wanted = {1, 2, 3};
  CHECK(ranges.wire_size() == request + 2 * 28 + 3 * 8);
  CHECK(ClusterMarker{1, {0, 1, 2}, false}.wire_size() == request + 8 + 3 * 8);
}

}  // namespace hearsay::swim
