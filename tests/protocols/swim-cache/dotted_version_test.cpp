#include "protocols/swim-cache/dotted_version.hpp"

#include <catch2/catch.hpp>

namespace hearsay {
namespace {

DottedVersion version(StreamId stream, std::uint64_t number, std::vector<VectorClock::Entry> past = {}) {
  DottedVersion result{{stream, number}, {}};
  for (const auto& [s, n] : past) result.past.raise(s, n);
  return result;
}

}  // namespace

TEST_CASE("two writes through one server that did not know of each other are concurrent, whatever their numbers") {
  const auto first = version(1, 1), second = version(1, 2);
  CHECK_FALSE(second.covers(first));  // a plain version vector {1: 2} would
  CHECK_FALSE(first.covers(second));
}

TEST_CASE("who has read a value covers it, what it covers, and itself") {
  const auto first = version(1, 1);
  const auto second = version(2, 1, {{1, 1}});
  const auto third = version(1, 2, {{1, 1}, {2, 1}});
  CHECK(second.covers(first));
  CHECK(third.covers(second));
  CHECK(third.covers(first));
  CHECK_FALSE(first.covers(second));
  CHECK(third.covers(third));
}

TEST_CASE("the context of a read is everything that its values stand for") {
  VectorClock seen;
  version(1, 4, {{1, 2}, {2, 7}}).join_into(seen);
  version(2, 9, {{1, 3}}).join_into(seen);
  CHECK(seen.at(1) == 4);
  CHECK(seen.at(2) == 9);
  CHECK(version(3, 1, {{1, 4}, {2, 9}}).covers(version(2, 8)));
}

TEST_CASE("the dot and each entry of the vector take 12 bytes") {
  CHECK(version(1, 1).wire_size() == 12);
  CHECK(version(1, 2, {{1, 1}, {2, 1}}).wire_size() == 36);
}

}  // namespace hearsay
