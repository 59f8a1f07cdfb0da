// Session guarantees on hand-written histories.
#include <catch2/catch.hpp>

#include "tests/metrics/history.hpp"

namespace hearsay {
namespace {

TEST_CASE("set reads: a client must see its own acknowledged writes") {
  History h(1);
  h.write_now(100, 0, 1);
  h.read_now(200, {}, 2);  // another client need not
  h.read_now(300, {0}, 1);
  h.read_now(400, {}, 1);  // violated: and what it has seen is gone, too
  const Violations v = h.finish(1000).violations;
  CHECK(v.read_your_writes == 1);
  CHECK(v.monotonic_reads == 1);
}

TEST_CASE("keyed reads: a write that nobody asked for, as garbage shows it, is passed over") {
  for (const WriteId garbage : {1U, 2U, 1000U, 0xfffffffeU}) {
    History h(1);
    h.write_now(100, 0, 1, "k");  // w0
    h.read_now(200, {0, garbage}, 1, "k");
    h.read_now(300, {0}, 1, "k");
    const Violations v = h.finish(1000).violations;
    CHECK(v.read_your_writes == 0);
    CHECK(v.monotonic_reads == 0);
  }
}

TEST_CASE("set reads: each read counts once, however much it lacks") {
  History h(1);
  for (const std::int64_t ms : {100, 110, 120}) h.write_now(ms, 0, 1);
  h.read_now(200, {1}, 1);
  CHECK(h.finish(1000).violations.read_your_writes == 1);
}

TEST_CASE("set reads: what is acknowledged after the read was invoked need not be in it") {
  History h(1);
  const OpId write = h.write(100, 0, 1);
  const OpId read = h.read(150, 0, 1);
  h.respond(200, write);
  h.respond(300, read, Outcome::ok, {});
  CHECK(h.finish(1000).violations.read_your_writes == 0);
}

TEST_CASE("set reads: a write that was not acknowledged need not be seen") {
  const Outcome outcome = GENERATE(Outcome::failed, Outcome::rejected, Outcome::timed_out);
  History h(1);
  h.respond(150, h.write(100, 0, 1), outcome);
  h.read_now(200, {}, 1);
  CHECK(h.finish(1000).violations.read_your_writes == 0);
}

TEST_CASE("set reads: what a client has seen must not vanish") {
  History h(2);
  h.write_now(100, 0, 9);
  h.write_now(110, 0, 9);
  h.read_now(200, {0, 1}, 1);
  h.read_now(300, {1}, 1);  // violated
  h.read_now(400, {1}, 1);  // violated: still compared with all earlier reads
  h.read_now(500, {1}, 2);  // another client
  CHECK(h.finish(1000).violations.monotonic_reads == 2);
}

TEST_CASE("set reads: reads that overlap are not compared") {
  History h(2);
  h.write_now(100, 0, 9);
  const OpId slow = h.read(200, 0, 1);
  h.read_now(250, {0}, 1);
  h.respond(300, slow, Outcome::ok, {});
  CHECK(h.finish(1000).violations.monotonic_reads == 0);
}

TEST_CASE("reads that were not acknowledged are not judged") {
  History h(1);
  h.write_now(100, 0, 1);
  h.respond(300, h.read(200, 0, 1), Outcome::timed_out);
  CHECK(h.finish(1000).violations.read_your_writes == 0);
}

// Keyed: write 0 is acknowledged at 150 ms, then the client writes write 1 (200 to 250 ms).
History two_writes_of_a_key(std::int64_t second_invoked = 200) {
  History h(1);
  h.respond(150, h.write(100, 0, 2, "k"));
  h.respond(250, h.write(second_invoked, 0, 1, "k"));
  return h;
}

TEST_CASE("keyed reads: a value older than the client's own write violates read-your-writes") {
  History h = two_writes_of_a_key();
  SECTION("older") {
    h.read_now(300, {0}, 1, "k");
    CHECK(h.finish(1000).violations.read_your_writes == 1);
  }
  SECTION("nothing at all") {
    h.read_now(300, {}, 1, "k");
    CHECK(h.finish(1000).violations.read_your_writes == 1);
  }
  SECTION("its own") {
    h.read_now(300, {1}, 1, "k");
    CHECK(h.finish(1000).violations.read_your_writes == 0);
  }
  SECTION("one that was written later") {
    h.write_now(280, 0, 2, "k");
    h.read_now(300, {2}, 1, "k");
    CHECK(h.finish(1000).violations.read_your_writes == 0);
  }
  SECTION("several concurrent values, one of them its own") {
    h.read_now(300, {0, 1}, 1, "k");
    CHECK(h.finish(1000).violations.read_your_writes == 0);
  }
  SECTION("of another client, or of another key") {
    h.read_now(300, {0}, 3, "k");
    h.read_now(300, {}, 1, "other");
    CHECK(h.finish(1000).violations.read_your_writes == 0);
  }
}

TEST_CASE("keyed reads: of two writes that overlap, either may win") {
  // Acknowledged at 150 ms; the other invoked at 120 or in the same instant.
  const std::int64_t invoked = GENERATE(120, 150);
  History h(1);
  const OpId first = h.write(100, 0, 2, "k");
  const OpId second = h.write(invoked, 0, 1, "k");
  h.respond(150, first);
  h.respond(250, second);
  h.read_now(300, {0}, 1, "k");
  CHECK(h.finish(1000).violations.read_your_writes == 0);
}

TEST_CASE("keyed reads: a value of a write that was never acknowledged precedes nothing") {
  History h(1);
  h.write(100, 0, 2, "k");
  h.respond(250, h.write(200, 0, 1, "k"));
  h.read_now(300, {0}, 1, "k");
  CHECK(h.finish(1000).violations.read_your_writes == 0);
}

TEST_CASE("keyed reads: a value older than the last one read violates monotonic reads") {
  History h = two_writes_of_a_key();
  h.read_now(300, {1}, 3, "k");
  SECTION("older, compared with the last read only") {
    h.read_now(400, {0}, 3, "k");
    h.read_now(500, {0}, 3, "k");
    CHECK(h.finish(1000).violations.monotonic_reads == 1);
  }
  SECTION("nothing") {
    h.read_now(400, {}, 3, "k");
    CHECK(h.finish(1000).violations.monotonic_reads == 1);
  }
  SECTION("by another client") {
    h.read_now(400, {0}, 4, "k");
    CHECK(h.finish(1000).violations.monotonic_reads == 0);
  }
  SECTION("by a read that began before the newer one was answered") {
    const OpId slow = h.read(310, 0, 4, "k");
    h.read_now(320, {1}, 4, "k");
    h.respond(330, slow, Outcome::ok, {0});
    CHECK(h.finish(1000).violations.monotonic_reads == 0);
  }
}

TEST_CASE("a key whose value comes from many writes must show every write of its client, and all that it has seen") {
  History h(1);
  h.whole_reads = true;
  h.write_now(100, 0, 1, "counter");
  h.write_now(110, 0, 2, "counter");
  h.write_now(120, 0, 1, "other");
  h.read_now(200, {0, 1}, 1, "counter");
  h.read_now(400, {1}, 1, "counter");  // its own write is gone, and it had seen it, though a younger one is there
  h.read_now(500, {0}, 2, "counter");  // its own, too; it has read nothing before
  const Violations v = h.finish(1000).violations;
  CHECK(v.read_your_writes == 2);
  CHECK(v.monotonic_reads == 1);
}

}  // namespace
}  // namespace hearsay
