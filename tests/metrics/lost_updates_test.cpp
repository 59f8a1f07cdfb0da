// Lost updates on hand-written histories.
#include "sim/metrics/lost_updates.hpp"

#include <catch2/catch.hpp>

#include "tests/metrics/history.hpp"

namespace hearsay {
namespace {

void replaced(History& h, std::int64_t ms, WriteId loser, WriteId winner) {
  h.add(ms, EventKind::replaced, 0, loser).extra = winner;
}

TEST_CASE("a write that gives way to one whose client never read it is a lost update") {
  History h(2);
  h.write_now(100, 0, 0, "k");  // w0
  h.write_now(200, 1, 1, "k");  // w1, blind
  replaced(h, 300, 0, 1);
  CHECK(observed_count(h.finish(1000), "lost_updates") == 1);
}

TEST_CASE("writes that no client made, of a protocol that reports nonsense, are ignored") {
  History h(2);
  h.applied(50, 0, 0);
  replaced(h, 60, 0, 0);
  h.write_now(100, 0, 0, "k");  // w0
  h.applied(110, 0, 1);
  replaced(h, 120, 1, 0);
  replaced(h, 140, 4000000000U, 0);
  CHECK(observed_count(h.finish(1000), "lost_updates") == 0);
}

TEST_CASE("a write that gives way to one whose client had read it is not lost") {
  History h(2);
  h.write_now(100, 0, 0, "k");   // w0
  h.read_now(150, {0}, 1, "k");  // by client 1
  h.write_now(200, 1, 1, "k");   // w1
  replaced(h, 300, 0, 1);
  CHECK(observed_count(h.finish(1000), "lost_updates") == 0);
}

TEST_CASE("nor is a client's own earlier write, nor one that nothing replaced, nor one that was not acknowledged") {
  History h(2);
  h.write_now(100, 0, 0, "k");  // w0
  h.write_now(200, 0, 0, "k");  // w1, of the same client
  replaced(h, 300, 0, 1);
  h.write_now(310, 0, 0, "other");                           // w2
  h.respond(410, h.write(400, 0, 2, "k"), Outcome::failed);  // w3
  replaced(h, 500, 3, 1);
  CHECK(observed_count(h.finish(1000), "lost_updates") == 0);
}

TEST_CASE("a write that somebody knew is settled, even if another winner comes first") {
  History h(2);
  h.write_now(100, 0, 0, "k");   // w0
  h.read_now(150, {0}, 1, "k");  // client 1 knows w0
  h.write_now(200, 1, 1, "k");   // w1 follows w0
  h.write_now(210, 0, 2, "k");   // w2, blind
  replaced(h, 300, 0, 2);        // a node that had w2 before w0
  replaced(h, 310, 1, 2);        // the update that is lost is w1
  CHECK(observed_count(h.finish(1000), "lost_updates") == 1);
}

TEST_CASE("what a client read before an older write of its own does not count for another key") {
  History h(2);
  h.write_now(100, 0, 0, "a");   // w0
  h.write_now(110, 0, 0, "b");   // w1
  h.read_now(150, {0}, 1, "a");  // client 1 knows w0 of a, nothing of b
  h.write_now(200, 1, 1, "b");   // w2
  replaced(h, 300, 1, 2);
  CHECK(observed_count(h.finish(1000), "lost_updates") == 1);
}

TEST_CASE(
    "a write that gives way to one acknowledged before it was asked for is lost, whatever its client writes later") {
  History h(2);
  h.write_now(100, 0, 0, "k");  // w0, of a node whose clock is ahead
  h.write_now(200, 1, 1, "k");  // w1
  h.write_now(300, 1, 1, "k");  // w2, of the same client
  replaced(h, 300, 1, 0);
  replaced(h, 300, 2, 0);
  CHECK(observed_count(h.finish(1000), "lost_updates") == 2);
}

TEST_CASE("but not if another node has it the other way round: there the older write came late") {
  const bool late_first = GENERATE(true, false);
  History h(2);
  h.write_now(100, 0, 0, "k");   // w0
  h.read_now(150, {0}, 1, "k");  // client 1 knows it
  h.write_now(200, 1, 1, "k");   // w1
  h.write_now(300, 1, 1, "k");   // w2, so that w1 is settled
  if (late_first) replaced(h, 400, 1, 0);
  replaced(h, 410, 0, 1);
  if (!late_first) replaced(h, 420, 1, 0);
  CHECK(observed_count(h.finish(1000), "lost_updates") == 0);
}

}  // namespace
}  // namespace hearsay
