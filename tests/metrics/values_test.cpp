// Answers that are judged by their value: echoes, ids, counters and logs.
#include <catch2/catch.hpp>

#include "sim/metrics/registers.hpp"
#include "tests/metrics/history.hpp"

namespace hearsay {
namespace {

constexpr auto reading = OperationKind::read, writing = OperationKind::write;

TEST_CASE("an echo is what was sent") {
  History h(1);
  h.answer(2, h.ask(1, writing, "echo", "echo", "a"), "a");
  h.answer(4, h.ask(3, writing, "echo", "echo", "a"), "b");
  h.respond(6, h.ask(5, writing, "echo", "echo", "a"), Outcome::timed_out);
  h.answer(8, h.ask(7, writing, "other", "echo", "a"), "b");
  CHECK(observed_count(h.finish(10), "violations.echo") == 1);
}

TEST_CASE("an id that comes again is counted each time") {
  History h(1);
  for (const char* id : {"1", "2", "1", "1"}) h.answer(2, h.ask(1, writing, "generate", "ids", "new"), id);
  h.respond(3, h.ask(1, writing, "generate", "ids", "new"), Outcome::failed);
  h.respond(3, h.ask(1, writing, "generate", "ids", "new"), Outcome::failed);
  CHECK(observed_count(h.finish(10), "violations.unique_ids") == 2);
}

class Counter : public History {
 public:
  Counter() : History(1) {}
  OpId add(std::int64_t ms, int amount) {
    return ask(ms, writing, amount < 0 ? "decrement" : "increment", "b/pn-counter/0", std::to_string(std::abs(amount)));
  }
  void show(std::int64_t ms, int value, bool final_read = false) {
    answer(ms, ask(ms, reading, "", "b/pn-counter/0", "", 0, final_read), std::to_string(value));
  }
  std::uint64_t wrong() { return observed_count(finish(1000), "violations.counter"); }
};

TEST_CASE("a final read of a counter shows all that was acknowledged") {
  for (const auto& [shown, wrong] : {std::pair(5, 0), std::pair(7, 1), std::pair(-2, 1), std::pair(0, 1)}) {
    Counter h;
    h.respond(2, h.add(1, 7));
    h.respond(4, h.add(3, -2));
    h.show(500, shown, true);
    CHECK(h.wrong() == static_cast<std::uint64_t>(wrong));
  }
}

TEST_CASE("what may have happened may show in a final read or not; what was undone may not") {
  for (const auto& [shown, wrong] :
       {std::pair(7, 0), std::pair(8, 0), std::pair(17, 0), std::pair(18, 0), std::pair(9, 1), std::pair(107, 1)}) {
    Counter h;
    h.respond(2, h.add(1, 7));
    h.respond(4, h.add(3, 1), Outcome::timed_out);
    h.respond(4, h.add(3, 10), Outcome::failed);
    h.undo(4, h.add(3, 100));
    h.respond(4, h.add(3, 100), Outcome::rejected);
    h.show(500, shown, true);
    CHECK(h.wrong() == static_cast<std::uint64_t>(wrong));
  }
}

TEST_CASE("other reads of a counter lie within what additions asked for by then can make") {
  Counter h;
  h.show(1, 0);
  h.show(1, 1);  // wrong: nothing was added yet
  h.respond(3, h.add(2, 7));
  h.show(4, 0);  // it may be late
  h.show(4, 7);
  h.show(4, 8);   // wrong
  h.show(4, -1);  // wrong
  h.respond(6, h.add(5, -3), Outcome::timed_out);
  h.show(7, -3);
  h.show(7, 4);
  CHECK(h.wrong() == 3);
}

class Log : public History {
 public:
  Log() : History(1) {}
  void send(std::int64_t message, std::int64_t offset) {
    answer(2, ask(1, writing, "send", "k0", std::to_string(message)), std::to_string(offset));
  }
  OpId begin_send(std::int64_t message) { return ask(1, writing, "send", "k0", std::to_string(message)); }
  void poll(const std::string& found, ClientId client = 0) {
    answer(4, ask(3, reading, "poll", "logs", "k0 k1", client), found);
  }
  std::uint64_t wrong() { return observed_count(finish(1000), "violations.log"); }
};

TEST_CASE("a log that is polled in order, with gaps between its offsets, is right") {
  Log h;
  h.send(17, 0);
  h.send(18, 5);
  h.poll("k0: 0=17; k1:");
  h.poll("k0: 5=18");
  h.poll("-", 1);
  h.respond(4, h.ask(3, reading, "poll", "logs", "k0 k1", 2), Outcome::timed_out);
  CHECK(h.wrong() == 0);
}

TEST_CASE("a message that a client was not given, but a later one, is kept from it") {
  Log h;
  h.send(17, 0);
  h.send(18, 1);
  h.send(19, 2);
  h.poll("k0: 1=18 2=19");     // lacks 17
  h.poll("k0: 0=17", 1);       // 18 and 19 may come
  h.poll("k0: 0=17 2=19", 2);  // lacks 18
  CHECK(h.wrong() == 2);
}

TEST_CASE("one offset has one message, and a message one offset") {
  Log twice;
  twice.send(17, 0);
  twice.send(18, 0);
  CHECK(twice.wrong() == 1);
  Log moved;
  moved.send(17, 0);
  moved.poll("k0: 0=17 1=17");
  CHECK(moved.wrong() == 1);
}

TEST_CASE("a message comes from a client, and not from one that was refused") {
  Log h;
  h.poll("k0: 0=99");
  CHECK(h.wrong() == 1);
  Log undone;
  undone.undo(2, undone.begin_send(17));
  undone.poll("k0: 0=17");
  CHECK(undone.wrong() == 1);
  Log unknown;
  unknown.respond(2, unknown.begin_send(17), Outcome::timed_out);
  unknown.poll("k0: 0=17");
  CHECK(unknown.wrong() == 0);
}

TEST_CASE("offsets ascend within a poll") {
  Log h;
  h.send(17, 0);
  h.send(18, 1);
  h.poll("k0: 1=18 0=17");
  h.poll("k0: 0=17 1=18", 1);
  CHECK(h.wrong() == 1);
}

TEST_CASE("a register that is read by value is judged by value") {
  const auto violations = [](const std::string& seen, bool undone) {
    History h(1);
    h.respond(2, h.ask(1, writing, "write", "r0", "v1"));
    const OpId other = h.ask(3, writing, "write", "r0", "v2");
    undone ? h.undo(4, other) : h.respond(4, other);
    h.answer(6, h.ask(5, reading, "read", "r0"), seen);
    return h.finish(10).violations.linearizability;
  };
  CHECK(violations("v2", false) == 0);
  CHECK(violations("v1", false) == 1);
  CHECK(violations("v1", true) == 0);
  CHECK(violations("v2", true) == 1);
}

TEST_CASE("a session that was given a value is not judged by writes") {
  History h(1);
  h.respond(2, h.ask(1, writing, "write", "r0", "v1"));
  h.answer(6, h.ask(5, reading, "read", "r0"), "v1");
  CHECK(h.finish(10).violations.read_your_writes == 0);
}

}  // namespace
}  // namespace hearsay
