// Maelstrom's set-full checker on hand-written histories.
#include <catch2/catch.hpp>

#include "tests/metrics/history.hpp"

namespace hearsay {
namespace {

SetFull check(History& h) {
  const RunResult r = h.finish(5000);
  REQUIRE(r.maelstrom.has_value());
  return *r.maelstrom;
}

TEST_CASE("set-full: without reads of the whole set there is no verdict") {
  History h(1);
  h.write_now(100, 0);
  h.read_now(200, {}, 0, "key");
  CHECK_FALSE(h.finish(1000).maelstrom.has_value());
}

TEST_CASE("set-full: an element that every read after its acknowledgement contains is stable at once") {
  History h(1);
  h.write_now(100, 0);
  h.read_now(200, {0});
  const SetFull s = check(h);
  CHECK(s.attempt_count == 1);
  CHECK(s.stable_count == 1);
  CHECK(s.stale_count == 0);
  const std::vector<std::pair<std::string, std::int64_t>> expected{
      {"0", 0}, {"0.5", 0}, {"0.95", 0}, {"0.99", 0}, {"1", 0}};
  CHECK(s.stable_latencies_ms == expected);
}

TEST_CASE("set-full: stable from the invocation of the last read that lacks it, in whole milliseconds") {
  History h(1);
  h.write_now(100, 0);
  h.read_now(200, {});
  const OpId last_absent = h.read(350, 0);
  h.respond(420, last_absent);  // its invocation counts
  h.read_now(500, {0});
  const SetFull s = check(h);
  CHECK(s.stable_count == 1);
  CHECK(s.stale_count == 1);
  CHECK(s.stable_latencies_ms.back().second == 250);  // 350 ms + 1 ns - 100 ms, truncated
}

TEST_CASE("set-full: less than a millisecond is not stale") {
  History h(1);
  h.write_now(100, 0);
  h.read_now(100, {});  // 1 ns after the acknowledgement
  h.read_now(200, {0});
  CHECK(check(h).stale_count == 0);
}

TEST_CASE("set-full: reads are ordered by invocation, not by completion") {
  History h(1);
  h.write_now(100, 0);
  const OpId early = h.read(200, 0);
  h.read_now(300, {0});
  h.respond(400, early);  // lacks it, but was invoked before
  const SetFull s = check(h);
  CHECK(s.stable_count == 1);
  CHECK(s.stable_latencies_ms.back().second == 100);
}

TEST_CASE("set-full: known and then missing to the end is lost") {
  History h(1);
  h.write_now(100, 0);
  SECTION("known by acknowledgement, never seen") {
    h.read_now(200, {});
    CHECK(check(h).lost_count == 1);
  }
  SECTION("seen, then gone") {
    h.read_now(200, {0});
    h.read_now(300, {});
    CHECK(check(h).lost_count == 1);
  }
}

TEST_CASE("set-full: known by a read although never acknowledged") {
  History h(1);
  h.write(100, 0);
  h.read_now(200, {0});
  SECTION("and kept") { CHECK(check(h).stable_count == 1); }
  SECTION("and gone") {
    h.read_now(300, {});
    CHECK(check(h).lost_count == 1);
  }
}

TEST_CASE("set-full: neither stable nor lost is never read") {
  History h(1);
  SECTION("not known, missing in a read") {
    h.write(100, 0);
    h.read_now(200, {});
  }
  SECTION("known only after the last read that lacks it was invoked") {
    const OpId write = h.write(100, 0);
    const OpId read = h.read(200, 0);
    h.respond(300, write);
    h.respond(400, read);
  }
  SECTION("no read completed after its invocation") {
    h.read_now(50, {});
    h.write_now(100, 0);
  }
  const SetFull s = check(h);
  CHECK(s.attempt_count == 1);
  CHECK(s.never_read_count == 1);
  CHECK(s.stable_latencies_ms.empty());
}

TEST_CASE("set-full: a read that completes after the invocation of a write counts for it, though invoked before") {
  History h(1);
  const OpId read = h.read(50, 0);
  const OpId write = h.write(100, 0);
  h.respond(150, write);
  h.respond(200, read);  // lacks it; invoked before it was known: no loss
  h.read_now(300, {0});
  const SetFull s = check(h);
  CHECK(s.stable_count == 1);
  CHECK(s.stable_latencies_ms.back().second == 0);  // stable before known
}

TEST_CASE("set-full: reads that fail say nothing") {
  History h(1);
  h.write_now(100, 0);
  h.read_now(200, {0});
  h.respond(400, h.read(300, 0), Outcome::timed_out);
  CHECK(check(h).stable_count == 1);
}

TEST_CASE("set-full: elements that occur twice in one read are duplicated, once each") {
  History h(1);
  h.write_now(100, 0);
  h.write_now(110, 0);
  h.write_now(120, 0);
  h.read_now(200, {0, 1, 0, 1, 2});
  h.read_now(300, {0, 0, 1, 2});
  CHECK(check(h).duplicated_count == 2);
}

TEST_CASE("set-full: quantiles by floor index over all stable elements, and messages per operation") {
  History h(1);
  // Ten writes at 100 ms; read i (at 200 + 100 i ms) contains the first i + 1: write i is last absent at 100 + 100 i
  // ms.
  for (int i = 0; i < 10; ++i) h.write_now(100, 0);
  std::vector<WriteId> seen;
  for (WriteId i = 0; i < 10; ++i) {
    seen.push_back(i);
    h.read_now(200 + 100 * i, seen);
  }
  for (int i = 0; i < 30; ++i) h.message(2000, EventKind::send, 1);
  const SetFull s = check(h);
  // Latencies 0, 100, 200, ..., 900.
  CHECK(s.stable_count == 10);
  CHECK(s.stale_count == 9);
  const std::vector<std::pair<std::string, std::int64_t>> expected{
      {"0", 0}, {"0.5", 500}, {"0.95", 900}, {"0.99", 900}, {"1", 900}};
  CHECK(s.stable_latencies_ms == expected);
  CHECK(s.msgs_per_op == Approx(1.5));
}

}  // namespace
}  // namespace hearsay
