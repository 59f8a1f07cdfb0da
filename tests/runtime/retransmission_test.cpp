// Both halves of a stream's direction, driven step by step: no clock, no network. Times are those of a connection whose
// round trip takes 20 ms.
#include "sim/runtime/retransmission.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

constexpr Duration round_trip = 20ms;
constexpr Retransmission::Settings settings{200ms, 60s, 15s};

Time at(Duration since_start) { return Time(since_start); }

// A sender that has lost segment 0, sent at 1 s: its timer runs.
struct Recovering {
  Retransmission sender{settings};
  std::optional<Retransmission::Timers> timers;

  Recovering() {
    sender.hold(0, Segment{100, {}, false, true});
    timers = sender.lost(0, at(1s), at(1010ms), round_trip);
  }
  // The timer fires, and the segment is sent again.
  void fire() {
    REQUIRE(timers);
    const auto probe = sender.timeout(timers->generation);
    REQUIRE(probe);
    CHECK(probe->sequence == 0);
    CHECK(probe->segment.id == 100);
  }
};

}  // namespace

TEST_CASE("the retransmission timeout is two round trips from the sending, and the minimum at least") {
  for (const auto& [trip, timeout] : {std::pair<Duration, Duration>{20ms, 200ms}, {100ms, 200ms}, {150ms, 300ms}}) {
    Retransmission sender(settings);
    sender.hold(0, {});
    const auto timers = sender.lost(0, at(1s), at(1010ms), trip);
    REQUIRE(timers);
    CHECK(timers->timeout == at(1s) + timeout);
    CHECK(timers->limit == at(16s));
  }
}

TEST_CASE("timers are never set in the past: a loss that shows late fires at once") {
  Retransmission sender(settings);
  sender.hold(0, {});
  const auto timers = sender.lost(0, at(1s), at(20s), round_trip);
  REQUIRE(timers);
  CHECK(timers->timeout == at(20s));
  CHECK(timers->limit == at(20s));
}

TEST_CASE("one timer runs per direction: the loss of another segment sets none") {
  Recovering r;
  r.sender.hold(1, Segment{101, {}, false, true});
  CHECK_FALSE(r.sender.lost(1, at(1100ms), at(1110ms), round_trip));
  r.fire();
  CHECK_FALSE(r.sender.lost(1, at(1100ms), at(1210ms), round_trip));  // only that of the segment sent again counts
}

TEST_CASE("new segments go out until the timer fires, and wait from then on until the acknowledgement") {
  Recovering r;
  CHECK_FALSE(r.sender.holds_back());
  r.fire();
  CHECK(r.sender.holds_back());
  r.sender.hold(1, Segment{101, {}, false, false});
  CHECK(r.sender.acknowledged(0, r.timers->generation) == SendId{100});
  CHECK_FALSE(r.sender.holds_back());
  const auto waiting = r.sender.release();
  REQUIRE(waiting.size() == 1);
  CHECK(waiting.begin()->first == 1);
  CHECK_FALSE(waiting.begin()->second.sent);
  CHECK(r.sender.empty());
}

TEST_CASE("each further loss of the segment doubles the timeout, up to the maximum") {
  Recovering r;
  r.fire();
  Time now = at(1200ms);
  Duration rto = 400ms;
  for (int i = 0; i < 12; ++i) {
    const auto again = i % 2 == 0 ? r.sender.lost(0, now, now, round_trip) : r.sender.lost_again(now);
    REQUIRE(again);
    CHECK(again->timeout == now + rto);
    CHECK_FALSE(again->limit);  // it counts from the first loss
    CHECK(again->generation == r.timers->generation);
    now = again->timeout;
    rto = std::min<Duration>(2 * rto, 60s);
    REQUIRE(r.sender.timeout(again->generation));
  }
  CHECK(rto == 60s);
}

TEST_CASE("the limit breaks the connection only while nothing has been acknowledged since it was set") {
  Recovering r;
  CHECK(r.sender.limit_reached(r.timers->generation));
  CHECK_FALSE(r.sender.limit_reached(r.timers->generation + 1));
  r.fire();
  CHECK(r.sender.limit_reached(r.timers->generation));
  r.sender.acknowledged(0, r.timers->generation);
  CHECK_FALSE(r.sender.limit_reached(r.timers->generation));
}

TEST_CASE("a stale timer or acknowledgement means nothing") {
  Recovering r;
  const std::uint32_t old = r.timers->generation;
  r.fire();
  r.sender.acknowledged(0, old);
  r.sender.hold(1, Segment{101, {}, false, true});
  const auto again = r.sender.lost(1, at(2s), at(2s), round_trip);
  REQUIRE(again);
  CHECK(again->generation != old);
  CHECK_FALSE(r.sender.timeout(old));
  CHECK_FALSE(r.sender.acknowledged(1, old));
  CHECK(r.sender.holds(1));
  CHECK(r.sender.timeout(again->generation));
}

TEST_CASE("only the arrival of the segment that was sent again brings an acknowledgement") {
  Recovering r;
  r.sender.hold(1, Segment{101, {}, false, true});
  CHECK_FALSE(r.sender.probe_arrived(0));  // the timer has not fired: it is a straggler
  r.fire();
  CHECK_FALSE(r.sender.probe_arrived(1));
  CHECK(r.sender.probe_arrived(0) == r.timers->generation);
}

TEST_CASE("what the receiver has is marked, so that it is not sent again") {
  Recovering r;
  r.sender.hold(1, Segment{101, {}, false, true});
  r.sender.delivered(1);
  r.sender.delivered(7);  // not held: nothing
  r.fire();
  r.sender.acknowledged(0, r.timers->generation);
  const auto waiting = r.sender.release();
  REQUIRE(waiting.size() == 1);
  CHECK(waiting.at(1).delivered);
}

TEST_CASE("a segment that is held already stays as it is") {
  Retransmission sender(settings);
  sender.hold(3, Segment{7, {}, true, true});
  sender.hold(3, Segment{7, {}, false, false});
  const auto segment = sender.take(3);
  REQUIRE(segment);
  CHECK(segment->delivered);
  CHECK_FALSE(sender.take(3));
}

TEST_CASE(
    "when all that was lost is withdrawn, the timer ends without a retransmission, and a later loss sets a new one") {
  Recovering r;
  REQUIRE(r.sender.take(0));
  CHECK_FALSE(r.sender.timeout(r.timers->generation));
  CHECK_FALSE(r.sender.holds_back());
  CHECK_FALSE(r.sender.limit_reached(r.timers->generation));
  r.sender.hold(1, {});
  CHECK(r.sender.lost(1, at(3s), at(3s), round_trip));
}

TEST_CASE("an acknowledgement of a segment that was withdrawn meanwhile frees none and ends the recovery") {
  Recovering r;
  r.fire();
  REQUIRE(r.sender.take(0));
  CHECK(r.sender.acknowledged(0, r.timers->generation) == no_send);
  CHECK_FALSE(r.sender.holds_back());
}

TEST_CASE("giving up hands back what was held and makes every timer void") {
  Recovering r;
  r.fire();
  CHECK(r.sender.abandon().size() == 1);
  CHECK(r.sender.empty());
  CHECK_FALSE(r.sender.holds_back());
  CHECK_FALSE(r.sender.timeout(r.timers->generation));
  CHECK_FALSE(r.sender.limit_reached(r.timers->generation));
}

TEST_CASE("the first segment that the receiver lacks is the first one held that it has not got") {
  Retransmission sender(settings);
  CHECK_FALSE(sender.first_missing());
  sender.hold(4, Segment{});
  sender.hold(3, Segment{7, {}, true, true});
  CHECK(sender.first_missing() == 4);
  sender.delivered(4);
  CHECK_FALSE(sender.first_missing());
}

TEST_CASE("a new segment has been neither sent nor delivered") {
  CHECK_FALSE(Segment{}.sent);
  CHECK_FALSE(Segment{}.delivered);
}

TEST_CASE("the receiver gives out each sequence once and in order") {
  Reassembly<std::string> receiver;
  CHECK(receiver.pass(0));
  CHECK_FALSE(receiver.pass(0));
  CHECK_FALSE(receiver.pass(2));
  receiver.insert(3, "three");
  receiver.insert(2, "two");
  receiver.insert(2, "two again");
  receiver.insert(0, "zero again");
  CHECK_FALSE(receiver.take());
  CHECK(receiver.has(0));
  CHECK_FALSE(receiver.has(1));
  CHECK(receiver.has(2));
  CHECK_FALSE(receiver.pass(1));  // others wait behind it: they follow it through take()
  receiver.insert(1, "one");
  CHECK(receiver.take() == "one");
  CHECK(receiver.take() == "two");
  CHECK(receiver.take() == "three");
  CHECK_FALSE(receiver.take());
  CHECK(receiver.pass(4));
}

TEST_CASE("what the receiver forgets leaves its place open") {
  Reassembly<std::string> receiver;
  receiver.insert(1, "keep");
  receiver.insert(2, "forget");
  receiver.drop([](const std::string& item) { return item == "forget"; });
  CHECK(receiver.has(1));
  CHECK_FALSE(receiver.has(2));
  receiver.restart();
  CHECK(receiver.pass(0) == false);  // "keep" waits behind it
  receiver.insert(0, "first");
  CHECK(receiver.take() == "first");
  CHECK(receiver.take() == "keep");
}
