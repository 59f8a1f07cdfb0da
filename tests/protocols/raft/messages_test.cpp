// How many bytes messages take, and what is left out of them.
#include "protocols/common/raft/messages.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "protocols/common/raft/snapshot.hpp"

using namespace hearsay;
using namespace hearsay::raft;

namespace {

template <class M>
std::string text(const M& message) {
  std::ostringstream out;
  message.describe(out);
  return out.str();
}

ContentPtr command(std::uint32_t size) {
  Command made;
  made.write = 3;
  made.key = "k";
  made.value = "v";
  made.size = size;
  return content_of(made);
}

}  // namespace

TEST_CASE("messages take 24 bytes for kind, length, sender and term, and 8 per number") {
  CHECK(VoteRequest().wire_size() == 24 + 2 * 8 + 1);
  CHECK(VoteReply().wire_size() == 24 + 1);
  CHECK(Append().wire_size() == 24 + 4 * 8);
  CHECK(AppendReply().wire_size() == 24 + 4 * 8 + 1);
  CHECK(TimeoutNow().wire_size() == 24);
  CHECK(ReadRequest{0, {1, 2}}.wire_size() == 24 + 2 * 8);
  CHECK(ReadReply{{1, 2}, 5}.wire_size() == 24 + 3 * 8);
  CHECK(Removed().wire_size() == 24);
  CHECK(Marker{0, 1, {0, 1, 2}}.wire_size() == 24 + 4 * 8);
  CHECK(Admitted().wire_size() == 24 + 8);
}

TEST_CASE("what is in a message adds its own size: entries, proposals, a snapshot, the number of a joiner") {
  const std::uint32_t entry = 16 + 25 + 100;  // term, kind and length; session, number, settled and method; payload
  CHECK(Append{0, 1, 0, 0, {{1, 0, command(100)}, {1, 0, command(100)}}}.wire_size() == 24 + 4 * 8 + 2 * entry);
  CHECK(Propose{{command(100), command(100)}}.wire_size() == 24 + 2 * entry);
  const Entries configuration = {{1, 0, content_of(Configuration{{0, 1, 2}, {3}})}, {1, 0, noop()}};
  CHECK(Append{0, 1, 0, 0, configuration}.wire_size() == 24 + 4 * 8 + (16 + 4 * 8) + 16);
  Snapshot snapshot;
  snapshot.size = 1000;
  CHECK(InstallSnapshot{0, 1, std::make_shared<const Snapshot>(snapshot)}.wire_size() == 24 + 2 * 8 + 1000);
  MemberRequest request;
  CHECK(request.wire_size() == 24 + 1);
  request.joiner = 5;
  CHECK(request.wire_size() == 24 + 1 + 8);
}

TEST_CASE("messages say in a line what is in them") {
  CHECK(text(VoteRequest{1, 4, 9, 3, true, true}) == "pre-vote transfer term 4 last 9 of 3");
  CHECK(text(VoteReply{1, 4, false, true}) == "pre-vote term 4 refused");
  CHECK(text(Append{1, 4, 9, 3, {{4, 0, command(1)}, {4, 0, noop()}}, 8, 2}) ==
        "term 4 after 9 of 3 [w3 k=v, noop] commit 8 round 2");
  CHECK(text(AppendReply{.from = 1, .term = 4, .ok = false, .index = 9, .hint_index = 7, .hint_term = 2}) ==
        "term 4 not after 9, try 7 of 2");
  CHECK(text(ReadReply{{3, 4}, 8}) == "r3 r4 at 8");
  CHECK(text(Propose{{command(1), command(1)}}) == "w3 k=v, w3 k=v");
  CHECK(text(MemberRequest{5, true}) == "remove 5");
  CHECK(text(Admitted{1, 4, 9}) == "term 4");
}
