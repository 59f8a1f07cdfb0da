// Which hazards a fault brings, by its values.
#include "sim/faults/hazards.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace hearsay {
namespace {

using H = Hazard;
using Hazards = std::vector<Hazard>;

Hazards of(std::string_view verb, const ParameterValues& values = {}) { return hazards_of(verb, values); }

Value word(const std::string& text) { return Value(text); }

}  // namespace

TEST_CASE("a verb that is not known, and a clone, bring every hazard") {
  Hazards all;
  for (std::size_t i = 0; i < hazard_kinds; ++i) all.push_back(static_cast<H>(i));
  CHECK(of("earthquake") == all);
  CHECK(of("clone") == all);
}

TEST_CASE("what a crash brings depends on what the disk keeps") {
  CHECK(of("crash") == Hazards{H::restart});
  CHECK(of("crash", {{"disk", word("kept")}}) == Hazards{H::restart});
  CHECK(of("crash", {{"disk", word("unsynced-lost")}}) == Hazards{H::restart, H::unsynced_loss});
  CHECK(of("crash", {{"disk", word("lost")}}) == Hazards{H::restart, H::unsynced_loss, H::disk_loss});
}

TEST_CASE("churn brings what its way to go brings") {
  CHECK(of("churn") == Hazards{H::restart});
  CHECK(of("churn", {{"by", word("kill")}}) == Hazards{H::restart});
  CHECK(of("churn", {{"by", word("leave")}}) == Hazards{H::departure});
  CHECK(of("churn", {{"by", word("crash")}, {"disk", word("lost")}}) ==
        Hazards{H::restart, H::unsynced_loss, H::disk_loss});
}

TEST_CASE("the others bring the same whatever their values") {
  CHECK(of("partition") == Hazards{H::cut});
  CHECK(of("kill") == Hazards{H::restart});
  CHECK(of("pause") == Hazards{H::stall});
  CHECK(of("loss") == Hazards{H::loss});
  CHECK(of("delay") == Hazards{H::reordering, H::stall});
  CHECK(of("duplicate") == Hazards{H::duplication});
  CHECK(of("reorder") == Hazards{H::reordering});
  CHECK(of("corrupt") == Hazards{H::loss, H::corruption});
  CHECK(of("bandwidth") == Hazards{H::loss, H::stall});
  CHECK(of("clock") == Hazards{H::clock});
  CHECK(of("join") == Hazards{H::departure});
  CHECK(of("leave") == Hazards{H::departure});
}

}  // namespace hearsay
