// Visibility on hand-written histories: delivery latency, stable latency, what is up to date, lost or missing.
#include "sim/metrics/coverage.hpp"

#include <catch2/catch.hpp>

#include "tests/metrics/history.hpp"

namespace hearsay {
namespace {

// At the end of what the history has so far.
double up_to_date(const History& h) {
  Coverage coverage(h.nodes());
  h.play_to(coverage);
  return coverage.up_to_date();
}

TEST_CASE("delivery latency runs from the invocation to the first visibility on each node") {
  History h(3);
  const OpId op = h.write(100, 0);
  h.applied(110, 0, 0);  // 10 ms
  h.applied(140, 1, 0);  // 40 ms
  h.respond(150, op);
  h.applied(170, 2, 0);  // 70 ms
  const Quantiles q = h.finish(1000).delivery_latency_s;
  CHECK(q.count == 3);
  CHECK(q.p50 == Approx(0.04));  // index floor(0.5 * 3) = 1
  CHECK(q.max == Approx(0.07));
  CHECK(q.mean == Approx(0.04));
}

TEST_CASE("what a node recovers, or gets again after a crash, is not delivered a second time") {
  History h(2);
  h.write_now(100, 0);
  h.applied(130, 1, 0);
  h.applied(150, 1, 0);  // again, without a crash
  h.add(200, EventKind::crash, 1);
  h.add(300, EventKind::restart, 1);
  h.add(300, EventKind::recovered, 1, 0);
  h.add(400, EventKind::crash, 1);
  h.add(500, EventKind::restart, 1);
  h.applied(600, 1, 0);
  const RunResult r = h.finish(1000);
  CHECK(r.delivery_latency_s.count == 2);
  CHECK(r.delivery_latency_s.max == Approx(0.03));
  CHECK(r.missing == 0);
}

TEST_CASE("stable latency runs from the acknowledgement to visibility on every live node") {
  History h(3);
  h.write_now(100, 0);
  h.applied(150, 1, 0);
  h.applied(180, 2, 0);  // 80 ms
  const OpId late = h.write(200, 0);
  for (const NodeId node : {0, 1, 2}) h.applied(210, node, 1);
  h.respond(250, late);  // visible everywhere already: 0
  h.write_now(300, 0);   // never reaches node 1
  h.applied(310, 2, 2);
  const StableLatency s = h.finish(1000).stable_latency_s;
  CHECK(s.p0 == Approx(0));
  CHECK(s.p50 == Approx(0.08));  // index floor(0.5 * 2) = 1
  CHECK(s.p100 == Approx(0.08));
  CHECK(s.never_stable == 1);
}

TEST_CASE("a write becomes stable when the node that lacks it goes") {
  const EventKind kind = GENERATE(EventKind::crash, EventKind::leave);
  History h(2);
  h.write_now(100, 0);
  h.add(350, kind, 1);
  const StableLatency s = h.finish(1000).stable_latency_s;
  CHECK(s.p100 == Approx(0.25));
  CHECK(s.never_stable == 0);
}

TEST_CASE("a write is not stable while no node is live, nor in passing within an instant") {
  SECTION("all nodes crash in one instant, the one that has the write last") {
    History h(2);
    h.write_now(100, 0);
    h.add(300, EventKind::crash, 1);
    h.add(300, EventKind::crash, 0);
    CHECK(h.finish(1000).stable_latency_s.never_stable == 1);
  }
  SECTION("a node joins in the instant in which the last of the others applies it") {
    History h(3, 2);
    h.write_now(100, 0);
    h.applied(300, 1, 0);
    h.add(300, EventKind::join, 2);
    h.applied(400, 2, 0);
    CHECK(h.finish(1000).stable_latency_s.p100 == Approx(0.3));
  }
}

TEST_CASE("a restarted node lacks what it has not recovered") {
  History h(2);
  const OpId op = h.write(100, 0);
  h.applied(100, 0, 0);
  h.applied(120, 1, 0);
  h.add(150, EventKind::crash, 1);
  h.add(160, EventKind::restart, 1);
  h.respond(200, op);
  h.add(260, EventKind::recovered, 1, 0);
  CHECK(h.finish(1000).stable_latency_s.p100 == Approx(0.06));
}

TEST_CASE("up to date is the share of live nodes that hold everything acknowledged") {
  History h(4, 3);
  CHECK(up_to_date(h) == Approx(1));  // nothing acknowledged
  h.write_now(100, 0);
  CHECK(up_to_date(h) == Approx(1.0 / 3));
  h.applied(110, 1, 0);
  CHECK(up_to_date(h) == Approx(2.0 / 3));
  h.write(120, 0);  // not acknowledged: asks nothing
  h.applied(120, 0, 1);
  CHECK(up_to_date(h) == Approx(2.0 / 3));
  h.add(200, EventKind::crash, 2);
  CHECK(up_to_date(h) == Approx(1));
  h.add(300, EventKind::join, 3);
  CHECK(up_to_date(h) == Approx(2.0 / 3));
  h.add(400, EventKind::leave, 0);
  h.add(400, EventKind::leave, 1);
  CHECK(up_to_date(h) == Approx(0));
  h.applied(500, 3, 0);
  CHECK(up_to_date(h) == Approx(1));
  h.add(600, EventKind::crash, 3);
  CHECK(up_to_date(h) == Approx(0));
}

TEST_CASE("present is the share of pairs of an acknowledged write and a live node") {
  History h(4, 3);
  CHECK(h.play()->present() == Approx(1));  // nothing acknowledged
  h.write_now(100, 0);
  h.write_now(110, 1);
  CHECK(h.play()->present() == Approx(2.0 / 6));
  h.applied(120, 1, 0);
  h.write(130, 0);  // not acknowledged: asks nothing
  CHECK(h.play()->present() == Approx(3.0 / 6));
  h.add(200, EventKind::crash, 2);
  CHECK(h.play()->present() == Approx(3.0 / 4));
  h.add(300, EventKind::join, 3);
  CHECK(h.play()->present() == Approx(3.0 / 6));
  h.add(400, EventKind::crash, 1);
  CHECK(h.play()->present() == Approx(1.0 / 4));
  h.applied(410, 3, 1);
  h.applied(410, 3, 0);
  h.applied(410, 0, 1);
  CHECK(h.play()->present() == Approx(1));
}

TEST_CASE("a write whose key some nodes own ought to be on these alone") {
  History h(5);
  h.write_now(100, 0, 0, "a");
  h.placed(100, 0, "a", 1, {0, 1, 2});
  h.write_now(110, 3, 0, "b");
  h.placed(110, 3, "b", 1, {3, 4});
  CHECK(h.play()->present() == Approx(2.0 / 5));
  h.applied(150, 1, 0);
  h.placed(150, 1, "a", 1, {0, 1, 2});
  h.applied(160, 2, 0);
  h.placed(160, 2, "a", 1, {0, 1, 2});
  CHECK(h.play()->present() == Approx(4.0 / 5));
  CHECK(up_to_date(h) == Approx(4.0 / 5));  // node 4 lacks "b"
  SECTION("the others are not missing it") {
    const RunResult r = h.finish(1000);
    CHECK(r.missing == 1);
    CHECK(r.residue == Approx(1.0 / 5));
    CHECK(r.lost_writes == 0);
    CHECK(r.stable_latency_s.never_stable == 1);
    CHECK(r.everywhere_latency_s.p50 == std::nullopt);
    CHECK(r.stable_latency_s.p100 == Approx(0.06));
  }
  SECTION("a new owner lacks it until it has it") {
    h.placed(300, 0, "a", 1, {0, 1, 4});
    CHECK(h.play()->present() == Approx(3.0 / 5));
    h.applied(400, 4, 0);
    h.applied(400, 4, 1);
    CHECK(h.play()->present() == Approx(1));
    CHECK(h.finish(1000).missing == 0);
  }
  SECTION("who has given its copy away does not name new owners") {
    h.placed(300, 4, "a", 0, {1, 3});
    CHECK(h.finish(1000).missing == 1);
  }
  SECTION("what its owners lose while another node has it is missing and not lost") {
    h.placed(300, 3, "b", 1, {4});
    const RunResult r = h.finish(1000);
    CHECK(r.missing == 1);
    CHECK(r.lost_writes == 0);
  }
  SECTION("an owner that is not live is not asked") {
    h.add(300, EventKind::crash, 4);
    CHECK(h.play()->present() == Approx(1));
    CHECK(h.finish(1000).missing == 0);
  }
}

TEST_CASE("a deletion that is undone is lost, and what it had replaced before is not") {
  History h(3);
  for (std::int64_t ms = 100; ms < 400; ms += 100) h.write_now(ms, 0, 0, "k");  // 0 -> 1 -> 2, the last one deletes
  h.replaced(200, 0, 0, 1);
  h.replaced(300, 0, 1, 2);
  for (WriteId write = 0; write < 3; ++write)
    for (NodeId node = 1; node < 3; ++node) h.applied(400, node, write);
  h.add(500, EventKind::reapplied, 0, 0);
  h.add(500, EventKind::reapplied, 1, 0);
  SECTION("on some nodes: missing there") {
    const RunResult r = h.finish(1000);
    CHECK(r.lost_writes == 0);
    CHECK(r.missing == 2);
  }
  SECTION("on all: lost") {
    h.add(600, EventKind::reapplied, 2, 0);
    const RunResult r = h.finish(1000);
    CHECK(r.lost_writes == 1);
    CHECK(r.missing == 3);
    CHECK(r.example == "write 2, asked of node 0 at 0.3 s, is on no live node");
  }
  SECTION("unless it comes back too") {
    h.add(600, EventKind::reapplied, 0, 2);
    h.add(600, EventKind::reapplied, 1, 2);
    CHECK(h.finish(1000).missing == 0);
  }
}

TEST_CASE("missing counts pairs, residue shares them, lost writes are present nowhere") {
  History h(3);
  h.write_now(100, 0);  // 0: everywhere
  h.applied(110, 1, 0);
  h.applied(120, 2, 0);
  h.write_now(200, 1);  // 1: missing on node 0
  h.applied(210, 2, 1);
  const OpId lost = h.write(300, 2);  // 2: acknowledged, applied nowhere
  h.respond(310, lost);
  h.write(400, 2);  // 3: not acknowledged: not looked at
  const RunResult r = h.finish(1000);
  CHECK(r.missing == 1 + 3);
  CHECK(r.lost_writes == 1);
  CHECK(r.residue == Approx(4.0 / 9));
}

TEST_CASE("only nodes that are live at the end can miss a write") {
  History h(3);
  h.write_now(100, 0);
  h.applied(110, 1, 0);
  h.add(200, EventKind::crash, 2);
  const RunResult r = h.finish(1000);
  CHECK(r.missing == 0);
  CHECK(r.residue == Approx(0));
}

TEST_CASE("one write that its only live node lacks is a residue of 1") {
  History h(2);
  h.write_now(100, 0);
  h.add(200, EventKind::crash, 0);
  const RunResult r = h.finish(1000);
  CHECK(r.missing == 1);
  CHECK(r.residue == Approx(1));
}

TEST_CASE("there is no residue without acknowledged writes or live nodes") {
  CHECK(History(2).finish(1000).residue == std::nullopt);
  History h(1);
  h.write_now(100, 0);
  h.add(200, EventKind::crash, 0);
  const RunResult r = h.finish(1000);
  CHECK(r.residue == std::nullopt);
  CHECK(r.lost_writes == 1);
}

TEST_CASE("a write is present where one that replaces it is, over any number of steps") {
  History h(2);
  h.write_now(100, 0);
  h.write_now(200, 0);
  const WriteId last = h.write_now(300, 0);
  h.applied(400, 1, last);
  h.replaced(400, 1, 0, 1);
  h.replaced(400, 1, 1, 2);
  h.replaced(400, 0, 0, 0);  // by itself: means nothing
  const RunResult r = h.finish(1000);
  CHECK(r.missing == 0);
  CHECK(r.lost_writes == 0);
}

TEST_CASE("a write that is undone on a node is absent there, though it replaces itself by way of another") {
  History h(2);
  h.write_now(100, 1);
  h.write_now(200, 0);
  h.replaced(300, 0, 0, 1);
  h.replaced(300, 1, 1, 0);
  h.add(400, EventKind::reapplied, 0, 0);  // undoes write 1 on node 0
  CHECK(h.finish(1000).missing == 1);      // write 1 on node 0; write 0 had its time there
}

TEST_CASE("the chain of the writes of one key is walked once however long it is") {
  constexpr WriteId writes = 100'000;
  History h(2);
  for (WriteId write = 0; write < writes; ++write) {
    h.write_now(100, 0);
    if (write > 0) h.replaced(100, 0, write - 1, write);
  }
  SECTION("and nobody else has any of them") {
    const RunResult r = h.finish(1000);
    CHECK(r.missing == writes);
    CHECK(r.lost_writes == 0);
  }
  SECTION("and the last is everywhere") {
    h.applied(200, 1, writes - 1);
    CHECK(h.finish(1000).missing == 0);
  }
  SECTION("in a circle that one of them is everywhere of") {
    h.replaced(150, 0, writes - 1, 0);
    h.applied(200, 1, writes / 2);
    CHECK(h.finish(1000).missing == 0);
  }
}

TEST_CASE("of several winners each that was reported counts") {
  History h(2);
  for (const std::int64_t ms : {100, 200, 300}) h.write_now(ms, 0);
  h.applied(400, 1, 2);
  h.replaced(400, 1, 0, 1);
  h.replaced(400, 1, 0, 2);
  CHECK(h.finish(1000).missing == 1);  // write 1 on node 1: write 2 replaces write 0 alone
}

TEST_CASE("two nodes that report opposite winners lose nothing when a third write replaces both") {
  History h(2);
  for (const std::int64_t ms : {100, 200, 300}) h.write_now(ms, 0);
  h.replaced(400, 0, 0, 1);
  h.replaced(400, 1, 1, 0);  // the other way round
  h.replaced(500, 0, 1, 2);
  h.applied(500, 1, 2);
  const RunResult r = h.finish(1000);
  CHECK(r.missing == 0);
  CHECK(r.lost_writes == 0);
}

TEST_CASE("everywhere latency runs from the invocation, before or after the acknowledgement") {
  History h(2);
  h.write_now(100, 0);
  h.applied(180, 1, 0);  // 80 ms, after its acknowledgement
  const OpId late = h.write(200, 0);
  h.applied(210, 0, 1);
  h.applied(220, 1, 1);  // 20 ms, long before its acknowledgement
  h.respond(900, late);
  const RunResult r = h.finish(1000);
  CHECK(*r.everywhere_latency_s.p50 == Approx(0.08));  // index floor(0.5 * 2) = 1
  CHECK(*r.everywhere_latency_s.max == Approx(0.08));
  CHECK(*r.stable_latency_s.p0 == Approx(0));
}

TEST_CASE(
    "a write that never was everywhere is later than all others, and one that was not acknowledged does not count") {
  History h(2);
  for (int i = 0; i < 10; ++i) {
    const WriteId write = h.write_now(100 + 10 * i, 0);
    if (i < 9) h.applied(105 + 10 * i, 1, write);
  }
  const OpId failed = h.write(300, 0);
  h.respond(310, failed, Outcome::failed);
  const RunResult r = h.finish(1000);
  CHECK(*r.everywhere_latency_s.p50 == Approx(0.005));
  CHECK_FALSE(r.everywhere_latency_s.p90);  // index 9 of 10
  CHECK_FALSE(r.everywhere_latency_s.max);
  CHECK_FALSE(History(2).finish(1000).everywhere_latency_s.p50);
}

TEST_CASE("writes that replace each other in a circle are missing where none of them is") {
  History h(2);
  for (const std::int64_t ms : {100, 200, 300}) h.write_now(ms, 0);
  h.replaced(400, 0, 0, 1);  // 0 -> 1 <-> 2
  h.replaced(400, 0, 1, 2);
  h.replaced(400, 0, 2, 1);
  SECTION("none is on node 1") { CHECK(h.finish(1000).missing == 3); }
  SECTION("one is on node 1") {
    h.applied(500, 1, 2);
    CHECK(h.finish(1000).missing == 0);
  }
}

TEST_CASE("a write that no client invoked is ignored") {
  History h(2);
  h.write_now(100, 0);
  h.applied(200, 1, 4000000000U);
  h.replaced(200, 1, 4000000000U, 0);
  h.replaced(200, 1, 0, 4000000000U);
  CHECK((h.finish(1000).delivery_latency_s.count == 1 && h.finish(1000).missing == 1));
}

TEST_CASE("more than one block of writes: each write has bits of its own") {
  History h(2);
  for (int i = 0; i < 200; ++i) h.write_now(i, 0);
  for (WriteId write = 0; write < 200; write += 3) h.applied(300, 1, write);
  h.add(400, EventKind::crash, 0);
  h.add(500, EventKind::restart, 0);
  // Node 1 has 67 of 200, node 0 none any more.
  const RunResult r = h.finish(1000);
  CHECK(r.missing == 133 + 200);
  CHECK(r.lost_writes == 133);
}

}  // namespace
}  // namespace hearsay
