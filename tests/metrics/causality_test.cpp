// Causal order on hand-written histories. Write 0 is node 0's; node 1 sees it and writes write 1.
#include <catch2/catch.hpp>

#include "tests/metrics/history.hpp"

namespace hearsay {
namespace {

History answer_to_write_0() {
  History h(4);
  h.write_now(100, 0);
  h.applied(200, 1, 0);
  h.write_now(300, 1);
  return h;
}

TEST_CASE("causal order: an answer before what it answers is a violation") {
  History h = answer_to_write_0();
  h.applied(400, 2, 1);
  h.applied(500, 2, 0);
  CHECK(h.finish(1000).violations.causal_order == 1);
}

TEST_CASE("causal order: an answer after what it answers is none") {
  History h = answer_to_write_0();
  h.applied(400, 2, 0);
  h.applied(500, 2, 1);
  CHECK(h.finish(1000).violations.causal_order == 0);
}

TEST_CASE("causal order: each pair of write and node counts, however much of the past it lacks") {
  History h(4);
  h.write_now(100, 0);
  h.write_now(110, 0);
  h.applied(200, 1, 0);
  h.applied(210, 1, 1);
  h.write_now(300, 1);  // write 2, after 0 and 1
  h.applied(400, 2, 2);
  h.applied(400, 3, 2);
  CHECK(h.finish(1000).violations.causal_order == 2);
}

TEST_CASE("causal order: the node's own previous write is in the past") {
  History h(2);
  h.write_now(100, 0);
  h.write_now(200, 0);
  h.applied(300, 1, 1);
  h.applied(400, 1, 0);
  CHECK(h.finish(1000).violations.causal_order == 1);
}

TEST_CASE("causal order: only the immediate past is compared") {
  History h(2);
  for (const std::int64_t ms : {100, 200, 300}) h.write_now(ms, 0);
  h.applied(400, 1, 1);  // lacks 0: a violation
  h.applied(500, 1, 2);  // has 1, which covers 0
  CHECK(h.finish(1000).violations.causal_order == 1);
}

TEST_CASE("causal order: what the origin sees after its own application is not in the past") {
  History h(3);
  h.write_now(100, 0);
  const OpId op = h.write(150, 1);
  h.applied(200, 1, 1);
  h.applied(300, 1, 0);  // after its own write was applied, before it is acknowledged
  h.respond(400, op);
  h.applied(500, 2, 1);
  CHECK(h.finish(1000).violations.causal_order == 0);
}

TEST_CASE("causal order: what the origin sees between invocation and application is in the past") {
  History h(3);
  h.write_now(100, 0);
  h.write(150, 1);
  h.applied(200, 1, 0);
  h.applied(300, 1, 1);
  h.applied(500, 2, 1);
  CHECK(h.finish(1000).violations.causal_order == 1);
}

TEST_CASE("causal order: a write that its origin has not applied has no past") {
  History h(3);
  h.write_now(100, 0);
  h.applied(200, 1, 0);
  h.write(300, 1);
  h.applied(400, 2, 1);
  h.applied(500, 1, 1);  // the past is known only from here
  CHECK(h.finish(1000).violations.causal_order == 0);
}

TEST_CASE("causal order: what a node applies in a row at one instant is one step") {
  History h = answer_to_write_0();
  h.applied(400, 2, 1);
  h.applied(400, 2, 0);
  SECTION("in whatever order") { CHECK(h.finish(1000).violations.causal_order == 0); }
  SECTION("even if the node crashes in the same instant") {
    h.add(400, EventKind::crash, 2);
    CHECK(h.finish(1000).violations.causal_order == 0);
  }
}

TEST_CASE("causal order: a recovered write violates nothing and is visible") {
  History h = answer_to_write_0();
  h.add(400, EventKind::crash, 2);
  h.add(500, EventKind::restart, 2);
  SECTION("the answer is recovered without what it answers") {
    h.add(500, EventKind::recovered, 2, 1);
    CHECK(h.finish(1000).violations.causal_order == 0);
  }
  SECTION("what it answers is recovered") {
    h.add(500, EventKind::recovered, 2, 0);
    h.applied(600, 2, 1);
    CHECK(h.finish(1000).violations.causal_order == 0);
  }
}

TEST_CASE("causal order: what a crash took away is neither visible nor in the past") {
  SECTION("not visible") {
    History h = answer_to_write_0();
    h.applied(400, 2, 0);
    h.add(410, EventKind::crash, 2);
    h.add(420, EventKind::restart, 2);
    h.applied(500, 2, 1);
    CHECK(h.finish(1000).violations.causal_order == 1);
  }
  SECTION("not in the past of what the node writes afterwards, unless it recovers it") {
    const bool recovers = GENERATE(false, true);
    History h(3);
    h.write_now(100, 0);
    h.applied(200, 1, 0);
    h.add(300, EventKind::crash, 1);
    h.add(400, EventKind::restart, 1);
    if (recovers) h.add(400, EventKind::recovered, 1, 0);
    h.write_now(500, 1);
    h.applied(600, 2, 1);
    CHECK(h.finish(1000).violations.causal_order == (recovers ? 1 : 0));
  }
}

TEST_CASE("causal order: pasts reach over blocks of writes") {
  History h(3);
  for (int i = 0; i < 150; ++i) h.write_now(i, 0);
  for (WriteId write = 0; write < 150; ++write) h.applied(200, 1, write);
  const WriteId answer = h.write_now(300, 1);
  for (WriteId write = 0; write < 150; ++write) {
    if (write != 3) h.applied(400, 2, write);  // 4 lacks 3, in the first block
  }
  h.applied(500, 2, answer);
  // Applied in one step: write 4 lacks 3; the answer lacks 3.
  CHECK(h.finish(1000).violations.causal_order == 2);
}

}  // namespace
}  // namespace hearsay
