// Why a run is as it is, on hand-written histories.
#include "sim/metrics/explanation.hpp"

#include <catch2/catch.hpp>

#include "tests/metrics/history.hpp"

namespace hearsay {
namespace {

using Trouble = ExplainedWrite::Trouble;
using Nodes = std::vector<NodeId>;

Explanation explain(History& h, std::uint32_t nodes, std::int64_t end_ms) {
  h.add(end_ms, EventKind::finish);
  Explainer explainer(nodes);
  h.play_to(explainer);
  return explainer.explain();
}

TEST_CASE("writes are explained: the lost ones first, then those that some node lacks, then the late ones") {
  History h(3);
  h.write_now(100, 0);  // w0: nowhere but on node 0, which goes
  h.write_now(200, 1);  // w1: not on node 2
  h.applied(210, 0, 1);
  h.add(1000, EventKind::crash, 0);
  const Explanation e = explain(h, 3, 2000);
  CHECK(e.lost == 1);
  CHECK(e.missing == 1);
  CHECK(e.late == 0);
  REQUIRE(e.writes.size() == 2);
  CHECK(e.writes[0].trouble == Trouble::lost);
  CHECK(e.writes[0].write == 0);
  CHECK(e.writes[0].key == "w0");
  CHECK(e.writes[0].origin == 0);
  CHECK(e.writes[0].invoked_at == Approx(0.1));
  CHECK(e.writes[0].acknowledged_at == Approx(0.1));
  CHECK(e.writes[0].lacking == Nodes{1, 2});
  CHECK(e.writes[0].last_holder == NodeId{0});
  CHECK(e.writes[0].last_holder_went_at == Approx(1));
  CHECK(e.writes[1].trouble == Trouble::missing);
  CHECK(e.writes[1].write == 1);
  CHECK(e.writes[1].lacking == Nodes{2});
  CHECK(e.writes[1].last_holder == NodeId{0});
  CHECK(e.gone == Nodes{0});
}

TEST_CASE("a write is late if it is everywhere later than twice the median") {
  History h(2);
  for (const std::int64_t took : {10, 10, 20, 21, 50}) {
    const std::int64_t begin = 1000 + 100 * took;
    h.applied(begin + took, 1, h.write_now(begin, 0));  // w0 to w4
  }
  const Explanation e = explain(h, 2, 9000);
  CHECK(e.lost == 0);
  CHECK(e.missing == 0);
  REQUIRE(e.late == 1);  // twice the median is 40 ms
  CHECK(e.writes[0].trouble == Trouble::late);
  CHECK(e.writes[0].write == 4);
  CHECK(*e.writes[0].everywhere_s == Approx(0.05));
}

TEST_CASE("a write that was not acknowledged needs no explanation") {
  History h(2);
  h.write(100, 0);
  h.respond(300, h.write(200, 0), Outcome::failed);
  const Explanation e = explain(h, 2, 1000);
  CHECK(e.lost + e.missing + e.late == 0);
  CHECK(e.writes.empty());
}

TEST_CASE("at most ten writes of each kind are explained, and all are counted") {
  History h(2);
  for (int i = 0; i < 12; ++i) h.write_now(100 + i, 0);
  const Explanation e = explain(h, 2, 1000);
  CHECK(e.missing == 12);
  REQUIRE(e.writes.size() == Explainer::most_writes);
  for (WriteId i = 0; i < 10; ++i) CHECK(e.writes[i].write == i);
}

TEST_CASE("a write names what replaced it, and the last fault that was in force after it was asked for") {
  History h(3);
  h.fault_begin(10, 0, "loss", "30 %");
  h.fault_end(50, 0);
  h.write_now(100, 0, 0, "k");  // w0
  h.fault_begin(200, 1, "partition", "halves");
  h.fault_end(300, 1);
  const WriteId winner = h.write_now(400, 1, 1, "k");
  h.replaced(500, 0, 0, winner);
  const Explanation e = explain(h, 3, 1000);
  REQUIRE(e.missing == 2);
  CHECK(e.writes[0].shadowed_by == winner);
  CHECK(e.writes[0].last_fault == "partition: halves");
  CHECK(e.writes[0].last_fault_at == Approx(0.2));
  CHECK_FALSE(e.writes[1].shadowed_by);
  CHECK(e.writes[1].last_fault.empty());
}

TEST_CASE("nodes are grouped by their state at the end, the largest group first") {
  History h(5);
  h.digest(100, 0, 7);
  h.digest(100, 1, 8);
  h.digest(100, 2, 8);
  h.digest(100, 3, 8);
  h.add(200, EventKind::crash, 3);
  h.add(300, EventKind::restart, 3);  // from nothing
  h.add(400, EventKind::leave, 4);
  const Explanation e = explain(h, 5, 1000);
  REQUIRE(e.groups.size() == 3);
  CHECK(e.groups[0].digest == 8);
  CHECK(e.groups[0].nodes == Nodes{1, 2});
  CHECK(e.groups[1].nodes == Nodes{3});
  CHECK(e.groups[2].nodes == Nodes{0});
  CHECK(e.gone == Nodes{4});
}

TEST_CASE("of each kind of violation the first one is shown, and all are counted") {
  History h(2);
  h.write_now(100, 0);  // w0, client 0
  h.read_now(200, {});  // does not see it
  h.read_now(300, {});
  h.add(400, EventKind::reapplied, 0, 0);
  const Explanation e = explain(h, 2, 1000);
  const auto named = [&](const std::string& name) {
    for (const FirstViolation& violation : e.violations)
      if (violation.name == name) return violation;
    return FirstViolation{};
  };
  CHECK(named("read_your_writes").count == 2);
  CHECK(named("read_your_writes").at == Approx(0.2));
  CHECK(named("read_your_writes").what == "operation 1 of client 0");
  CHECK(named("duplicate_apply").count == 1);
  CHECK(named("duplicate_apply").what == "write 0");
  CHECK(named("duplicate_apply").node == 0);
  CHECK(named("causal_order").count == 0);
}

TEST_CASE(
    "each fault says whether it ended, when all agreed again, and what was acknowledged under it and is missing") {
  History h(2);
  h.fault_begin(100, 0, "partition", "halves");
  h.digest(150, 0, 1);
  h.write_now(150, 0);
  h.write_now(200, 0);
  h.fault_end(200, 0);
  h.write_now(250, 0);
  h.digest(500, 1, 1);
  h.fault_begin(600, 1, "loss", "30 %");
  const Explanation e = explain(h, 2, 1000);
  REQUIRE(e.faults.size() == 2);
  CHECK(e.faults[0].ended);
  CHECK_FALSE(e.faults[0].overtaken);
  CHECK(*e.faults[0].reconverged_s == Approx(0.3));
  CHECK(e.faults[0].missing_writes == 2);
  CHECK_FALSE(e.faults[1].ended);
  CHECK_FALSE(e.faults[1].reconverged_s);
  CHECK(e.faults[1].missing_writes == 0);
}

}  // namespace
}  // namespace hearsay
