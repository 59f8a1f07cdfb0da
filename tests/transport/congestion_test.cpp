// The congestion window by itself.
#include "sim/transport/congestion.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

Time at(Duration since_start) { return Time(since_start); }

}  // namespace

TEST_CASE("slow start doubles the window in a round trip") {
  CongestionWindow window(Congestion::cubic);
  for (const double expected : {20.0, 40.0, 80.0}) {
    window.acknowledged(window.segments(), at(1s), 20ms);
    CHECK(window.segments() == expected);
  }
}

TEST_CASE("a loss takes three tenths of a CUBIC window and half of a Reno one") {
  for (const auto kind : {Congestion::cubic, Congestion::reno}) {
    CongestionWindow window(kind);
    window.acknowledged(90, at(1s), 20ms);
    window.loss();
    CHECK(window.segments() == 100 * CongestionWindow::beta(kind));
    CHECK_FALSE(window.slow_start());
  }
}

TEST_CASE("Reno grows by one segment in a round trip") {
  CongestionWindow window(Congestion::reno);
  window.acknowledged(30, at(1s), 20ms);
  window.loss();
  REQUIRE(window.segments() == 20);
  for (int i = 0; i < 20; ++i) window.acknowledged(1, at(1s), 20ms);
  CHECK(window.segments() == Approx(21).epsilon(0.002));
}

TEST_CASE("CUBIC is back at its largest window after K seconds, along W(t) = C (t - K)^3 + W_max") {
  CongestionWindow window(Congestion::cubic);
  window.acknowledged(990, at(0s), 100ms);
  window.loss();
  const double k = std::cbrt(300 / 0.4);
  const auto curve = [k](double t) { return 0.4 * (t - k) * (t - k) * (t - k) + 1000; };
  for (int round = 0; round < 120; ++round) {
    window.acknowledged(window.segments(), at(100ms * round), 100ms);
    if (round % 10 == 9) CHECK(window.segments() == Approx(curve((round + 1) * 0.1)).epsilon(0.01));
  }
}

TEST_CASE("where Reno would be faster, CUBIC grows as Reno with its own reduction would") {
  CongestionWindow window(Congestion::cubic);
  window.acknowledged(10, at(0s), 10ms);
  window.loss();
  REQUIRE(window.segments() == 14);
  for (int round = 0; round < 10; ++round) window.acknowledged(window.segments(), at(10ms * round), 10ms);
  CHECK(window.segments() == Approx(14 + 10 * 3 * 0.3 / 1.7).epsilon(0.01));
}

TEST_CASE("before the first loss CUBIC grows by at least 5 % in a round trip, as Linux does") {
  CongestionWindow window(Congestion::cubic);
  window.acknowledged(90, at(0s), 20ms);
  window.leave_slow_start();
  window.acknowledged(100, at(20ms), 20ms);
  CHECK(window.segments() == Approx(105).epsilon(0.001));
}

TEST_CASE("a second loss before the window is back makes room for others: fast convergence") {
  CongestionWindow once(Congestion::cubic), twice(Congestion::cubic);
  for (auto* window : {&once, &twice}) window->acknowledged(990, at(0s), 100ms);
  once.loss();
  twice.loss();
  twice.loss();  // at 700: W_max becomes 595, not 700
  CHECK(twice.segments() == 490);
  for (int round = 0; round < 60; ++round)
    twice.acknowledged(twice.segments(), at(100ms * round), 100ms);  // K = cbrt(105 / 0.4) = 6.4 s
  CHECK(twice.segments() == Approx(595).epsilon(0.01));
}

TEST_CASE("a timeout begins again with one segment, up to the threshold; undo() takes it back") {
  CongestionWindow window(Congestion::reno);
  window.acknowledged(30, at(0s), 20ms);
  window.timeout();
  CHECK(window.segments() == 1);
  window.acknowledged(1, at(0s), 20ms);
  window.acknowledged(2, at(0s), 20ms);
  CHECK(window.segments() == 4);
  CHECK(window.slow_start());
  window.undo();
  CHECK(window.segments() == 40);
}

TEST_CASE("idleness halves the window once a timeout, not below the first one") {
  CongestionWindow window(Congestion::cubic);
  window.acknowledged(90, at(0s), 20ms);
  window.idle(2);
  CHECK(window.segments() == 25);
  window.idle(30);
  CHECK(window.segments() == 10);
}

TEST_CASE("without congestion control there is no bound") {
  CongestionWindow window(Congestion::none);
  window.timeout();
  CHECK(window.segments() > 1e9);
}

TEST_CASE("slow start ends at the threshold also in the midst of an acknowledgement; the rest counts as avoidance") {
  CongestionWindow window(Congestion::reno);
  window.acknowledged(30, at(0s), 20ms);
  window.timeout();  // the threshold is 20
  window.acknowledged(100, at(1s), 20ms);
  CHECK(window.segments() == Approx(20 + 81 / 20.0));
}

TEST_CASE("undo() restores the threshold as well: slow start goes on") {
  CongestionWindow window(Congestion::reno);
  window.acknowledged(30, at(0s), 20ms);
  window.loss();
  CHECK_FALSE(window.slow_start());
  window.undo();
  CHECK(window.slow_start());
  CHECK(window.segments() == 40);
}

TEST_CASE("the time of CUBIC's curve begins with the first growth after slow start") {
  CongestionWindow window(Congestion::cubic);
  window.acknowledged(990, at(0s), 100ms);
  window.timeout();                         // the threshold is 700
  window.acknowledged(699, at(1s), 100ms);  // up to it, and no further
  REQUIRE(window.segments() == Approx(700));
  window.acknowledged(700, at(20s), 100ms);
  CHECK(window.segments() < 720);
}

TEST_CASE("each loss begins a new curve, and so does an undone one") {
  CongestionWindow window(Congestion::cubic);
  window.acknowledged(990, at(0s), 100ms);
  window.loss();
  window.acknowledged(700, at(0s), 100ms);
  window.loss();
  const double after = window.segments();
  window.acknowledged(after, at(20s), 100ms);
  CHECK(window.segments() < 1.05 * after);

  CongestionWindow undone(Congestion::cubic);
  undone.acknowledged(990, at(0s), 100ms);
  undone.leave_slow_start();
  undone.loss();
  undone.acknowledged(700, at(0s), 100ms);
  undone.undo();
  REQUIRE(undone.segments() == 1000);
  for (int round = 0; round < 50; ++round) undone.acknowledged(undone.segments(), at(1s + 100ms * round), 100ms);
  CHECK(undone.segments() == Approx(1000 + 0.4 * 125).epsilon(0.005));  // from W_max on: 0.4 t^3
}

TEST_CASE("a loss at the largest window so far makes no room for others") {
  CongestionWindow window(Congestion::cubic);
  window.acknowledged(990, at(0s), 100ms);
  window.loss();
  window.undo();
  window.loss();  // at 1000 again
  for (int round = 0; round < 91; ++round)
    window.acknowledged(window.segments(), at(100ms * round), 100ms);  // K = cbrt(300 / 0.4) = 9.1 s
  CHECK(window.segments() == Approx(1000).epsilon(0.01));
}

TEST_CASE("after idleness slow start goes to three quarters of the window that was, and CUBIC's curve starts over") {
  CongestionWindow reno(Congestion::reno);
  reno.acknowledged(90, at(0s), 20ms);
  reno.loss();
  while (reno.segments() < 80) reno.acknowledged(reno.segments(), at(1s), 20ms);
  REQUIRE(reno.segments() == Approx(80).epsilon(0.02));
  const double target = 0.75 * reno.segments();
  reno.idle(1);
  CHECK(reno.segments() == Approx(40).epsilon(0.02));
  CHECK(reno.slow_start());
  reno.acknowledged(target - reno.segments(), at(2s), 20ms);
  CHECK(reno.segments() == Approx(target));
  CHECK_FALSE(reno.slow_start());

  CongestionWindow cubic(Congestion::cubic);
  cubic.acknowledged(990, at(0s), 100ms);
  cubic.loss();
  cubic.acknowledged(700, at(0s), 100ms);
  cubic.idle(1);
  cubic.acknowledged(1000, at(20s), 100ms);
  CHECK(cubic.segments() < 760);
}
