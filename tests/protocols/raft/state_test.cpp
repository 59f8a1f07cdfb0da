// The state machine: keys, compare-and-set, and sessions.
#include "protocols/raft/state.hpp"

#include <catch2/catch.hpp>

using namespace hearsay;
using namespace hearsay::raft;

namespace {

Command command(std::uint64_t number, WriteId write, Method method, std::string value, std::uint64_t settled = 1) {
  Command made;
  made.session = 5;
  made.number = number;
  made.settled = settled;
  made.write = write;
  made.method = method;
  made.key = "k";
  made.value = std::move(value);
  return made;
}

}  // namespace

TEST_CASE("a compare-and-set writes if it finds what it expects, and else says what it found") {
  State state;
  CHECK(state.apply(command(1, 0, Method::compare_and_set, "a->b"), true).outcome == Outcome::rejected);
  CHECK(state.read("k").empty());
  state.apply(command(2, 1, Method::write, "a"), true);
  const auto refused = state.apply(command(3, 2, Method::compare_and_set, "x->b"), true);
  CHECK(refused.outcome == Outcome::rejected);
  CHECK(refused.seen == std::vector<WriteId>{1});
  const auto done = state.apply(command(4, 3, Method::compare_and_set, "a->b"), true);
  CHECK(done.outcome == Outcome::ok);
  CHECK(done.replaced == 1);
  CHECK(state.read("k") == std::vector<WriteId>{3});
  CHECK_FALSE(state.has(2));
}

TEST_CASE("a command that comes again is not done again, and gets its old answer") {
  State state;
  state.apply(command(1, 0, Method::write, "a"), true);
  const auto swapped = state.apply(command(2, 1, Method::compare_and_set, "a->b"), true);
  state.apply(command(3, 2, Method::write, "c"), true);
  const auto again = state.apply(command(2, 1, Method::compare_and_set, "a->b"), true);
  CHECK(again.repeated);
  CHECK(again.outcome == swapped.outcome);
  CHECK(state.read("k") == std::vector<WriteId>{2});

  State without;
  without.apply(command(1, 0, Method::write, "a"), false);
  without.apply(command(3, 2, Method::write, "c"), false);
  CHECK_FALSE(without.apply(command(1, 0, Method::write, "a"), false).repeated);
  CHECK(without.read("k") == std::vector<WriteId>{0});
}

TEST_CASE("what is settled is forgotten, and still not done again") {
  State state;
  state.apply(command(1, 0, Method::write, "a"), true);
  const std::uint32_t with_one = state.bytes();
  state.apply(command(2, 1, Method::write, "b", 2), true);
  CHECK(state.bytes() == with_one);
  CHECK(state.apply(command(1, 0, Method::write, "a"), true).repeated);
  CHECK(state.read("k") == std::vector<WriteId>{1});
}

TEST_CASE("a state is read back as it was saved, sessions included") {
  State state;
  state.apply(command(1, 0, Method::write, "a"), true);
  state.apply(command(2, 1, Method::compare_and_set, "x->b"), true);
  ByteWriter out;
  state.save(out);
  const std::string bytes = out.take();
  ByteReader in(bytes);
  State read = State::load(in);
  CHECK(in.at_end());
  CHECK(read.digest() == state.digest());
  CHECK(read.bytes() == state.bytes());
  CHECK(read.writes() == state.writes());
  const auto again = read.apply(command(2, 1, Method::compare_and_set, "x->b"), true);
  CHECK(again.repeated);
  CHECK(again.outcome == Outcome::rejected);
  CHECK(again.seen == std::vector<WriteId>{0});
}

TEST_CASE("equal states have equal digests, in whatever order their keys were written") {
  State a, b;
  Command other = command(2, 1, Method::write, "b");
  other.key = "l";
  a.apply(command(1, 0, Method::write, "a"), true);
  a.apply(other, true);
  b.apply(other, true);
  CHECK(a.digest() != b.digest());
  b.apply(command(1, 0, Method::write, "a"), true);
  CHECK(a.digest() == b.digest());
  CHECK(a.read("") == std::vector<WriteId>{0, 1});
}
