// What nodes believe of each other, on hand-written histories.
#include "sim/metrics/membership.hpp"

#include <catch2/catch.hpp>

#include "sim/core/protocol.hpp"
#include "tests/metrics/history.hpp"

namespace hearsay {
namespace {

void says(History& h, std::int64_t ms, NodeId node, NodeId about, MemberState state) {
  Event& event = h.add(ms, EventKind::member, node);
  event.peer = about;
  event.detail = static_cast<std::uint8_t>(state);
}

TEST_CASE("a run without reports has no membership") { CHECK_FALSE(History(3).finish(100).membership); }

TEST_CASE("detection: the first, the middle and the last of those that were live learn of a crash") {
  History h(5);
  h.add(1000, EventKind::crash, 4);
  says(h, 2000, 1, 4, MemberState::suspect);
  says(h, 3000, 1, 4, MemberState::dead);
  says(h, 4000, 2, 4, MemberState::dead);
  says(h, 6000, 0, 4, MemberState::dead);
  says(h, 7000, 3, 4, MemberState::dead);
  const auto m = *h.finish(9000).membership;
  CHECK(m.detection.count == 1);
  CHECK(m.detection.incomplete == 0);
  CHECK(m.detection.first_s.max == Approx(2));
  CHECK(m.detection.half_s.max == Approx(3));
  CHECK(m.detection.all_s.max == Approx(6));
  CHECK(m.false_suspicions == 0);
  CHECK(m.false_deaths == 0);
  CHECK(m.longest_difference_s == Approx(4));  // from 3 to 7 s
  CHECK(m.views_equal == Approx(5.0 / 9));
  CHECK(m.views_right == Approx(3.0 / 9));  // until the crash, and from 7 s on
}

TEST_CASE("a difference that begins with the first report lasts from then on") {
  History h(3);
  says(h, 5000, 0, 2, MemberState::dead);
  says(h, 7000, 0, 2, MemberState::alive);
  const auto m = *h.finish(10000).membership;
  CHECK(m.longest_difference_s == Approx(2));
  CHECK(m.views_equal == Approx(0.8));
}

TEST_CASE("discovery: a joiner that begins alone is learnt of by the others; an incomplete one is counted") {
  History h(4, 3);
  h.add(1000, EventKind::join, 3);
  says(h, 1000, 3, 3, MemberState::alive);
  says(h, 1100, 3, 0, MemberState::alive);
  says(h, 1500, 0, 3, MemberState::alive);
  says(h, 2000, 1, 3, MemberState::alive);
  const auto m = *h.finish(3000).membership;
  CHECK(m.discovery.count == 1);
  CHECK(m.discovery.incomplete == 1);
  CHECK(m.discovery.first_s.mean == Approx(0.5));
  CHECK(m.discovery.half_s.mean == Approx(1));
  CHECK_FALSE(m.discovery.all_s.mean);
}

TEST_CASE("time in which views differ is counted for the change that was spreading, or for none") {
  History h(4, 3);
  h.add(1000, EventKind::join, 3);
  says(h, 1000, 3, 3, MemberState::alive);  // alone
  for (const NodeId other : {0U, 1U, 2U}) says(h, 1200, 3, other, MemberState::alive);
  for (const NodeId other : {0U, 1U, 2U}) says(h, 1500, other, 3, MemberState::alive);
  h.add(2000, EventKind::crash, 3);
  says(h, 3000, 0, 3, MemberState::dead);
  for (const NodeId other : {1U, 2U}) says(h, 3400, other, 3, MemberState::dead);
  h.add(4000, EventKind::leave, 2);
  says(h, 4100, 0, 2, MemberState::left);
  says(h, 4200, 1, 2, MemberState::left);
  says(h, 5000, 0, 1, MemberState::dead);  // wrongly
  says(h, 5600, 0, 1, MemberState::alive);
  const auto m = *h.finish(10000).membership;
  CHECK(m.views_differed.discovery == Approx(0.05));
  CHECK(m.views_differed.detection == Approx(0.04));
  CHECK(m.views_differed.departure == Approx(0.01));
  CHECK(m.views_differed.other == Approx(0.06));
  CHECK(m.views_equal == Approx(1 - 0.05 - 0.04 - 0.01 - 0.06));
  CHECK(m.changes_per_s == Approx(0.3));
}

TEST_CASE("one who goes before it has learnt is not waited for") {
  History h(3);
  h.add(1000, EventKind::crash, 2);
  says(h, 2000, 0, 2, MemberState::dead);
  h.add(2500, EventKind::leave, 1);
  says(h, 2600, 0, 1, MemberState::left);
  const auto m = *h.finish(3000).membership;
  CHECK(m.detection.incomplete == 0);
  CHECK(m.detection.all_s.max == Approx(1));
  CHECK(m.departure.count == 1);
  CHECK(m.departure.all_s.max == Approx(0.1));
}

TEST_CASE("who took a node for dead before it crashed has nothing to learn") {
  History h(3);
  says(h, 500, 0, 2, MemberState::dead);  // wrongly
  h.add(1000, EventKind::crash, 2);
  says(h, 3000, 1, 2, MemberState::dead);
  const auto m = *h.finish(9000).membership;
  CHECK(m.detection.count == 1);
  CHECK(m.detection.incomplete == 0);
  CHECK(m.detection.first_s.max == Approx(2));
  CHECK(m.detection.all_s.max == Approx(2));
}

TEST_CASE("a crashed node that leaves for good is not waited for any more") {
  const auto later = [](EventKind kind) {
    History h(3);
    h.add(1000, EventKind::crash, 2);
    says(h, 2000, 0, 2, MemberState::dead);
    h.add(3000, kind, 2);
    says(h, 4000, 1, 2, MemberState::dead);
    return *h.finish(9000).membership;
  };
  CHECK(later(EventKind::leave).detection.incomplete == 1);
  CHECK(later(EventKind::crash).detection.incomplete == 0);
}

TEST_CASE("accusations of live nodes are false, once for each accuser that believed them alive") {
  History h(3);
  says(h, 100, 0, 1, MemberState::suspect);
  says(h, 200, 0, 1, MemberState::dead);
  says(h, 300, 2, 1, MemberState::dead);
  says(h, 300, 2, 1, MemberState::dead);
  says(h, 400, 0, 1, MemberState::alive);
  const auto m = *h.finish(1000).membership;
  CHECK(m.false_suspicions == 1);
  CHECK(m.false_deaths == 2);
  CHECK(m.detection.count == 0);
}

TEST_CASE("a node that says of itself that it is alive begins an empty view") {
  History h(2);
  says(h, 0, 0, 0, MemberState::alive);
  says(h, 0, 1, 1, MemberState::alive);
  says(h, 500, 0, 1, MemberState::alive);
  says(h, 800, 1, 0, MemberState::alive);
  const auto m = *h.finish(1000).membership;
  CHECK(m.views_right == Approx(0.2));
}

TEST_CASE("where a protocol tracks members, a run without reports has nobody accused") {
  History h(3);
  h.track_members();
  h.add(1000, EventKind::crash, 2);
  const auto m = *h.finish(4000).membership;
  CHECK(m.false_deaths == 0);
  CHECK(m.views_equal == 1);
  CHECK(m.views_right == Approx(0.25));  // nobody noticed the crash
  CHECK(m.detection.incomplete == 1);
}

TEST_CASE("of those accused wrongly, those paused or slow are counted apart, in reports that come later, too") {
  History h(4);
  h.add(1000, EventKind::pause, 3);
  says(h, 2000, 0, 3, MemberState::suspect);
  says(h, 2500, 0, 3, MemberState::dead);
  h.add(3000, EventKind::resume, 3);
  says(h, 3100, 1, 3, MemberState::dead);   // hears of the accusation
  says(h, 3500, 0, 3, MemberState::alive);  // refuted
  says(h, 4000, 0, 3, MemberState::suspect);
  says(h, 4500, 0, 3, MemberState::dead);  // and wronged now
  h.fault_begin(5000, 0, "slow", "factor 10", {2});
  says(h, 5500, 0, 2, MemberState::dead);
  h.fault_end(6000, 0);
  says(h, 6100, 1, 0, MemberState::dead);
  const auto m = *h.finish(7000).membership;
  CHECK(m.false_suspicions == 2);
  CHECK(m.false_suspicions_of_healthy == 1);
  CHECK(m.false_deaths == 5);
  CHECK(m.false_deaths_of_healthy == 2);
}

TEST_CASE("who joined before anybody reported a member knows itself alone, and says whom it found") {
  History h(4, 3);
  h.add(1000, EventKind::join, 3);
  for (const NodeId other : {0, 1, 2}) says(h, 1000, 3, other, MemberState::alive);
  for (const NodeId other : {0, 1, 2}) says(h, 2000, other, 3, MemberState::alive);
  const auto m = *h.finish(10000).membership;
  CHECK(m.views_equal == Approx(0.9));
}

}  // namespace
}  // namespace hearsay
