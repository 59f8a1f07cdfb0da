// What each message takes on the wire: a header of 8 bytes, addresses of 6, broadcast ids of 16, rounds of 2.
#include "protocols/plumtree/messages.hpp"

#include <catch2/catch.hpp>
#include <sstream>

namespace hearsay::plumtree {
namespace {

template <class Message>
std::string text(const Message& message) {
  std::ostringstream out;
  message.describe(out);
  return out.str();
}

TEST_CASE("messages of the overlay have a size by the addresses that they carry") {
  CHECK(Join{}.wire_size() == 8);
  CHECK(ForwardJoin{}.wire_size() == 8 + 6 + 1);
  CHECK(Disconnect{}.wire_size() == 9);
  CHECK(Neighbour{}.wire_size() == 9);
  CHECK(NeighbourReply{}.wire_size() == 9);
  CHECK(Shuffle{1, 3, {}}.wire_size() == 8 + 6 + 1 + 2);
  CHECK(Shuffle{1, 3, {1, 2, 3}}.wire_size() == 8 + 6 + 1 + 2 + 18);
  CHECK(ShuffleReply{{1, 2}}.wire_size() == 8 + 2 + 12);
}

TEST_CASE("messages of the tree have a size by their payload and announcements") {
  CHECK(Gossip{1, 2, 0}.wire_size() == 8 + 16 + 2);
  CHECK(Gossip{1, 2, 64}.wire_size() == 8 + 16 + 2 + 64);
  CHECK(IHave{}.wire_size() == 8);
  CHECK(IHave{{{1, 2}, {3, 4}}}.wire_size() == 8 + 2 * 18);
  CHECK(Graft{}.wire_size() == 8 + 16 + 2);
  CHECK(Prune{}.wire_size() == 8);
}

TEST_CASE("messages as traces show them") {
  CHECK(text(ForwardJoin{4, 3}) == "4 ttl 3");
  CHECK(text(Disconnect{true}) == "for good");
  CHECK(text(Disconnect{false}).empty());
  CHECK(text(Neighbour{true}) == "high");
  CHECK(text(NeighbourReply{false}) == "rejected");
  CHECK(text(Shuffle{1, 3, {1, 2}}) == "of 1 ttl 3 [1, 2]");
  CHECK(text(ShuffleReply{}) == "[]");
  CHECK(text(IHave{{{1, 2}, {3, 4}}}) == "w1 round 2, w3 round 4");
  CHECK(text(Graft{1, 2}) == "w1 round 2");
  CHECK(text(Graft{}) == "the link");
}

}  // namespace
}  // namespace hearsay::plumtree
