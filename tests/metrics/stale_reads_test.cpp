// Stale reads on hand-written histories.
#include "sim/metrics/stale_reads.hpp"

#include <catch2/catch.hpp>

#include "tests/metrics/history.hpp"

namespace hearsay {
namespace {

TEST_CASE("a read is stale if a later write was acknowledged before it began") {
  History h(2);
  h.write_now(100, 0, 0, "k");   // w0
  h.write_now(200, 0, 0, "k");   // w1
  h.read_now(300, {0}, 1, "k");  // stale
  h.read_now(400, {1}, 1, "k");  // fresh
  h.read_now(500, {}, 1, "k");   // a miss is not stale
  CHECK(observed_count(h.finish(1000), "stale_reads") == 1);
}

TEST_CASE("writes that overlap, or overlap the read, make nothing stale") {
  History h(2);
  const OpId first = h.write(100, 0, 0, "k");   // w0
  const OpId second = h.write(150, 1, 1, "k");  // w1, while w0 is under way
  h.respond(200, first);
  h.respond(210, second);
  h.read_now(300, {0}, 2, "k");
  const OpId read = h.read(400, 0, 2, "k");
  h.write_now(410, 0, 0, "k");  // w2, while the read is under way
  h.respond(420, read, Outcome::ok, {1});
  CHECK(observed_count(h.finish(1000), "stale_reads") == 0);
}

TEST_CASE("keys are distinguished, and a write that failed makes nothing stale") {
  History h(2);
  h.write_now(100, 0, 0, "a");
  h.write_now(200, 0, 0, "b");
  h.read_now(300, {0}, 1, "a");
  h.respond(450, h.write(400, 0, 0, "a"), Outcome::failed);
  h.read_now(500, {0}, 1, "a");
  CHECK(observed_count(h.finish(1000), "stale_reads") == 0);
}

TEST_CASE("of several values side by side one that is fresh is enough") {
  History h(2);
  h.write_now(100, 0, 0, "k");      // w0
  h.write_now(200, 0, 1, "k");      // w1
  h.read_now(300, {0, 1}, 2, "k");  // fresh
  h.write_now(400, 0, 0, "k");      // w2
  h.read_now(500, {0, 1}, 2, "k");  // stale
  CHECK(observed_count(h.finish(1000), "stale_reads") == 1);
}

}  // namespace
}  // namespace hearsay
