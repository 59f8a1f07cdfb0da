// A TCP sender, driven step by step: one way takes 10 ms, and all that was sent at one instant is acknowledged
// together.
#include "sim/transport/tcp_sender.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>

#include "sim/core/random.hpp"

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

using Segments = std::vector<TcpSender::Segment>;
constexpr Duration trip = 20ms;
constexpr std::uint64_t mss = 1448;

Time at(Duration since_start) { return Time(since_start); }

Segments send(TcpSender& sender, Time now) {
  Segments segments;
  sender.send(now, segments);
  return segments;
}

std::vector<std::uint64_t> numbers(const Segments& segments) {
  std::vector<std::uint64_t> result;
  for (const auto& segment : segments) result.push_back(segment.number);
  return result;
}

Segments without(Segments segments, const std::set<std::uint64_t>& lost) {
  std::erase_if(segments, [&lost](const auto& segment) { return lost.contains(segment.number); });
  return segments;
}

Segments only(const Segments& segments, std::uint64_t number) {
  Segments result = segments;
  std::erase_if(result, [number](const auto& segment) { return segment.number != number; });
  return result;
}

void acknowledge(TcpSender& sender, const Segments& segments, Time sent_at) {
  sender.acknowledged(segments, sent_at, sent_at + trip);
}

using Numbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("ten segments, and twice as many each round trip") {
  TcpSender sender({}, trip);
  sender.write(1000 * mss);
  Time now = at(1s);
  for (const std::size_t expected : {10, 20, 40, 80, 160}) {
    const auto flight = send(sender, now);
    CHECK(flight.size() == expected);
    CHECK(send(sender, now).empty());  // the window is full
    acknowledge(sender, flight, now);
    now += trip;
  }
}

TEST_CASE("what the window lets go is a segment of its own; what waits is cut into full ones") {
  TcpSender sender({}, trip);
  for (std::uint64_t i = 0; i < 10; ++i) {
    sender.write(100);
    const auto flight = send(sender, at(1s));
    REQUIRE(flight.size() == 1);
    CHECK((flight[0].begin == i * 100 && flight[0].end == (i + 1) * 100));
  }
  Segments sent{{0, 0, 100, false}};
  for (int i = 0; i < 20; ++i) {
    sender.write(100);
    CHECK(send(sender, at(1s)).empty());
  }
  acknowledge(sender, sent, at(1s));
  const auto flight = send(sender, at(1s) + trip);
  REQUIRE(flight.size() == 2);  // slow start: two for one
  CHECK((flight[0].begin == 1000 && flight[0].end == 1000 + mss));
  CHECK((flight[1].begin == 1000 + mss && flight[1].end == 3000));
}

TEST_CASE("a window that is not used does not grow") {
  TcpSender sender({}, trip);
  Time now = at(1s);
  for (int i = 0; i < 20; ++i, now += 50ms) {
    sender.write(2 * mss);
    acknowledge(sender, send(sender, now), now);
  }
  CHECK(sender.window() <= 10);
}

TEST_CASE("a window is used if more than half of it flies, as Linux has it") {
  for (const auto& [segments, window] : std::map<std::uint64_t, double>{{5, 10}, {6, 16}}) {
    TcpSender sender({}, trip);
    sender.write(segments * mss);
    acknowledge(sender, send(sender, at(1s)), at(1s));
    CHECK(sender.window() == window);
  }
}

TEST_CASE("losses within a flight are found by what arrives behind them; the window shrinks once") {
  for (const auto kind : {Congestion::cubic, Congestion::reno}) {
    TcpSender sender({kind}, trip);
    sender.write(1000 * mss);
    const auto first = send(sender, at(1s));
    acknowledge(sender, without(first, {3, 7}), at(1s));
    // Acknowledgements 0, 1 and 2 open the window to 13.
    const double shrunk = std::floor(13 * CongestionWindow::beta(kind));
    CHECK(sender.window() == shrunk);
    CHECK(sender.recovering());
    const auto second = send(sender, at(1020ms));
    REQUIRE(second.size() == static_cast<std::size_t>(shrunk));
    CHECK((second[0].number == 3 && second[1].number == 7 && second[2].number == 10));  // these first
    CHECK((second[0].again && !second[2].again));
    acknowledge(sender, second, at(1020ms));
    CHECK_FALSE(sender.recovering());
    CHECK(sender.acknowledged_below() == second.back().number + 1);
  }
}

TEST_CASE("one or two overtaking segments may be reordering: the sender waits for a quarter of a round trip") {
  TcpSender sender({}, trip);
  sender.write(3 * mss);
  const auto flight = send(sender, at(1s));
  acknowledge(sender, without(flight, {0}), at(1s));
  CHECK_FALSE(sender.recovering());
  REQUIRE(sender.timer());
  CHECK(*sender.timer() == at(1025ms));
  sender.timeout(at(1025ms));
  CHECK(sender.recovering());
  CHECK(numbers(send(sender, at(1025ms))) == Numbers{0});
}

TEST_CASE("a lost tail is found by a probe after two round trips, a single segment after the timeout at most") {
  TcpSender sender({}, trip);
  sender.write(5 * mss);
  const auto flight = send(sender, at(1s));
  acknowledge(sender, without(flight, {3, 4}), at(1s));
  CHECK_FALSE(sender.recovering());
  CHECK(*sender.timer() == at(1020ms) + 2 * trip);
  sender.timeout(at(1060ms));
  const auto probe = send(sender, at(1060ms));
  CHECK(numbers(probe) == Numbers{4});
  acknowledge(sender, probe, at(1060ms));
  CHECK(sender.recovering());  // the probe has overtaken the other one
  const auto rest = send(sender, at(1080ms));
  CHECK(numbers(rest) == Numbers{3});
  acknowledge(sender, rest, at(1080ms));
  CHECK(sender.done());
  CHECK_FALSE(sender.timer());

  TcpSender single({}, trip);
  single.write(100);
  send(single, at(1s));
  CHECK(*single.timer() == at(1s) + 220ms);
}

TEST_CASE("a probe that fills the only hole shrinks the window without recovery") {
  TcpSender sender({Congestion::reno}, trip);
  sender.write(100);
  send(sender, at(1s));
  sender.timeout(*sender.timer());
  const auto probe = send(sender, at(1220ms));
  REQUIRE(probe.size() == 1);
  acknowledge(sender, probe, at(1220ms));
  CHECK(sender.done());
  CHECK(sender.window() == 5);
  CHECK_FALSE(sender.recovering());
}

TEST_CASE("an unanswered probe is followed by the retransmission timeout, which doubles, and by slow start") {
  TcpSender sender({}, trip);
  sender.write(20 * mss);
  send(sender, at(1s));
  sender.timeout(*sender.timer());
  CHECK(send(sender, at(1040ms)).size() == 1);
  Time now = at(1s);
  Duration rto = 220ms;  // srtt + max(4 rttvar, 200 ms)
  for (int i = 0; i < 10; ++i) {
    REQUIRE(sender.timer());
    CHECK(*sender.timer() == now + rto);
    now = *sender.timer();
    sender.timeout(now);
    CHECK(sender.window() == 1);
    CHECK(numbers(send(sender, now)) == Numbers{0});
    rto = std::min<Duration>(2 * rto, 60s);
  }
  CHECK(rto == 60s);
  acknowledge(sender, {{0, 0, mss, true}}, now);
  now += trip;
  const auto next = send(sender, now);
  CHECK(next.size() == 2);                // slow start goes on while the losses are repaired
  CHECK(*sender.timer() == now + 220ms);  // an acknowledgement ends the doubling
}

TEST_CASE("on a long path the timeout is the smoothed round trip and four deviations") {
  TcpSender sender({}, 400ms);
  sender.write(20 * mss);
  send(sender, at(1s));
  sender.timeout(*sender.timer());
  send(sender, at(1800ms));
  CHECK(*sender.timer() == at(1s) + 400ms + 4 * 200ms);
}

TEST_CASE("what was lost goes before what is new") {
  TcpSender sender({}, trip);
  sender.write(20 * mss);
  const auto first = send(sender, at(1s));
  acknowledge(sender, only(first, 9), at(1s));
  sender.timeout(at(1025ms));  // the reordering window: nine are lost, and the window is 7
  const auto again = send(sender, at(1025ms));
  CHECK(numbers(again) == Numbers{0, 1, 2, 3, 4, 5, 6});
  acknowledge(sender, only(again, 0), at(1025ms));
  CHECK(numbers(send(sender, at(1045ms))) == Numbers{7});
}

TEST_CASE("what is idle for several timeouts begins again with a smaller window") {
  TcpSender sender({}, trip);
  sender.write(310 * mss);
  Time now = at(1s);
  for (int i = 0; i < 5; ++i, now += trip) acknowledge(sender, send(sender, now), now);
  REQUIRE(sender.done());
  const double before = sender.window();
  CHECK(before >= 160);
  sender.write(1000 * mss);
  CHECK(send(sender, now - trip + 500ms).size() == static_cast<std::size_t>(before / 4));  // two timeouts of 220 ms
}

TEST_CASE("who waits for acknowledgements, or has nothing to send, is not idle") {
  TcpSender sender({}, trip);
  sender.write(30 * mss);
  acknowledge(sender, send(sender, at(1s)), at(1s));
  acknowledge(sender, send(sender, at(1020ms)), at(1020ms));
  REQUIRE(sender.done());
  const double before = sender.window();
  REQUIRE(before > 20);
  CHECK(send(sender, at(5s)).empty());
  CHECK(sender.window() == before);

  TcpSender waiting({}, trip);
  waiting.write(30 * mss);
  acknowledge(waiting, send(waiting, at(1s)), at(1s));
  const auto second = send(waiting, at(1020ms));
  acknowledge(waiting, without(second, {second.back().number}), at(1020ms));
  const double then = waiting.window();
  REQUIRE(then > 20);
  waiting.write(mss);
  send(waiting, at(5s));
  CHECK(waiting.window() == then);
}

TEST_CASE("nothing is held back once what was lost is sent again") {
  TcpSender sender({}, trip);
  sender.write(10 * mss);
  acknowledge(sender, without(send(sender, at(1s)), {3, 4}), at(1s));
  CHECK(sender.held_back());
  CHECK(numbers(send(sender, at(1020ms))) == Numbers{3, 4});
  CHECK_FALSE(sender.held_back());

  TcpSender timed_out({}, trip);
  timed_out.write(mss);
  send(timed_out, at(1s));
  timed_out.timeout(*timed_out.timer());  // the probe
  send(timed_out, at(1220ms));
  timed_out.timeout(*timed_out.timer());
  CHECK(timed_out.held_back());
  CHECK(numbers(send(timed_out, at(1440ms))) == Numbers{0});
  CHECK_FALSE(timed_out.held_back());
}

TEST_CASE("a timeout whose segments were all late is undone, whatever was lost before") {
  TcpSender sender({}, trip);
  sender.write(20 * mss);
  acknowledge(sender, without(send(sender, at(1s)), {0}), at(1s));
  acknowledge(sender, send(sender, at(1020ms)), at(1020ms));
  CHECK_FALSE(sender.recovering());
  const auto late = send(sender, at(1040ms));
  REQUIRE_FALSE(late.empty());
  const double before = sender.window();
  sender.timeout(*sender.timer());  // the probe, which is lost
  send(sender, at(1080ms));
  sender.timeout(*sender.timer());
  CHECK(sender.recovering());
  sender.acknowledged(late, at(1040ms), at(1400ms));
  CHECK_FALSE(sender.recovering());
  CHECK(sender.window() >= before);
  CHECK(sender.done());
}

TEST_CASE("acknowledgements of earlier arrivals count once, and what is acknowledged already is passed over") {
  TcpSender sender({}, trip);
  sender.write(20 * mss);
  const auto first = send(sender, at(1s));
  acknowledge(sender, only(first, 0), at(1s));
  const auto second = send(sender, at(1020ms));
  REQUIRE_FALSE(second.empty());
  const Segments unknown{{1000, 0, 0, false}};
  sender.acknowledged(second, at(1020ms), at(1040ms), {}, first);
  CHECK(sender.acknowledged_below() == second.back().number + 1);
  sender.acknowledged(unknown, at(1020ms), at(1041ms), {}, unknown);
  CHECK(sender.acknowledged_below() == second.back().number + 1);
}

TEST_CASE("a segment that was only late undoes the reduction and makes the sender patient") {
  TcpSender sender({}, trip);
  sender.write(1000 * mss);
  const auto first = send(sender, at(1s));
  acknowledge(sender, without(first, {0}), at(1s));
  CHECK(sender.window() == 7);
  sender.acknowledged(only(first, 0), at(1s), at(1021ms));  // it was overtaken
  CHECK_FALSE(sender.recovering());
  CHECK(sender.window() >= 10);
  CHECK(sender.acknowledged_below() == 10);
  const auto second = send(sender, at(1021ms));
  CHECK(second.front().number == 10);
  sender.acknowledged(without(second, {10}), at(1021ms), at(1041ms));
  CHECK_FALSE(sender.recovering());  // this time it waits
}

TEST_CASE("HyStart: slow start ends when the acknowledgements of a round take half the shortest round trip") {
  TcpSender sender({}, trip);
  sender.write(2000 * mss);
  Time now = at(1s);
  for (const double expected : {20.0, 40.0, 80.0, 160.0}) {  // 0.12 ms a segment: these take less than 10 ms
    const auto flight = send(sender, now);
    sender.acknowledged(flight, now, now + trip, flight.size() * 120us);
    now += trip;
    CHECK(sender.window() == expected);
  }
  const auto flight = send(sender, now);
  sender.acknowledged(flight, now, now + trip, flight.size() * 120us);
  CHECK(sender.window() > 243);  // 83 of these 160 come within 10 ms
  CHECK(sender.window() < 250);
}

TEST_CASE("HyStart: slow start ends when round trips become longer") {
  TcpSender sender({}, trip);
  sender.write(2000 * mss);
  const auto flight = send(sender, at(1s));
  acknowledge(sender, flight, at(1s));
  const auto second = send(sender, at(1020ms));
  sender.acknowledged(second, at(1020ms), at(1045ms));  // 25 ms: 4 ms more are tolerated
  CHECK(sender.window() == Approx(21));
}

TEST_CASE("HyStart: on a long path 16 ms more are tolerated") {
  for (const auto& [longer, window] : std::map<Duration, double>{{16ms, 40}, {16500us, 21}}) {
    TcpSender sender({}, 400ms);
    sender.write(2000 * mss);
    sender.acknowledged(send(sender, at(1s)), at(1s), at(1400ms));
    sender.acknowledged(send(sender, at(1400ms)), at(1400ms), at(1800ms) + longer);
    CHECK(sender.window() == Approx(window).margin(0.5));
  }
}

TEST_CASE("HyStart is cubic's, and begins at sixteen segments") {
  TcpSender reno({Congestion::reno}, trip);
  reno.write(2000 * mss);
  acknowledge(reno, send(reno, at(1s)), at(1s));
  reno.acknowledged(send(reno, at(1020ms)), at(1020ms), at(1060ms));
  CHECK(reno.window() == 40);

  TcpSender small({}, trip);
  small.write(2000 * mss);
  small.acknowledged(send(small, at(1s)), at(1s), at(1040ms));
  CHECK(small.window() == 20);
}

TEST_CASE("the throughput of a long transfer follows the square root law of Mathis et al. (1997)") {
  // Reno without delayed acknowledgements: MSS / RTT * sqrt(3 / (2 p)).
  for (const double loss : {0.0005, 0.002, 0.01}) {
    RandomStream random(3, "test.mathis");
    TcpSender sender({Congestion::reno}, 100ms);
    constexpr std::uint64_t total = 400'000;
    sender.write(total * mss);
    Time now = at(1s);
    while (!sender.done()) {
      Segments arriving;
      for (const auto& segment : send(sender, now))
        if (!random.chance(loss)) arriving.push_back(segment);
      if (arriving.empty()) {
        now = std::max(now, *sender.timer());
        sender.timeout(now);
        continue;
      }
      sender.acknowledged(arriving, now, now + 100ms);
      now += 100ms;
    }
    const double per_trip = total / (seconds(now - at(1s)) / 0.1);
    CHECK(per_trip == Approx(std::sqrt(1.5 / loss)).epsilon(0.15));
  }
}
