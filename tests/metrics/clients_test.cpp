// Client counts and latencies, traffic, and integrity violations on hand-written histories.
#include <catch2/catch.hpp>

#include "sim/core/protocol.hpp"
#include "tests/metrics/history.hpp"

namespace hearsay {
namespace {

TEST_CASE("operations are counted by outcome, writes and reads apart; unanswered ones have timed out") {
  History h(1);
  h.respond(110, h.write(100, 0));
  h.respond(230, h.write(200, 0), Outcome::failed);
  h.respond(350, h.write(300, 0), Outcome::rejected);
  h.respond(900, h.write(400, 0), Outcome::timed_out);
  h.write(500, 0);
  h.respond(670, h.read(600, 0));
  h.read(700, 0);
  const RunResult r = h.finish(1000);
  CHECK(r.writes.attempted == 5);
  CHECK(r.writes.acknowledged == 1);
  CHECK(r.writes.failed == 1);
  CHECK(r.writes.rejected == 1);
  CHECK(r.writes.timed_out == 2);
  CHECK(r.reads.attempted == 2);
  CHECK(r.reads.acknowledged == 1);
  CHECK(r.reads.timed_out == 1);
  CHECK(r.operations.attempted == 7);
  CHECK(r.operations.acknowledged == 2);
  CHECK(r.operations.failed == 1);
  CHECK(r.operations.rejected == 1);
  CHECK(r.operations.timed_out == 3);
  // 10, 30, 50 (writes answered) and 70 ms (the read); not the 500 ms of the one that timed out.
  CHECK(r.client_latency_s.count == 4);
  CHECK(r.client_latency_s.p50 == Approx(0.05));
  CHECK(r.client_latency_s.max == Approx(0.07));
  CHECK(r.client_latency_s.mean == Approx(0.04));
}

TEST_CASE("messages are counted by kind and fate, and per operation, node and second") {
  History h(3, 2);
  h.write(0, 0);
  h.read(0, 0);
  h.message(100, EventKind::send, 1, 0, 100);
  h.message(100, EventKind::send, 2, 1, 20);
  h.message(100, EventKind::send, 3, 0, 100);
  h.message(150, EventKind::duplicate, 4, 0, 100);
  h.message(150, EventKind::retransmit, 2, 1, 20);
  h.message(200, EventKind::deliver, 1, 0, 100);
  h.message(200, EventKind::redundant, 0);
  h.message(200, EventKind::drop, 3, 0, 100, static_cast<std::uint8_t>(DropReason::partition));
  h.message(200, EventKind::dial, 9);
  h.message(200, EventKind::connected, 9);
  h.message(300, EventKind::disconnected, 9, 0, 0, static_cast<std::uint8_t>(ConnectionError::reset));
  h.message(300, EventKind::disconnected, 9, 0, 0, static_cast<std::uint8_t>(ConnectionError::closed));
  h.add(500, EventKind::join, 2);
  h.add(600, EventKind::leave, 2);
  const MessageCounts m = h.finish(2000).messages;
  CHECK(m.sent == 3);
  CHECK(m.bytes == 220);
  CHECK(m.delivered == 1);
  CHECK(m.redundant == 1);
  CHECK(m.duplicated == 1);
  CHECK(m.retransmitted == 1);
  CHECK(m.dials == 1);
  CHECK(m.broken_connections == 1);
  CHECK(m.dropped[static_cast<std::size_t>(DropReason::partition)] == 1);
  CHECK(m.dropped[static_cast<std::size_t>(DropReason::loss)] == 0);
  REQUIRE(m.by_type.size() == 2);
  CHECK(m.by_type[0].sent == 2);
  CHECK(m.by_type[0].bytes == 200);
  CHECK(m.by_type[1].sent == 1);
  CHECK(m.by_type[1].bytes == 20);
  CHECK(m.per_op == Approx(1.5));
  CHECK(m.per_node_per_s == Approx(3.0 / (3 * 2)));  // three nodes were there, two seconds
  CHECK(m.bytes_per_node_per_s == Approx(220.0 / (3 * 2)));
}

TEST_CASE("without operations or time there is nothing to divide messages by") {
  History h(2);
  h.message(0, EventKind::send, 1, 0, 100);
  const MessageCounts m = h.finish(0).messages;
  CHECK(m.per_op == std::nullopt);
  CHECK(m.per_node_per_s == 0);
}

TEST_CASE("corrupt deliveries that the protocol does not discard are accepted garbage") {
  History h(2);
  const auto corrupt = static_cast<std::uint8_t>(DropReason::corrupt);
  for (SendId id = 1; id <= 4; ++id) h.message(50, EventKind::send, id, 0, 10);
  h.message(100, EventKind::deliver, 1, 0, 10, 1);
  h.message(100, EventKind::drop, 1, 0, 10, corrupt);  // discarded
  h.message(200, EventKind::deliver, 2, 0, 10, 1);     // accepted
  h.message(300, EventKind::deliver, 3, 0, 10, 0);     // sound
  h.message(300, EventKind::drop, 4, 0, 10, static_cast<std::uint8_t>(DropReason::loss));
  const RunResult result = h.finish(1000);
  CHECK(result.violations.accepted_corrupt == 1);
  CHECK(result.messages.delivered == 2);
}

TEST_CASE("writes that changed a state a second time are duplicate applications") {
  History h(2);
  h.write_now(100, 0);
  h.add(200, EventKind::reapplied, 1, 0);
  h.add(300, EventKind::reapplied, 1, 0);
  CHECK(h.finish(1000).violations.duplicate_apply == 2);
}

}  // namespace
}  // namespace hearsay
