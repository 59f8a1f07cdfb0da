// Agreement, convergence, divergence and recovery on hand-written histories.
#include <catch2/catch.hpp>
#include <cmath>

#include "sim/metrics/field.hpp"
#include "tests/metrics/history.hpp"

namespace hearsay {
namespace {

// Two nodes; they differ from 100 ms (node 0 changes) to 300 ms (node 1 follows).
History two_nodes_that_differ_for_200_ms() {
  History h(2);
  h.write(100, 0);
  h.digest(100, 0, 7);
  h.digest(300, 1, 7);
  return h;
}

TEST_CASE("converged: convergence time counts from the last operation to agreement") {
  const RunResult r = two_nodes_that_differ_for_200_ms().finish(1000);
  CHECK(r.converged);
  CHECK(r.convergence_time_s == Approx(0.2));
  CHECK(r.divergence_s == Approx(0.2));
  CHECK(r.distinct_states == 1);
  CHECK(r.simulated_s == Approx(1.0));
}

TEST_CASE("a run that ends with two states has not converged and has no convergence time") {
  History h = two_nodes_that_differ_for_200_ms();
  h.digest(600, 1, 8);
  const RunResult r = h.finish(1000);
  CHECK_FALSE(r.converged);
  CHECK(r.convergence_time_s == std::nullopt);
  CHECK(r.distinct_states == 2);
  CHECK(r.divergence_s == Approx(0.2 + 0.4));
}

TEST_CASE("nodes that hold different copies of what both own do not agree") {
  History h(3);
  for (NodeId node = 0; node < 3; ++node) h.digest(0, node, 7);  // what all share is equal all the time
  h.write(100, 0, 0, "a");
  h.placed(100, 0, "a", 1, {0, 1});
  h.placed(300, 1, "a", 1, {0, 1});
  h.placed(400, 2, "a", 9, {0, 1});  // owns nothing: its copy does not matter
  SECTION("equal at the end") {
    const RunResult r = h.finish(1000);
    CHECK(r.converged);
    CHECK(r.convergence_time_s == Approx(0.2));
    CHECK(r.divergence_s == Approx(0.2));
    CHECK(r.distinct_states == 1);
  }
  SECTION("another value") {
    h.placed(500, 1, "a", 2, {0, 1});
    const RunResult r = h.finish(1000);
    CHECK_FALSE(r.converged);
    CHECK(r.distinct_states == 2);
    CHECK(r.divergence_s == Approx(0.2 + 0.5));
    CHECK(r.example == "live nodes hold 2 different states");
  }
  SECTION("none") {
    h.placed(500, 1, "a", 0, {0, 1});
    CHECK_FALSE(h.finish(1000).converged);
  }
  SECTION("another owner without a copy") {
    h.placed(500, 0, "a", 1, {0, 2});
    CHECK_FALSE(h.finish(1000).converged);
  }
  SECTION("the other owner is gone, and comes back without a copy") {
    h.placed(500, 1, "a", 2, {0, 1});
    h.add(600, EventKind::crash, 1);
    CHECK(h.play()->agreed());
    h.add(700, EventKind::restart, 1);
    h.digest(700, 1, 7);
    CHECK_FALSE(h.play()->agreed());
    h.placed(800, 1, "a", 1, {0, 1});
    CHECK(h.play()->agreed());
  }
}

TEST_CASE("who has given a copy away has no say in whose it is, however late its word came") {
  History h(4);
  for (NodeId node = 0; node < 4; ++node) h.digest(0, node, 7);
  h.write(100, 2, 0, "a");
  h.placed(100, 2, "a", 1, {1, 2});
  h.placed(100, 1, "a", 1, {1, 2});
  h.placed(300, 1, "a", 1, {0, 1});  // node 1 has learned of node 0
  h.placed(350, 0, "a", 1, {0, 1});
  SECTION("it counts while it holds one") {
    h.placed(400, 2, "a", 1, {1, 3});
    CHECK_FALSE(h.finish(1000).converged);
  }
  SECTION("it knew of another new owner, not of node 0") {
    h.placed(400, 2, "a", 1, {1, 3});
    h.placed(500, 2, "a", 0, {1, 3});
    CHECK(h.finish(1000).converged);
  }
  SECTION("nor has who is gone") {
    h.placed(400, 2, "a", 1, {1, 3});
    h.add(500, EventKind::crash, 2);
    CHECK(h.finish(1000).converged);
  }
  SECTION("an owner that has deleted it has") {
    h.placed(400, 3, "a", 0, {1, 3});
    CHECK_FALSE(h.finish(1000).converged);
  }
}

TEST_CASE("a cluster that agrees before its last disturbance has convergence time 0") {
  History h = two_nodes_that_differ_for_200_ms();
  h.read(700, 0);
  CHECK(h.finish(1000).convergence_time_s == Approx(0));
}

TEST_CASE("final reads look on: they are no disturbance") {
  History h = two_nodes_that_differ_for_200_ms();
  h.final_read(700, 0);
  CHECK(h.finish(1000).convergence_time_s == Approx(0.2));
}

TEST_CASE("quiet is the time since the last operation, final reads aside") {
  History h(2);
  h.write_now(100, 0);
  h.read(400, 1);
  h.final_read(900, 0);
  CHECK(h.finish(1000).quiet_s == Approx(0.6));
  CHECK(History(2).finish(1000).quiet_s == Approx(1));
}

TEST_CASE("without any disturbance convergence counts from the start") {
  History h(2);
  h.digest(50, 0, 7);
  h.digest(80, 1, 7);
  CHECK(h.finish(1000).convergence_time_s == Approx(0.08));
}

TEST_CASE("the last disturbance is the latest operation, end of a fault, restart, join or leave") {
  const EventKind kind = GENERATE(EventKind::fault_end, EventKind::restart, EventKind::join, EventKind::leave);
  History h(4, 3);  // node 3 joins, node 2 leaves or restarts
  h.write(100, 0);
  h.fault_begin(150, 0, "crash", "2", {2});
  if (kind == EventKind::restart) h.add(150, EventKind::crash, 2);
  h.digest(200, 0, 7);
  h.digest(200, 1, 7);
  if (kind == EventKind::fault_end) {
    h.fault_end(300, 0);
  } else {
    h.add(300, kind, kind == EventKind::join ? 3 : 2);
  }
  for (const NodeId node : {2, 3}) h.digest(900, node, 7);  // ignored from nodes that are not there
  const RunResult r = h.finish(1000);
  CHECK(r.converged);
  // After the leave at 300 ms the two others agree at once; else node 2 (or 3) follows at 900 ms.
  CHECK(r.convergence_time_s == Approx(kind == EventKind::leave ? 0.0 : 0.6));
}

TEST_CASE("a fault that is open to the end is no disturbance that ended") {
  History h = two_nodes_that_differ_for_200_ms();
  h.fault_begin(700, 0, "loss", "10%");
  CHECK(h.finish(1000).convergence_time_s == Approx(0.2));
}

TEST_CASE("a difference of no length is no interruption") {
  History h = two_nodes_that_differ_for_200_ms();
  h.digest(500, 0, 9);
  h.digest(500, 1, 9);  // both change in one instant
  const auto collector = h.play();
  CHECK(collector->agreed());
  CHECK(collector->agreed_since() == Time(std::chrono::milliseconds(300)));
  const RunResult r = h.finish(1000);
  CHECK(r.convergence_time_s == Approx(0.2));
  CHECK(r.divergence_s == Approx(0.2));
}

TEST_CASE("nodes that agree for no length of time have not agreed") {
  History h(2);
  h.digest(100, 0, 1);
  h.digest(400, 1, 1);  // equal, but not at the end of the instant
  h.digest(400, 0, 2);
  h.digest(600, 1, 2);
  CHECK(h.play()->agreed_since() == Time(std::chrono::milliseconds(600)));
  CHECK(h.finish(1000).divergence_s == Approx(0.5));
}

TEST_CASE("progress: agreement within the instant that brought it dates from that instant") {
  History h(2);
  h.digest(100, 0, 1);
  CHECK_FALSE(h.play()->agreed());
  h.digest(250, 1, 1);
  CHECK(h.play()->agreed());
  CHECK(h.play()->agreed_since() == Time(std::chrono::milliseconds(250)));
}

TEST_CASE("nodes that never reported a digest are equal among themselves") {
  const RunResult r = History(3).finish(1000);
  CHECK(r.converged);
  CHECK(r.convergence_time_s == Approx(0));
  CHECK(r.distinct_states == 1);
}

TEST_CASE("a crash forgets the digest, and a dead node does not count") {
  History h(3);
  for (const NodeId node : {0, 1}) h.digest(100, node, 5);
  h.digest(100, 2, 6);
  h.add(200, EventKind::crash, 2);    // 0 and 1 agree from here
  h.add(500, EventKind::restart, 2);  // empty: differs again
  h.digest(600, 2, 5);
  const RunResult r = h.finish(1000);
  CHECK(r.divergence_s == Approx(0.1 + 0.1));
  CHECK(r.convergence_time_s == Approx(0.1));  // from the restart
}

TEST_CASE("a paused node is live") {
  History h(2);
  h.add(100, EventKind::pause, 1);
  h.digest(200, 0, 5);
  CHECK_FALSE(h.finish(1000).converged);
}

TEST_CASE("without a live node nothing is converged and nothing diverges") {
  History h(2);
  h.digest(100, 0, 5);
  h.add(300, EventKind::crash, 0);
  h.add(300, EventKind::crash, 1);
  const RunResult r = h.finish(1000);
  CHECK_FALSE(r.converged);
  CHECK(r.distinct_states == 0);
  CHECK(r.divergence_s == Approx(0.2));
}

TEST_CASE("recovery runs from the end of each fault to agreement") {
  History h(2);
  h.fault_begin(100, 0, "partition", "halves");
  h.digest(200, 0, 1);
  h.fault_end(300, 0);
  h.digest(450, 1, 1);
  const RunResult r = h.finish(1000);
  REQUIRE(r.recovery.size() == 1);
  CHECK(r.recovery[0].fault == "partition: halves");
  CHECK(r.recovery[0].ended_at == Approx(0.3));
  CHECK(r.recovery[0].reconverged_s == Approx(0.15));
}

TEST_CASE("recovery is immediate where the nodes agree at the end of the instant in which the fault ends") {
  History h(2);
  h.fault_begin(100, 0, "crash", "1", {1});
  h.add(100, EventKind::crash, 1);
  h.digest(200, 0, 1);
  h.fault_end(300, 0);
  h.add(300, EventKind::restart, 1);  // differs, until it reports what it read from its disk
  h.digest(300, 1, 1);
  CHECK(h.finish(1000).recovery.at(0).reconverged_s == Approx(0));
}

TEST_CASE("there is no recovery when another fault begins first") {
  History h(2);
  h.fault_begin(100, 0, "loss", "10%");
  h.digest(200, 0, 1);
  h.fault_end(300, 0);
  h.fault_begin(400, 1, "loss", "10%");
  h.digest(500, 1, 1);
  const RunResult r = h.finish(1000);  // the second fault does not end: no entry
  REQUIRE(r.recovery.size() == 1);
  CHECK(r.recovery[0].reconverged_s == std::nullopt);
  CHECK(r.recovery[0].overtaken);
  CHECK_FALSE(lookup_in(r)("recovery_s.mean"));
  CHECK(lookup_in(r)("recovery_s.never") == FieldValue(0.0));
}

TEST_CASE("there is no recovery when it never happened") {
  History h(2);
  h.fault_begin(100, 0, "loss", "10%");
  h.digest(200, 0, 1);
  h.fault_end(300, 0);
  const RunResult r = h.finish(1000);
  CHECK(r.recovery.at(0).reconverged_s == std::nullopt);
  CHECK_FALSE(r.recovery[0].overtaken);
  CHECK(lookup_in(r)("recovery_s.never") == FieldValue(1.0));
  CHECK(std::isinf(*figure(*find_field("recovery_s.mean"), "recovery_s.mean", lookup_in(r))));
}

TEST_CASE("a fault that begins in the instant in which another ends comes after it") {
  const bool agreed = GENERATE(false, true);
  const bool begins_first_in_the_stream = GENERATE(false, true);
  History h(2);
  h.fault_begin(100, 0, "loss", "10%");
  if (!agreed) h.digest(200, 0, 1);
  if (begins_first_in_the_stream) h.fault_begin(300, 1, "loss", "20%");
  h.fault_end(300, 0);
  if (!begins_first_in_the_stream) h.fault_begin(300, 1, "loss", "20%");
  h.digest(600, 1, 1);
  h.digest(600, 0, 1);
  const auto recovered = h.finish(1000).recovery.at(0).reconverged_s;
  // The states were equal at 300 ms, or became so only after the second fault had begun.
  if (agreed) CHECK(recovered == Approx(0));
  if (!agreed) CHECK(recovered == std::nullopt);
}

TEST_CASE("agreement that the next fault brings is no recovery") {
  History h(2);
  h.fault_begin(100, 0, "loss", "10%");
  h.digest(200, 0, 1);
  h.fault_end(300, 0);
  h.add(500, EventKind::crash, 1);  // the runtime announces a fault once it has chosen
  h.fault_begin(500, 1, "crash", "1", {1});
  CHECK(h.finish(1000).recovery.at(0).reconverged_s == std::nullopt);
}

TEST_CASE("agreement in the last instant of the run counts") {
  History h(2);
  h.fault_begin(100, 0, "loss", "10%");
  h.digest(200, 0, 1);
  h.fault_end(300, 0);
  h.digest(1000, 1, 1);
  const RunResult r = h.finish(1000);
  CHECK(r.converged);
  CHECK(r.convergence_time_s == Approx(0.7));
  CHECK(r.recovery.at(0).reconverged_s == Approx(0.7));
}

}  // namespace
}  // namespace hearsay
