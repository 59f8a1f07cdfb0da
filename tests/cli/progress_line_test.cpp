#include "sim/cli/progress_line.hpp"

#include <catch2/catch.hpp>

using namespace hearsay;

TEST_CASE("the time left is shown in the unit in which it is read at a glance") {
  CHECK(rough_time(0.2) == "1 s");
  CHECK(rough_time(99) == "99 s");
  CHECK(rough_time(100) == "2 min");
  CHECK(rough_time(119) == "2 min");
  CHECK(rough_time(5990) == "100 min");
  CHECK(rough_time(6000) == "1.7 h");
  CHECK(rough_time(12'240) == "3.4 h");
}

TEST_CASE("events per second are shown with two or three digits") {
  CHECK(rough_count(0) == "0");
  CHECK(rough_count(9999) == "9999");
  CHECK(rough_count(54'321) == "54 k");
  CHECK(rough_count(999'499) == "999 k");
  CHECK(rough_count(1'340'000) == "1.3 M");
  CHECK(rough_count(99'400'000) == "99.4 M");
  CHECK(rough_count(123'400'000) == "123 M");
}

TEST_CASE("a congested network is named as the reason why a run is slow") {
  CHECK(congestion_note(0) == "");
  CHECK(congestion_note(499) == "");
  CHECK(congestion_note(2475) == ", 2475 transfers share links, which slows SimGrid");
}

TEST_CASE("of short runs the progress line shows how many are done, the time left, and how many end in a second") {
  PoolState state;
  CHECK(progress_text(state, 40, 1.5) == "0/40 runs");
  state.in_flight = 0.5;
  CHECK(progress_text(state, 40, 1.5) == "0/40 runs, 2 min left");  // 1.5 s * 39.5 / 0.5
  state.done = 10;
  state.in_flight = 0;
  state.oldest.duration_s = 60;
  state.oldest_wall_s = 0.2;
  CHECK(progress_text(state, 40, 4) == "10/40 runs, 12 s left, 2.5 runs/s");
  // A run may count as done and as under way for a moment.
  PoolState last;
  last.done = 1;
  last.in_flight = 0.8;
  CHECK(progress_text(last, 1, 0.5).starts_with("1/1 runs, 0 s left"));
}

TEST_CASE("of a run that has worked for more than a second the progress line shows how far it is") {
  PoolState state;
  state.done = 1;
  state.in_flight = 1;
  state.oldest = {.simulated_s = 12.5, .duration_s = 60, .present = 0.4567, .distinct_states = 3, .events = 80'000};
  state.oldest_wall_s = 4;
  CHECK(progress_text(state, 4, 30) ==
        "1/4 runs, 30 s left, 12.5 of 60 s simulated, 20 k events/s, 45.6% of writes present, 3 states");
  state.oldest.distinct_states = 1;
  state.oldest.transfers = 2475;
  CHECK(progress_text(state, 4, 30) ==
        "1/4 runs, 30 s left, 12.5 of 60 s simulated, 20 k events/s, 45.6% of writes present, 1 state, 2475 transfers "
        "share links, which slows SimGrid");
}
