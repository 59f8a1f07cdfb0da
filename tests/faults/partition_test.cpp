// The shapes of `partition`, for every size up to 25.
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "fake_scope.hpp"

using namespace hearsay;

namespace {

ParameterValues kind(const std::string& name) { return {{"kind", name}}; }

// Whom each node still receives from, itself included.
std::vector<std::set<NodeId>> views(const LinkState& links, std::uint32_t nodes) {
  std::vector<std::set<NodeId>> seen(nodes);
  for (NodeId a = 0; a < nodes; ++a)
    for (NodeId b = 0; b < nodes; ++b)
      if (a == b || !links.is_cut(b, a)) seen[a].insert(b);
  return seen;
}

bool symmetric(const std::vector<std::set<NodeId>>& seen) {
  for (NodeId a = 0; a < seen.size(); ++a)
    for (const NodeId b : seen[a])
      if (!seen[b].contains(a)) return false;
  return true;
}

struct Fired {
  explicit Fired(const ParameterValues& values, std::uint32_t nodes, std::uint64_t seed = 1) : scope(nodes, seed) {
    fault = make_fault("partition", values, nodes);
    choice = fault->begin(scope);
    seen = views(scope.links(), nodes);
  }
  FakeScope scope;
  std::unique_ptr<Fault> fault;
  FaultChoice choice;
  std::vector<std::set<NodeId>> seen;
};

// Sizes of the sets of nodes that see exactly each other; requires that views are such.
std::multiset<std::size_t> component_sizes(const std::vector<std::set<NodeId>>& seen) {
  std::set<std::set<NodeId>> components(seen.begin(), seen.end());
  std::multiset<std::size_t> sizes;
  std::size_t sum = 0;
  for (const auto& component : components) {
    sizes.insert(component.size());
    sum += component.size();
  }
  REQUIRE(sum == seen.size());
  return sizes;
}

}  // namespace

TEST_CASE("halves: by id, the first one smaller where the number is odd") {
  for (std::uint32_t n = 1; n <= 25; ++n) {
    Fired fired(kind("halves"), n);
    for (NodeId a = 0; a < n; ++a)
      for (NodeId b = 0; b < n; ++b) CHECK(fired.seen[a].contains(b) == ((a < n / 2) == (b < n / 2)));
    fired.fault->end(fired.scope, fired.choice);
    CHECK(fired.scope.links().quiet());
  }
}

TEST_CASE("random-halves: two halves, not always the same") {
  for (std::uint32_t n = 2; n <= 25; ++n) {
    Fired fired(kind("random-halves"), n);
    CHECK(component_sizes(fired.seen) == std::multiset<std::size_t>{n / 2, n - n / 2});
  }
  CHECK(Fired(kind("random-halves"), 25, 1).choice.text != Fired(kind("random-halves"), 25, 2).choice.text);
}

TEST_CASE("isolate: one node alone, all others together") {
  std::set<std::string> choices;
  for (std::uint32_t n = 2; n <= 25; ++n)
    CHECK(component_sizes(Fired(kind("isolate"), n).seen) == std::multiset<std::size_t>{1, n - 1});
  for (std::uint64_t seed = 1; seed <= 40; ++seed) choices.insert(Fired(kind("isolate"), 5, seed).choice.text);
  CHECK(choices.size() == 5);
}

TEST_CASE("minority-third: about a third, at least one and less than half") {
  for (std::uint32_t n = 3; n <= 25; ++n) {
    const auto sizes = component_sizes(Fired(kind("minority-third"), n).seen);
    REQUIRE(sizes.size() == 2);
    CHECK(*sizes.begin() == std::max<std::uint32_t>(1, (n - 1) / 3));  // the largest number below a third
    CHECK(2 * *sizes.begin() < n);
  }
  for (const std::uint32_t n : {1U, 2U})  // one of two would be half
    CHECK(component_sizes(Fired(kind("minority-third"), n).seen).size() == 1);
}

TEST_CASE("majorities-ring: each node hears the smallest majority, and no two nodes hear the same") {
  for (std::uint32_t n = 1; n <= 25; ++n) {
    Fired fired(kind("majorities-ring"), n);
    INFO("n = " << n);
    const std::size_t majority = n / 2 + 1;
    if (majority % 2 == 1) CHECK(symmetric(fired.seen));
    for (NodeId node = 0; node < n; ++node) {
      CHECK(fired.seen[node].size() == majority);
      CHECK(fired.seen[node].contains(node));
    }
    if (n >= 3) CHECK(std::set<std::set<NodeId>>(fired.seen.begin(), fired.seen.end()).size() == n);
    fired.fault->end(fired.scope, fired.choice);
    CHECK(fired.scope.links().quiet());
  }
}

TEST_CASE("bridge: exactly one node sees everybody and connects two halves") {
  for (std::uint32_t n = 3; n <= 25; ++n) {
    const Fired fired(kind("bridge"), n);
    CHECK(symmetric(fired.seen));
    std::multiset<std::size_t> sizes;
    std::size_t bridges = 0;
    for (const auto& view : fired.seen) {
      if (view.size() == n)
        ++bridges;
      else
        sizes.insert(view.size());
    }
    CHECK(bridges == 1);
    CHECK(*sizes.begin() == (n - 1) / 2 + 1);             // a half and the bridge
    CHECK(*sizes.rbegin() == (n - 1) - (n - 1) / 2 + 1);  // the other one
  }
}

TEST_CASE("shapes are made of the nodes that are there") {
  FakeScope scope(6);
  scope.make_absent(0);
  scope.make_absent(1);
  make_fault("partition", kind("halves"), 6)->begin(scope);
  CHECK(scope.links().is_cut(2, 4));
  CHECK_FALSE(scope.links().is_cut(2, 3));
  CHECK_FALSE(scope.links().is_cut(0, 4));
}

TEST_CASE("explicit groups cut each other, and nodes in none of them reach all") {
  const ParameterValues values{{"groups", std::vector<Selector>{Selector::of({0, 1}), Selector::of({3})}}};
  const Fired fired(values, 5);
  CHECK(fired.seen[0] == std::set<NodeId>{0, 1, 2, 4});
  CHECK(fired.seen[3] == std::set<NodeId>{2, 3, 4});
  CHECK(fired.seen[2].size() == 5);
  CHECK(fired.choice.text == "groups [[0, 1], [3]]");
}

TEST_CASE("a random group does not take nodes from the groups before it") {
  Selector two;
  two.kind = Selector::Kind::random_count;
  two.count = 5;
  const ParameterValues values{{"groups", std::vector<Selector>{Selector::of({0, 1}), two}}};
  const Fired fired(values, 5);
  CHECK(fired.seen[0] == std::set<NodeId>{0, 1});
  CHECK(fired.seen[2] == std::set<NodeId>{2, 3, 4});
}

TEST_CASE("one-way: from and to, each all nodes unless given") {
  Fired both({{"from", Selector::of({0})}, {"to", Selector::of({1})}}, 3);
  CHECK(both.scope.links().is_cut(0, 1));
  CHECK_FALSE(both.scope.links().is_cut(1, 0));
  CHECK_FALSE(both.scope.links().is_cut(0, 2));
  Fired deaf({{"to", Selector::of({1})}}, 3);
  CHECK(deaf.scope.links().is_cut(0, 1));
  CHECK(deaf.scope.links().is_cut(2, 1));
  CHECK_FALSE(deaf.scope.links().is_cut(1, 0));
}

TEST_CASE("behavior: reject holds for every way to partition") {
  for (ParameterValues values : {kind("halves"), kind("majorities-ring"), kind("bridge"),
                                 ParameterValues{{"from", Selector::of({0})}, {"to", Selector::all()}}}) {
    values["behavior"] = std::string("reject");
    const Fired fired(values, 5);
    std::size_t cuts = 0;
    auto& links = const_cast<FakeScope&>(fired.scope).links();
    for (NodeId a = 0; a < 5; ++a)
      for (NodeId b = 0; b < 5; ++b) {
        Verdict verdict;
        if (a == b || !links.is_cut(a, b, &verdict)) continue;
        ++cuts;
        CHECK(verdict.fate == Verdict::Fate::reject);
      }
    CHECK(cuts > 0);
  }
}

TEST_CASE("random shapes depend on the firing's stream alone") {
  for (const char* name : {"random-halves", "isolate", "minority-third", "majorities-ring", "bridge"}) {
    const Fired first(kind(name), 9, 4), again(kind(name), 9, 4), other(kind(name), 9, 5);
    CHECK(first.seen == again.seen);
    CHECK(first.choice.text == again.choice.text);
    CHECK(first.choice.text != other.choice.text);
  }
}

TEST_CASE("a partition is said in exactly one way, with groups that share no node") {
  const auto make = [](const ParameterValues& values) { return make_fault("partition", values, 5); };
  const Value two_groups = std::vector<Selector>{Selector::of({0}), Selector::of({1})};
  CHECK_THROWS_AS(make({}), ParameterError);
  CHECK_THROWS_AS(make({{"kind", std::string("halves")}, {"groups", two_groups}}), ParameterError);
  CHECK_THROWS_AS(make({{"kind", std::string("halves")}, {"from", Selector::all()}}), ParameterError);
  CHECK_THROWS_AS(make({{"groups", std::vector<Selector>{Selector::of({0})}}}), ParameterError);
  CHECK_THROWS_AS(make({{"groups", std::vector<Selector>{Selector::of({0, 1}), Selector::of({1, 2})}}}),
                  ParameterError);
  CHECK_NOTHROW(make({{"groups", two_groups}}));
}

TEST_CASE("a ring is spelt out, every node once") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const std::string ring = Fired(kind("majorities-ring"), 5, seed).choice.text;
    CHECK(ring.starts_with("majorities-ring ["));
    CHECK(ring.size() == std::string("majorities-ring [0, 1, 2, 3, 4]").size());
    CHECK(std::ranges::count(ring, ',') == 4);
    CHECK(ring.find("[,") == std::string::npos);
  }
}

TEST_CASE("a bridge's halves are spelt out in ascending order") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const std::string text = Fired(kind("bridge"), 9, seed).choice.text;
    INFO(text);
    char last = '0';
    for (std::size_t i = text.find("[[") + 1; i < text.find("]]"); ++i) {
      if (text[i] == '[') last = '0';
      if (text[i] < '0' || text[i] > '9') continue;
      CHECK(text[i] >= last);
      last = text[i];
    }
  }
}
