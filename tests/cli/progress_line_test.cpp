#include "sim/cli/progress_line.hpp"

#include <catch2/catch.hpp>

using namespace hearsay;

TEST_CASE("the time left is shown in the unit in which it is read at a glance") {
  CHECK(rough_time(0.2) == "1 s");
  CHECK(rough_time(99) == "99 s");
  CHECK(rough_time(119) == "2 min");
  CHECK(rough_time(5990) == "100 min");
  CHECK(rough_time(12'240) == "3.4 h");
}

TEST_CASE("events per second are shown with two or three digits") {
  CHECK(rough_count(0) == "0");
  CHECK(rough_count(9999) == "9999");
  CHECK(rough_count(54'321) == "54 k");
  CHECK(rough_count(999'499) == "999 k");
  CHECK(rough_count(1'340'000) == "1.3 M");
  CHECK(rough_count(123'400'000) == "123 M");
}

TEST_CASE("a congested network is named as the reason why a run is slow") {
  CHECK(congestion_note(0) == "");
  CHECK(congestion_note(499) == "");
  CHECK(congestion_note(2475) == ", 2475 transfers share links, which slows SimGrid");
}
