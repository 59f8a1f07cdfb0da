// What a member keeps beside the list that all share: the view, a set that differs from it, an order of probes.
#include "protocols/swim-cache/boot_view.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>
#include <set>

#include "protocols/swim-cache/member_set.hpp"
#include "protocols/swim-cache/probe_order.hpp"
#include "sim/core/random.hpp"

using namespace hearsay;

namespace {

// All but `self`, ascending round the circle from `first`.
std::vector<NodeId> circle(std::vector<NodeId> members, NodeId self, std::size_t first) {
  std::erase(members, self);
  std::rotate(members.begin(), members.begin() + static_cast<std::ptrdiff_t>(first % members.size()), members.end());
  return members;
}

std::vector<NodeId> numbers(NodeId count) {
  std::vector<NodeId> all(count);
  std::iota(all.begin(), all.end(), NodeId{0});
  return all;
}

std::vector<NodeId> in_order(const ProbeOrder& order) {
  std::vector<NodeId> all;
  for (std::size_t i = 0; i < order.size(); ++i) all.push_back(order[i]);
  return all;
}

std::vector<NodeId> sorted(std::vector<NodeId> nodes) {
  std::sort(nodes.begin(), nodes.end());
  return nodes;
}

}  // namespace

TEST_CASE("a view has each member once, by place and by id, wherever the list begins") {
  const std::vector<NodeId> members{0, 2, 3, 7, 8, 20};
  for (const NodeId self : members)
    for (std::size_t first = 0; first < 5; ++first) {
      const auto others = circle(members, self, first);
      const BootView view(others, self);
      REQUIRE(view.size() == members.size());
      for (std::size_t i = 0; i < members.size(); ++i) {
        CHECK(view.ascending(i) == members[i]);
        CHECK(view[i] == (i < others.size() ? others[i] : self));
      }
      for (NodeId node = 0; node < 25; ++node)
        CHECK(view.contains(node) == (std::find(members.begin(), members.end(), node) != members.end()));
    }
  CHECK(BootView().size() == 0);
  CHECK_FALSE(BootView().contains(0));
  const BootView alone({}, 4);
  CHECK(alone.size() == 1);
  CHECK(alone.ascending(0) == 4);
  CHECK_FALSE(alone.contains(3));
}

TEST_CASE("a set of members is that of the standard library, whatever comes and goes") {
  RandomStream random(1, "test");
  const std::vector<NodeId> members{1, 2, 5, 6, 9, 30};
  const auto others = circle(members, 5, 3);
  MemberSet set(BootView(others, 5));
  std::set<NodeId> known(members.begin(), members.end());
  for (int step = 0; step < 2000; ++step) {
    const auto node = static_cast<NodeId>(random.below(35));
    const bool comes = random.chance(0.5);
    comes ? set.insert(node) : set.erase(node);
    comes ? static_cast<void>(known.insert(node)) : static_cast<void>(known.erase(node));
    REQUIRE(set.list() == std::vector<NodeId>(known.begin(), known.end()));
    REQUIRE(set.size() == known.size());
    if (!known.empty()) REQUIRE(set.lowest() == *known.begin());
    for (NodeId other = 0; other < 35; ++other) REQUIRE(set.contains(other) == known.contains(other));
  }
}

TEST_CASE("an order of probes has every member once, in a list of its own or permuted, as members come and go") {
  for (const NodeId count : {5U, NodeId{ProbeOrder::own_list}, NodeId{ProbeOrder::own_list} + 1, 5000U}) {
    RandomStream random(1, "test", count);
    const auto others = circle(numbers(count), 3, 4);
    ProbeOrder order;
    order.boot({others, 3});
    order.shuffle(random);
    const auto first = in_order(order);
    CHECK(sorted(first) == numbers(count));
    CHECK(first != numbers(count));
    order.shuffle(random);
    CHECK(sorted(in_order(order)) == numbers(count));
    CHECK(in_order(order) != first);
    const auto before = in_order(order);
    for (NodeId node = count; node < count + 30; ++node) order.add(node, random);
    order.add_last(count + 30);
    CHECK(sorted(in_order(order)) == numbers(count + 31));
    CHECK(order[count + 30] == count + 30);
    std::size_t kept = 0;  // at most one of those that were there moves for one that comes
    for (std::size_t i = 0; i < count; ++i) kept += order[i] == before[i] ? 1 : 0;
    CHECK(kept + 30 >= count);
    order.shuffle(random);
    CHECK(sorted(in_order(order)) == numbers(count + 31));
    order.erase_if([](NodeId node) { return node < 2; });
    CHECK(order.size() == count + 29);
    auto rest = numbers(count + 31);
    rest.erase(rest.begin(), rest.begin() + 2);
    CHECK(sorted(in_order(order)) == rest);
  }
}

TEST_CASE("who comes stands at any place of a permuted order, and a permutation takes nobody's part") {
  constexpr NodeId count = 2000;
  const auto others = circle(numbers(count), 0, 0);
  RandomStream random(7, "test");
  double early = 0, places = 0;
  constexpr int orders = 400;
  for (int i = 0; i < orders; ++i) {
    ProbeOrder order;
    order.boot({others, 0});
    order.shuffle(random);
    order.add(count, random);
    const auto all = in_order(order);
    early += std::find(all.begin(), all.end(), count) - all.begin() < count / 2 ? 1 : 0;
    places += static_cast<double>(std::find(all.begin(), all.end(), NodeId{17}) - all.begin());
  }
  CHECK(early == Approx(orders / 2).margin(4 * std::sqrt(orders) / 2));
  CHECK(places / orders == Approx(count / 2).margin(4 * count / std::sqrt(12.0 * orders)));
}

TEST_CASE("a permuted order is that of its key on every machine") {
  RandomStream random(1, "pinned");
  const auto others = circle(numbers(5000), 0, 0);
  ProbeOrder order;
  order.boot({others, 0});
  order.shuffle(random);
  const auto all = in_order(order);
  CHECK(std::vector<NodeId>(all.begin(), all.begin() + 6) == std::vector<NodeId>{476, 4729, 3117, 454, 4691, 4938});
}
