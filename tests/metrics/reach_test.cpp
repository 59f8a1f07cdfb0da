// How long a write takes to shares of the nodes.
#include <catch2/catch.hpp>

#include "tests/metrics/history.hpp"

namespace hearsay {
namespace {

TEST_CASE("the delay to a share runs from the invocation until that many of the live nodes have the write") {
  History h(10);
  const OpId op = h.write(100, 0);
  for (NodeId node = 0; node < 9; ++node) h.applied(110 + 10 * static_cast<std::int64_t>(node), node, 0);
  h.respond(300, op);  // 5 of 10 after 50 ms, 9 after 90 ms, before the acknowledgement
  SECTION("90 % of ten nodes are nine, 99 % are ten") {
    h.applied(400, 9, 0);
    const auto mean = h.finish(1000).delay_to_share_s.mean;
    CHECK(*mean[0] == Approx(0.05));
    CHECK(*mean[1] == Approx(0.09));
    CHECK(*mean[2] == Approx(0.3));
    CHECK(*mean[3] == Approx(0.3));
  }
  SECTION("the node that lacks it goes") {
    h.add(500, EventKind::crash, 9);
    CHECK(*h.finish(1000).delay_to_share_s.mean[3] == Approx(0.4));
  }
  SECTION("a write that never comes to all leaves that mean without a value") {
    const auto mean = h.finish(1000).delay_to_share_s.mean;
    CHECK(mean[1]);
    CHECK_FALSE(mean[2]);
    CHECK_FALSE(mean[3]);
  }
  SECTION("means are over acknowledged writes; one that is not does not count") {
    h.applied(400, 9, 0);
    h.write_now(500, 1);
    for (NodeId node = 0; node < 10; ++node) h.applied(600, node, 1);
    h.write(700, 2);
    const auto mean = h.finish(1000).delay_to_share_s.mean;
    CHECK(*mean[0] == Approx(0.075));
    CHECK(*mean[3] == Approx(0.2));
  }
}

TEST_CASE("the delay to a share of the owners of a part") {
  History h(4);
  h.placed(50, 0, "k", 1, {0, 1});
  h.write_now(100, 0, 0, "k");  // one of two owners: 50 % at once
  h.placed(300, 2, "k", 1, {0, 2, 3});
  h.applied(400, 2, 0);
  h.placed(500, 0, "k", 1, {0, 2});
  const auto mean = h.finish(1000).delay_to_share_s.mean;
  CHECK(*mean[0] == Approx(0));
  CHECK(*mean[1] == Approx(0.4));
}

TEST_CASE("where one node is live, a write has come to every share once that node has it") {
  History h(1);
  const OpId op = h.write(100, 0);
  h.applied(130, 0, 0);
  h.respond(200, op);
  for (const auto& mean : h.finish(1000).delay_to_share_s.mean) {
    REQUIRE(mean);
    CHECK(*mean == Approx(0.03));
  }
}

}  // namespace
}  // namespace hearsay
