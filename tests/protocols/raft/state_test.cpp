// The state machine: keys, compare-and-set, and sessions.
#include "protocols/common/raft/state.hpp"

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

TEST_CASE("an increment adds to what it finds, and says which write that was") {
  State state;
  const auto first = state.apply(command(1, 0, Method::increment, "2"), true);
  CHECK(first.outcome == Outcome::ok);
  CHECK(first.seen.empty());
  CHECK(*state.value("k") == "2");
  const auto second = state.apply(command(2, 1, Method::increment, "40"), true);
  CHECK(second.seen == std::vector<WriteId>{0});
  CHECK(second.replaced == 0);
  CHECK(*state.value("k") == "42");
  CHECK(state.read("k") == std::vector<WriteId>{1});
  CHECK(state.apply(command(2, 1, Method::increment, "40"), true).repeated);
  CHECK(*state.value("k") == "42");
  state.apply(command(3, 2, Method::write, "a text"), true);
  const auto refused = state.apply(command(4, 3, Method::increment, "1"), true);
  CHECK(refused.outcome == Outcome::rejected);
  CHECK(*state.value("k") == "a text");
  CHECK_FALSE(state.has(3));
  CHECK(state.apply(command(5, 4, Method::increment, "one"), true).outcome == Outcome::rejected);
}

TEST_CASE("what a node sets for itself is no write that a client reads, and differs by its text") {
  State state;
  CHECK(state.value("k") == nullptr);
  const auto set = state.apply(command(1, no_write, Method::compare_and_set, "->a"), true);
  CHECK(set.outcome == Outcome::ok);
  CHECK(*state.value("k") == "a");
  CHECK(state.read("k").empty());
  CHECK(state.read("").empty());
  const std::uint64_t before = state.digest();
  CHECK(state.apply(command(2, no_write, Method::compare_and_set, "->b"), true).outcome == Outcome::rejected);
  CHECK(state.apply(command(3, no_write, Method::compare_and_set, "a->b"), true).outcome == Outcome::ok);
  CHECK(state.digest() != before);
  CHECK(state.apply(command(4, 0, Method::compare_and_set, "->c"), true).outcome == Outcome::rejected);
  ByteWriter out;
  state.save(out);
  const std::string bytes = out.take();
  ByteReader in(bytes);
  const State loaded = State::load(in);
  CHECK(loaded.digest() == state.digest());
  CHECK(*loaded.value("k") == "b");
  // A client's compare-and-set that expects nothing does not create a register.
  State empty;
  CHECK(empty.apply(command(1, 0, Method::compare_and_set, "->a"), true).outcome == Outcome::rejected);
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

TEST_CASE(
    "as a snapshot a state takes its keys and payloads, and per session the answers that may be asked for again") {
  State state;
  CHECK(state.bytes() == 0);
  Command first = command(1, 0, Method::write, "a");
  first.size = 64;
  state.apply(first, true);
  CHECK(state.bytes() == (8 + 1 + 64) + (16 + 12));
  Command other = command(2, 1, Method::write, "b");
  other.key = "long";
  state.apply(other, true);
  CHECK(state.bytes() == (8 + 1 + 64) + (8 + 4) + (16 + 2 * 12));
}
