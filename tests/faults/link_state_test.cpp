// Verdicts of the link state: shares within four standard errors, cuts exact.
#include "sim/faults/link_state.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "sim/core/random.hpp"

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

NodeSet some(std::vector<NodeId> nodes) { return NodeSet(130, nodes); }
NodeSet everyone() {
  std::vector<NodeId> nodes;
  for (NodeId node = 0; node < 130; ++node) nodes.push_back(node);
  return NodeSet(130, nodes);
}

LinkRule rule(RuleId id, NodeSet from = everyone(), NodeSet to = everyone()) {
  LinkRule r;
  r.id = id;
  r.from = std::move(from);
  r.to = std::move(to);
  return r;
}

LinkGroups groups(RuleId id, std::vector<std::uint32_t> group_of_node, bool reject = false) {
  LinkGroups g;
  g.id = id;
  g.reject = reject;
  g.group_of_node = std::move(group_of_node);
  return g;
}

PacketTraits datagram(std::uint32_t bytes, Time at) { return {Transport::datagram, PacketTraits::no_kind, bytes, at}; }

bool lost(const Verdict& verdict) { return verdict.fate == Verdict::Fate::drop; }

template <class Sign>
int count(LinkState& links, int packets, Sign sign) {
  int hits = 0;
  for (int i = 0; i < packets; ++i) hits += sign(links.judge(0, 1)) ? 1 : 0;
  return hits;
}

double sigma(int n, double p) { return std::sqrt(n * p * (1 - p)); }

}  // namespace

TEST_CASE("a set of nodes holds its members and nobody else, beyond one machine word too") {
  const NodeSet set = some({0, 63, 64, 129});
  for (const NodeId node : {0U, 63U, 64U, 129U}) CHECK(set.contains(node));
  for (const NodeId node : {1U, 62U, 65U, 128U, 1000U}) CHECK_FALSE(set.contains(node));
  CHECK_FALSE(NodeSet().contains(0));
  CHECK_FALSE(set.has_all());
  CHECK_FALSE(NodeSet().has_all());
  CHECK(NodeSet(3, {2, 0, 1}).has_all());
  CHECK_FALSE(NodeSet(3, {2, 0}).has_all());
  CHECK_FALSE(NodeSet(3, {2, 0, 2}).has_all());
}

TEST_CASE("without rules every packet passes untouched and nothing is kept") {
  LinkState links(1);
  CHECK(links.quiet());
  const Verdict verdict = links.judge(3, 4);
  CHECK(verdict.fate == Verdict::Fate::deliver);
  CHECK(verdict.delay == Duration{});
  CHECK_FALSE(verdict.duplicated);
  CHECK_FALSE(verdict.corrupted);
  CHECK_FALSE(links.is_cut(3, 4));
  CHECK(links.quiet());
}

TEST_CASE("loss, duplication and corruption of rate p strike a share within four standard errors of p") {
  constexpr int packets = 50000;
  for (const double p : {0.01, 0.1, 0.5, 0.9}) {
    LinkState links(1);
    SECTION("loss " + std::to_string(p)) {
      LinkRule r = rule(0);
      r.loss = p;
      links.add(r);
      CHECK(std::abs(count(links, packets, lost) - packets * p) < 4 * sigma(packets, p));
    }
    SECTION("duplicate " + std::to_string(p)) {
      LinkRule r = rule(0);
      r.duplicate = p;
      links.add(r);
      CHECK(std::abs(count(links, packets, [](const Verdict& v) { return v.duplicated; }) - packets * p) <
            4 * sigma(packets, p));
    }
    SECTION("corrupt " + std::to_string(p)) {
      LinkRule r = rule(0);
      r.corrupt = p;
      links.add(r);
      CHECK(std::abs(count(links, packets, [](const Verdict& v) { return v.corrupted; }) - packets * p) <
            4 * sigma(packets, p));
    }
    SECTION("reorder " + std::to_string(p)) {
      LinkRule r = rule(0);
      r.reorder = p;
      r.reorder_by = 5ms;
      links.add(r);
      const auto held = [](const Verdict& v) {
        REQUIRE(v.delay <= 5ms);
        return v.delay > Duration{};
      };
      CHECK(std::abs(count(links, packets, held) - packets * p) < 4 * sigma(packets, p));
    }
  }
}

TEST_CASE("rates of 0 and 1 are exact") {
  LinkState links(1);
  LinkRule always = rule(0, some({0}), some({1}));
  always.loss = 1;
  links.add(always);
  CHECK(count(links, 1000, lost) == 1000);
  CHECK(links.judge(1, 0).fate == Verdict::Fate::deliver);
}

// The state chain of Gilbert-Elliott is correlated: with lambda = 1 - good_to_bad - bad_to_good, the variance of the
// mean of n states is that of independent ones times (1 + lambda) / (1 - lambda).
TEST_CASE("Gilbert-Elliott loses its stationary share, in bursts of the mean length") {
  constexpr int packets = 400000;
  LinkState links(1);
  LinkRule r = rule(0);
  r.burst = BurstLoss{0.01, 0.2, 0.8, 0.001};
  links.add(r);
  const double bad = 0.01 / (0.01 + 0.2), lambda = 1 - 0.01 - 0.2;
  const double expected = bad * 0.8 + (1 - bad) * 0.001;
  const double spread = 0.8 - 0.001;
  const double variance = expected * (1 - expected) + spread * spread * bad * (1 - bad) * 2 * lambda / (1 - lambda);
  CHECK(std::abs(count(links, packets, lost) - packets * expected) < 4 * std::sqrt(packets * variance));

  LinkState pure(2);
  LinkRule all_in_bad = rule(0);
  all_in_bad.burst = BurstLoss{0.01, 0.2, 1, 0};
  pure.add(all_in_bad);
  int bursts = 0, in_bursts = 0;
  bool before = false;
  for (int i = 0; i < packets; ++i) {
    const bool now = lost(pure.judge(0, 1));
    in_bursts += now ? 1 : 0;
    bursts += now && !before ? 1 : 0;
    before = now;
  }
  const double mean = static_cast<double>(in_bursts) / bursts;  // geometric: mean 5, variance (1-p)/p^2 = 20
  CHECK(std::abs(mean - 5) < 4 * std::sqrt(20.0 / bursts));
}

TEST_CASE("each pair of nodes has a burst state of its own") {
  LinkState links(1);
  LinkRule r = rule(0);
  r.burst = BurstLoss{1, 0, 1, 0};  // bad for good after the first packet
  links.add(r);
  CHECK_FALSE(lost(links.judge(0, 1)));
  CHECK(lost(links.judge(0, 1)));
  CHECK_FALSE(lost(links.judge(0, 2)));
  CHECK_FALSE(lost(links.judge(1, 0)));
}

TEST_CASE("groups cut each other in both directions; a node in no group reaches everybody") {
  LinkState links(1);
  constexpr auto none = LinkGroups::no_group;
  links.add(groups(7, {0, 0, 1, 1, none}));
  const std::vector<std::uint32_t> of{0, 0, 1, 1, none};
  for (NodeId a = 0; a < 5; ++a)
    for (NodeId b = 0; b < 5; ++b) {
      const bool cut = of[a] != of[b] && of[a] != none && of[b] != none;
      CHECK(links.is_cut(a, b) == cut);
      const Verdict verdict = links.judge(a, b);
      CHECK(lost(verdict) == cut);
      if (cut) {
        CHECK(verdict.reason == DropReason::partition);
        CHECK(verdict.culprit == 7);
      }
    }
}

TEST_CASE("a one-way cut passes the other direction") {
  LinkState links(1);
  LinkRule r = rule(3, some({0, 1}), some({2}));
  r.cut = true;
  links.add(r);
  CHECK(links.is_cut(0, 2));
  CHECK(links.is_cut(1, 2));
  CHECK_FALSE(links.is_cut(2, 0));
  CHECK_FALSE(links.is_cut(0, 1));
}

TEST_CASE("a rejecting cut says so") {
  LinkState links(1);
  links.add(groups(1, {0, 1}, true));
  const Verdict verdict = links.judge(0, 1);
  CHECK(verdict.fate == Verdict::Fate::reject);
  CHECK(verdict.reason == DropReason::reject);
  LinkRule r = rule(2, some({0}), some({5}));
  r.cut = r.reject = true;
  links.add(r);
  Verdict one_way;
  links.remove(1);
  CHECK(links.is_cut(0, 5, &one_way));
  CHECK(one_way.fate == Verdict::Fate::reject);
}

TEST_CASE("overlapping faults add up, and each may end first") {
  const auto add = [](LinkState& links, RuleId id) {
    LinkRule r = rule(id);
    if (id == 0) r.delay = 10ms;
    if (id == 1) r.delay = 5ms;
    if (id == 2) r.bandwidth = 1000;
    if (id == 3) r.bandwidth = 500;
    links.add(r);
    if (id == 4) links.add(groups(4, {0, 1}));
  };
  std::vector<RuleId> order{0, 1, 2, 3, 4};
  do {
    LinkState links(1);
    for (RuleId id = 0; id < 5; ++id) add(links, id);
    std::vector<bool> active(5, true);
    int round = 0;  // each packet finds empty queues
    for (const RuleId gone : order) {
      links.remove(gone);
      active[gone] = false;
      const Verdict verdict = links.judge(0, 1, datagram(1000, Time(round++ * 10s)));
      REQUIRE(lost(verdict) == active[4]);
      if (active[4]) continue;
      REQUIRE(verdict.delay == (active[0] ? 10ms : 0ms) + (active[1] ? 5ms : 0ms));
      REQUIRE(verdict.queued == (active[3] ? 2s : active[2] ? 1s : 0s));
    }
    REQUIRE(links.quiet());
  } while (std::next_permutation(order.begin(), order.end()));
}

namespace {

LinkState limited(LinkRule::Per per, std::optional<Duration> queue = std::nullopt) {
  LinkState links(1);
  LinkRule r = rule(3);
  r.bandwidth = 1000;
  r.per = per;
  r.queue = queue;
  links.add(r);
  return links;
}

}  // namespace

TEST_CASE("a limit of bandwidth is shared: packets pass it one after another") {
  LinkState links = limited(LinkRule::Per::link);
  CHECK(links.judge(0, 1, datagram(500, Time(0s))).queued == 500ms);
  CHECK(links.judge(0, 1, datagram(500, Time(0s))).queued == 1s);
  CHECK(links.judge(0, 1, datagram(500, Time(200ms))).queued == 1300ms);
  CHECK(links.judge(0, 1, datagram(500, Time(10s))).queued == 500ms);  // the queue is empty again
}

TEST_CASE("what shares a limit: a pair of nodes, all that leaves a node, or all that reaches one") {
  const auto queued = [](LinkRule::Per per, NodeId from, NodeId to) {  // behind a packet from 0 to 1
    LinkState links = limited(per);
    links.judge(0, 1, datagram(1000, Time(0s)));
    return links.judge(from, to, datagram(1000, Time(0s))).queued;
  };
  using Per = LinkRule::Per;
  CHECK(queued(Per::link, 0, 1) == 2s);
  CHECK(queued(Per::link, 0, 2) == 1s);
  CHECK(queued(Per::link, 1, 0) == 1s);
  CHECK(queued(Per::egress, 0, 2) == 2s);
  CHECK(queued(Per::egress, 2, 1) == 1s);
  CHECK(queued(Per::ingress, 2, 1) == 2s);
  CHECK(queued(Per::ingress, 0, 2) == 1s);
}

TEST_CASE("what would wait longer than the queue is lost, and takes no place in it") {
  LinkState links = limited(LinkRule::Per::link, 1500ms);
  CHECK_FALSE(lost(links.judge(0, 1, datagram(1000, Time(0s)))));
  CHECK_FALSE(lost(links.judge(0, 1, datagram(1000, Time(0s)))));
  const Verdict third = links.judge(0, 1, datagram(1000, Time(0s)));  // 2 s
  CHECK(lost(third));
  CHECK(third.culprit == 3);
  CHECK(links.judge(0, 1, datagram(1000, Time(500ms))).queued == 2500ms);
}

TEST_CASE("loss of large packets leaves the small ones alone") {
  LinkState links(1);
  LinkRule r = rule(0);
  r.loss = 1;
  r.larger_than = 1400;
  links.add(r);
  CHECK_FALSE(lost(links.judge(0, 1, datagram(1400, Time(0s)))));
  CHECK(lost(links.judge(0, 1, datagram(1401, Time(0s)))));
}

TEST_CASE("jitter varies the delay around what is added, never below zero") {
  LinkState links(1);
  LinkRule r = rule(0);
  r.delay = 2ms;
  r.jitter = 5ms;
  links.add(r);
  Duration least = 1h, most{};
  for (int i = 0; i < 10000; ++i) {
    const Duration delay = links.judge(0, 1).delay;
    least = std::min(least, delay);
    most = std::max(most, delay);
  }
  CHECK(least == Duration{});
  CHECK(most <= 7ms);
  CHECK(most > 6900us);
}

TEST_CASE("one fault does not shift the random choices of another") {
  const auto losses = [](bool with_other) {
    LinkState links(1);
    if (with_other) {
      LinkRule other = rule(9);
      other.stream = 99;
      other.corrupt = 0.5;
      links.add(other);
    }
    LinkRule r = rule(0);
    r.stream = 5;
    r.loss = 0.3;
    links.add(r);
    std::vector<bool> pattern;
    for (int i = 0; i < 200; ++i) pattern.push_back(lost(links.judge(0, 1)));
    return pattern;
  };
  CHECK(losses(false) == losses(true));
}

TEST_CASE("the choices of a sender do not depend on what other senders send") {
  const auto losses = [](bool others) {
    LinkState links(1);
    LinkRule r = rule(0);
    r.loss = 0.3;
    links.add(r);
    std::vector<bool> pattern;
    for (int i = 0; i < 200; ++i) {
      if (others) links.judge(5, 1);
      pattern.push_back(lost(links.judge(0, 1)));
    }
    return pattern;
  };
  CHECK(losses(false) == losses(true));
}

TEST_CASE("a burst ends with its rule: a later rule of the same firing begins in the good state") {
  LinkState links(1);
  for (int round = 0; round < 2; ++round) {
    LinkRule burst = rule(7);
    burst.burst = BurstLoss{1, 0, 1, 0};  // bad from the second packet on
    links.add(burst);
    CHECK_FALSE(lost(links.judge(0, 1)));
    CHECK(lost(links.judge(0, 1)));
    links.remove(7);
  }
}

TEST_CASE("what a rule does short of a drop is named with the rule") {
  LinkState links(1);
  LinkRule slow = rule(3), doubled = rule(4);
  slow.delay = 5ms;
  doubled.duplicate = 1;
  links.add(slow);
  links.add(doubled);
  const std::vector<std::pair<RuleId, FaultEffect>> expected{{3, FaultEffect::delayed}, {4, FaultEffect::duplicated}};
  CHECK(links.judge(0, 1).touched == expected);
}

TEST_CASE("a cut that has ended counts for what was sent before its end, and for nothing sent later") {
  LinkState links(1);
  Verdict verdict;
  const std::uint64_t before = links.epoch();
  links.add(groups(5, {0, 1, LinkGroups::no_group}, true));
  CHECK(links.was_cut(0, 1, before));
  links.remove(5);
  CHECK(links.was_cut(0, 1, before, &verdict));
  CHECK(verdict.fate == Verdict::Fate::reject);
  CHECK(verdict.reason == DropReason::reject);
  CHECK(verdict.culprit == 5);
  CHECK_FALSE(links.was_cut(0, 2, before));
  const std::uint64_t between = links.epoch();
  CHECK_FALSE(links.was_cut(0, 1, between));
  LinkRule one_way = rule(6, some({0}), some({1}));
  one_way.cut = true;
  links.add(one_way);
  links.remove(6);
  CHECK(links.was_cut(0, 1, between, &verdict));
  CHECK(verdict.fate == Verdict::Fate::drop);
  CHECK(verdict.culprit == 6);
  CHECK_FALSE(links.was_cut(1, 0, between));
  CHECK_FALSE(links.was_cut(0, 1, links.epoch()));
  links.forget_ended();
  CHECK_FALSE(links.was_cut(0, 1, before));
}

TEST_CASE("cuts are known to be in force from the first of them to the end of the last; other rules cut nothing") {
  LinkState links(1);
  LinkRule lossy = rule(2);
  lossy.loss = 1;
  links.add(lossy);
  CHECK_FALSE(links.cuts());
  links.add(groups(3, {0, 1}));
  LinkRule cut = rule(4);
  cut.cut = true;
  links.add(cut);
  CHECK(links.cuts());
  links.remove(3);
  CHECK(links.cuts());
  CHECK(links.is_cut(0, 1));
  links.remove(4, 0);
  CHECK_FALSE(links.cuts());
  CHECK_FALSE(links.quiet());
  links.add(groups(5, {0, 1}));
  CHECK(links.cuts());
}

TEST_CASE("the end of a rule that cuts nothing begins no epoch") {
  LinkState links(1);
  LinkRule lossy = rule(2);
  lossy.loss = 1;
  links.add(lossy);
  const std::uint64_t before = links.epoch();
  links.remove(2);
  CHECK(links.epoch() == before);
  CHECK_FALSE(links.was_cut(0, 1, before));
}
