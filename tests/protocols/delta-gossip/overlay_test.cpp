// Who a node's neighbours are, in a replica that does nothing else.
#include "protocols/delta-gossip/overlay.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <sstream>

#include "protocols/delta-gossip/metrics.hpp"
#include "sim/transcript/bench.hpp"

namespace hearsay::gossip {
namespace {

using Steps = std::function<void(Context&, Overlay&)>;

struct Overlaid final : Protocol {
  Overlaid(const Params& params, const Steps& taken) : overlay(params), steps(taken) {}
  void start(Context& context, StartReason) override {
    overlay.start(context);
    if (context.self() == 0) steps(context, overlay);
  }
  void request(Context&, const Operation&) override {}
  void message(Context&, const Received&) override {}
  void timer(Context&, TimerKey) override {}

  Overlay overlay;
  const Steps& steps;
};

// What node 0 of ten does, whose neighbours are 1 and 2.
void at_node_0(const Params& params, const Steps& steps) {
  ProtocolInfo info;
  info.name = "overlaid";
  info.metrics = metric_table();
  info.configure = [&](const ParameterValues&) -> ReplicaFactory {
    return [&] { return std::make_unique<Overlaid>(params, steps); };
  };
  std::ostringstream out;
  bench::Bench bench(info, {}, 10, 1, out, {{0, 1}, {0, 2}});
}

std::vector<NodeId> active(const Overlay& overlay) {
  std::vector<NodeId> nodes(overlay.active().begin(), overlay.active().end());
  std::sort(nodes.begin(), nodes.end());
  return nodes;
}

TEST_CASE("who links becomes a neighbour until it unlinks; one of the topology stays") {
  at_node_0({}, [](Context&, Overlay& overlay) {
    CHECK(overlay.link(5));
    CHECK_FALSE(overlay.link(5));
    CHECK_FALSE(overlay.link(1));  // it is one
    CHECK(active(overlay) == std::vector<NodeId>{1, 2, 5});
    CHECK(overlay.unlink(5));
    CHECK_FALSE(overlay.unlink(5));
    CHECK_FALSE(overlay.unlink(1));
    CHECK_FALSE(overlay.unlink(7));
    CHECK(active(overlay) == std::vector<NodeId>{1, 2});
  });
}

TEST_CASE("a fixed overlay has the neighbours of the topology that have not failed") {
  Params params;
  params.overlay = OverlayKind::fixed;
  at_node_0(params, [](Context& context, Overlay& overlay) {
    CHECK_FALSE(overlay.link(5));
    const auto change = overlay.fail(context, 1);
    CHECK(change.happened);
    CHECK(change.link == no_node);
    CHECK(active(overlay) == std::vector<NodeId>{2});
    CHECK(overlay.back(context, 1).happened);
    CHECK(active(overlay) == std::vector<NodeId>{1, 2});
  });
}

TEST_CASE("a failed neighbour is replaced by one that has neither failed nor left, and takes its place again") {
  at_node_0({}, [](Context& context, Overlay& overlay) {
    for (const NodeId left : {3, 4, 5}) overlay.gone(context, left, 1);
    for (const NodeId out : {3, 4, 5}) CHECK_FALSE(overlay.link(out));  // a late word of it
    const auto change = overlay.fail(context, 1);
    CHECK(change.happened);
    CHECK(change.link >= 6);
    CHECK_FALSE(overlay.link(1));  // it has failed
    CHECK(active(overlay) == std::vector<NodeId>{2, change.link});
    CHECK_FALSE(overlay.fail(context, 1).happened);  // again
    const auto back = overlay.back(context, 1);
    CHECK(back.unlink == change.link);
    CHECK(active(overlay) == std::vector<NodeId>{1, 2});
    CHECK_FALSE(overlay.back(context, 1).happened);
  });
}

TEST_CASE("once all others have failed or left nobody stands in") {
  at_node_0({}, [](Context& context, Overlay& overlay) {
    for (NodeId node = 3; node < 10; ++node) overlay.gone(context, node, 1);
    CHECK(overlay.fail(context, 1).link == no_node);
    CHECK(overlay.fail(context, 2).link == no_node);
    CHECK(overlay.active().empty());
    CHECK(overlay.any_peer(context) == no_node);
  });
}

}  // namespace
}  // namespace hearsay::gossip
