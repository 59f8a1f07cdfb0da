// The grid of the series, and the log of faults.
#include <catch2/catch.hpp>
#include <cmath>

#include "sim/core/protocol.hpp"
#include "tests/metrics/history.hpp"

namespace hearsay {
namespace {

TEST_CASE("series: at most 500 points, evenly spaced over the longest run, up to its end") {
  History h(2, 2, std::chrono::milliseconds(4990));  // a step of 10 ms
  SECTION("a run that takes all its time") {
    const Series s = h.finish(4990).series;
    REQUIRE(s.t.size() == 500);
    CHECK(s.t.front() == 0);
    CHECK(s.t[1] == Approx(0.01));
    CHECK(s.t.back() == Approx(4.99));
  }
  SECTION("a run that ends early") {
    CHECK(h.finish(100).series.t.size() == 11);  // 0, 10, ..., 100 ms
  }
  SECTION("a run that ends between two points") { CHECK(h.finish(109).series.t.size() == 11); }
  SECTION("a run that takes longer than was said") { CHECK(h.finish(9000).series.t.size() == 500); }
}

TEST_CASE("series: a value is what stands after all events up to and including its time") {
  History h(2, 2, std::chrono::milliseconds(4990));
  h.message(5, EventKind::send, 1);
  h.message(10, EventKind::send, 2);
  h.write_now(10, 0);
  h.digest(10, 0, 7);
  h.applied(21, 1, 0);
  h.message(21, EventKind::send, 3);
  h.digest(29, 1, 7);
  const Series s = h.finish(30).series;
  CHECK(s.t.size() == 4);
  CHECK(s.messages == std::vector<double>{0, 2, 2, 3});
  REQUIRE(s.bytes.size() == 4);
  CHECK(s.bytes[0] == 0);
  CHECK(s.bytes[2] == s.bytes[1]);
  CHECK(s.bytes[3] == 1.5 * s.bytes[1]);  // three messages of one size
  CHECK(s.up_to_date == std::vector<double>{1, 0.5, 0.5, 1});
  CHECK(s.distinct_states == std::vector<double>{1, 2, 2, 1});
}

TEST_CASE("series: client latency is the mean of what was answered since the sample before, null where nothing was") {
  History h(2, 2, std::chrono::milliseconds(4990));
  const OpId first = h.write(1, 0), second = h.write(5, 1), unanswered = h.write(5, 1), third = h.write(12, 0);
  h.respond(7, first);
  h.respond(9, second, Outcome::failed);
  h.respond(25, unanswered, Outcome::timed_out);
  h.respond(29, third);
  const std::vector<double> latency = h.finish(40).series.client_latency_s;
  REQUIRE(latency.size() == 5);
  CHECK(std::isnan(latency[0]));
  CHECK(latency[1] == Approx(0.005));  // of 6 and 4 ms
  CHECK(std::isnan(latency[2]));
  CHECK(latency[3] == Approx(0.017));
  CHECK(std::isnan(latency[4]));
}

TEST_CASE("series: views are those of live nodes, and there are none without members") {
  History h(3, 3, std::chrono::milliseconds(4990));
  h.message(1, EventKind::send, 1);
  CHECK(h.finish(30).series.views.empty());

  History with(3, 3, std::chrono::milliseconds(4990));
  with.track_members();
  with.add(5, EventKind::crash, 2);
  const auto dead = static_cast<std::uint8_t>(MemberState::dead);
  for (const auto& [at, node] : {std::pair<std::int64_t, NodeId>{15, 0}, {25, 1}}) {
    Event& event = with.add(at, EventKind::member, node);
    event.peer = 2;
    event.detail = dead;
  }
  CHECK(with.finish(30).series.views == std::vector<double>{1, 1, 2, 1});
}

TEST_CASE("series: a run without duration has one point") {
  History h(1, 1, Duration{});
  CHECK(h.finish(0).series.t == std::vector<double>{0});
}

TEST_CASE("fault log: verb, choice, nodes, times and effects of every firing") {
  History h(5);
  h.fault_begin(100, 0, "crash", "{nodes: [1, 3]}", {1, 3});
  h.add(100, EventKind::fault_effect, 1, 0).detail = static_cast<std::uint8_t>(FaultEffect::stopped);
  h.add(100, EventKind::fault_effect, 3, 0).detail = static_cast<std::uint8_t>(FaultEffect::stopped);
  h.fault_begin(200, 1, "loss", "rate 10%");
  h.add(250, EventKind::fault_effect, 0, 1).detail = static_cast<std::uint8_t>(FaultEffect::dropped);
  h.fault_end(300, 0);
  h.fault_begin(400, 2, "join");
  const std::vector<FaultRecord> faults = h.finish(1000).faults;
  REQUIRE(faults.size() == 3);
  CHECK(faults[0].verb == "crash");
  CHECK(faults[0].text == "{nodes: [1, 3]}");
  CHECK(faults[0].nodes == std::vector<NodeId>{1, 3});
  CHECK(faults[0].at == Approx(0.1));
  CHECK(faults[0].until == Approx(0.3));
  CHECK(faults[0].effects == std::array<std::uint64_t, fault_effects>{0, 0, 0, 0, 2});
  CHECK(faults[1].verb == "loss");
  CHECK(faults[1].text == "rate 10%");
  CHECK(faults[1].nodes.empty());
  CHECK(faults[1].until == std::nullopt);
  CHECK(faults[1].effects == std::array<std::uint64_t, fault_effects>{1, 0, 0, 0, 0});
  CHECK(faults[2].verb == "join");
  CHECK(faults[2].text.empty());
}

TEST_CASE("fault log: effects may come before the announcement, and indices that never began are not listed") {
  History h(2);
  h.add(100, EventKind::fault_effect, 1, 1).detail = static_cast<std::uint8_t>(FaultEffect::stopped);
  h.fault_begin(100, 1, "pause", "1", {1});
  const std::vector<FaultRecord> faults = h.finish(1000).faults;  // index 0 never began
  REQUIRE(faults.size() == 1);
  CHECK(faults[0].verb == "pause");
  CHECK(faults[0].effects[static_cast<std::size_t>(FaultEffect::stopped)] == 1);
}

}  // namespace
}  // namespace hearsay
