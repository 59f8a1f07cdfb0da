// The short way for packets that can meet nothing but one rule of loss: which rules are such, and equal verdicts.
#include <array>
#include <catch2/catch.hpp>
#include <vector>

#include "sim/faults/link_state.hpp"

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

LinkRule loss_rule(RuleId id, const std::vector<NodeId>& from, const std::vector<NodeId>& to,
                   std::uint32_t nodes = 130) {
  LinkRule rule;
  rule.id = id;
  rule.from = NodeSet(nodes, from);
  rule.to = NodeSet(nodes, to);
  rule.loss = 0.3;
  return rule;
}

}  // namespace

TEST_CASE("the short way judges as the long one, whether a rule meets all senders, all receivers, both or neither") {
  const std::vector<NodeId> all{0, 1, 2}, some{0, 2};
  for (const auto& from : {all, some})
    for (const auto& to : {all, some}) {
      LinkState judged(7), quick(7);
      judged.add(loss_rule(3, from, to, 3)), quick.add(loss_rule(3, from, to, 3));
      REQUIRE(quick.only_loses());
      for (NodeId i = 0; i < 900; ++i) {
        const bool is_lost = judged.judge(i % 3, i / 3 % 3).fate == Verdict::Fate::drop;
        REQUIRE(quick.loses(i % 3, i / 3 % 3) == is_lost);
      }
    }
}

TEST_CASE("a rule that only loses is told apart from all others, and judges alike by the short way") {
  const LinkRule plain = loss_rule(3, {0, 1, 2, 64}, {1, 2, 3});
  LinkState judged(7), quick(7);
  CHECK_FALSE(quick.only_loses());
  judged.add(plain), quick.add(plain);
  REQUIRE(quick.only_loses());
  CHECK(quick.only_rule() == 3);
  int losses = 0;
  for (int i = 0; i < 2000; ++i) {
    const NodeId from = std::array{0U, 1U, 64U, 5U}[static_cast<std::size_t>(i % 4)],
                 to = static_cast<NodeId>(i / 4 % 5);
    const bool is_lost = judged.judge(from, to).fate == Verdict::Fate::drop;
    REQUIRE(quick.loses(from, to) == is_lost);
    losses += is_lost ? 1 : 0;
  }
  CHECK(losses > 200);

  const auto only = [&plain](auto change) {
    LinkRule other = plain;
    change(other);
    LinkState links(7);
    links.add(other);
    return links.only_loses();
  };
  CHECK(only([](LinkRule&) {}));
  CHECK_FALSE(only([](LinkRule& r) { r.loss = 0; }));
  CHECK_FALSE(only([](LinkRule& r) { r.cut = true; }));
  CHECK_FALSE(only([](LinkRule& r) { r.burst = BurstLoss{}; }));
  CHECK_FALSE(only([](LinkRule& r) { r.larger_than = 1; }));
  CHECK_FALSE(only([](LinkRule& r) { r.delay = 1ns; }));
  CHECK_FALSE(only([](LinkRule& r) { r.jitter = 1ns; }));
  CHECK_FALSE(only([](LinkRule& r) { r.duplicate = 0.1; }));
  CHECK_FALSE(only([](LinkRule& r) { r.reorder = 0.1; }));
  CHECK_FALSE(only([](LinkRule& r) { r.corrupt = 0.1; }));
  CHECK_FALSE(only([](LinkRule& r) { r.bandwidth = 1; }));
  CHECK_FALSE(only([](LinkRule& r) { r.filter.transport = Transport::stream; }));
  CHECK_FALSE(only([](LinkRule& r) { r.filter.kinds.emplace(); }));

  quick.add(loss_rule(4, {0}, {1}));
  CHECK_FALSE(quick.only_loses());
  quick.remove(4);
  CHECK(quick.only_loses());
  LinkGroups groups;
  groups.id = 5;
  groups.group_of_node.assign(130, 0);
  quick.add(groups);
  CHECK_FALSE(quick.only_loses());
}
