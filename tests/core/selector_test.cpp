// Node selectors: whom they name, and how they are written.
#include "sim/core/selector.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace hearsay;

namespace {

using Ids = std::vector<NodeId>;

Selector of_kind(Selector::Kind kind) {
  Selector selector;
  selector.kind = kind;
  return selector;
}
Selector random_count(std::uint64_t count) {
  Selector selector = of_kind(Selector::Kind::random_count);
  selector.count = count;
  return selector;
}
Selector random_share(double share) {
  Selector selector = of_kind(Selector::Kind::random_share);
  selector.share = share;
  return selector;
}
Selector in_zone(const std::string& name) {
  Selector selector = of_kind(Selector::Kind::zone);
  selector.zone = name;
  return selector;
}
Selector all_but(const Selector& operand) {
  Selector selector = of_kind(Selector::Kind::negation);
  selector.operand = std::make_shared<Selector>(operand);
  return selector;
}

Ids chosen(const Selector& selector, const Ids& candidates, std::uint64_t seed = 1, const ZoneMap& zones = {}) {
  RandomStream random(seed, "test.selector");
  return select(selector, candidates, zones, random);
}

const Ids ten{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

}  // namespace

TEST_CASE("`all` and written-out nodes name candidates only, in ascending order") {
  CHECK(chosen(Selector::all(), ten) == ten);
  CHECK(chosen(Selector::of({7, 3, 5}), ten) == Ids{3, 5, 7});
  CHECK(chosen(Selector::of({1, 2, 3}), {2, 3, 4}) == Ids{2, 3});
  CHECK(chosen(Selector::of({1}), {}).empty());
}

TEST_CASE("a random count names that many different candidates, or all if there are fewer") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const Ids three = chosen(random_count(3), ten, seed);
    CHECK(three.size() == 3);
    CHECK(std::is_sorted(three.begin(), three.end()));
    CHECK(std::adjacent_find(three.begin(), three.end()) == three.end());
  }
  CHECK(chosen(random_count(30), ten) == ten);
}

TEST_CASE("a random share is rounded to the nearest count, but is at least one node") {
  CHECK(chosen(random_share(0.2), ten).size() == 2);
  CHECK(chosen(random_share(0.26), ten).size() == 3);
  CHECK(chosen(random_share(0.01), ten).size() == 1);
  CHECK(chosen(random_share(0), ten).empty());
  CHECK(chosen(random_share(1), ten) == ten);
}

TEST_CASE("every candidate is equally likely to be drawn") {
  std::vector<int> hits(10);
  constexpr int draws = 10000;
  RandomStream random(5, "test.fair");
  for (int i = 0; i < draws; ++i)
    for (const NodeId node : select(random_count(3), ten, {}, random)) ++hits[node];
  const double mean = draws * 0.3, sigma = std::sqrt(draws * 0.3 * 0.7);
  for (const int count : hits) CHECK(std::abs(count - mean) < 4 * sigma);
}

TEST_CASE("random choices repeat with the seed and differ between seeds") {
  CHECK(chosen(random_count(5), ten, 3) == chosen(random_count(5), ten, 3));
  CHECK(chosen(random_count(5), ten, 3) != chosen(random_count(5), ten, 4));
}

TEST_CASE("a zone names the nodes placed there, and nobody where the scenario places no zones") {
  const ZoneMap zones{{"us", "eu"}, {0, 0, 1, 1, 1, 0, 0, 0, 0, 0}};
  CHECK(chosen(in_zone("eu"), ten, 1, zones) == Ids{2, 3, 4});
  CHECK(chosen(in_zone("mars"), ten, 1, zones).empty());
  CHECK(chosen(in_zone("eu"), ten).empty());
}

TEST_CASE("a negation names the other candidates") {
  CHECK(chosen(all_but(Selector::of({0, 1, 2, 3, 4})), ten) == Ids{5, 6, 7, 8, 9});
  CHECK(chosen(all_but(Selector::all()), ten).empty());
  CHECK(chosen(all_but(all_but(Selector::of({4}))), ten) == Ids{4});
  CHECK(chosen(all_but(random_count(4)), ten).size() == 6);
}

TEST_CASE("only selectors that draw are random, also under a negation") {
  CHECK_FALSE(Selector::all().is_random());
  CHECK_FALSE(all_but(Selector::of({1})).is_random());
  CHECK(random_count(1).is_random());
  CHECK(all_but(random_share(0.5)).is_random());
}

TEST_CASE("selectors are written as a scenario writes them") {
  CHECK(to_string(Selector::all()) == "all");
  CHECK(to_string(Selector::of({0, 3, 5, 6, 7, 8, 9})) == "[0, 3, 5..9]");
  CHECK(to_string(Selector::of({1, 2})) == "[1, 2]");
  CHECK(to_string(Selector::of({})) == "[]");
  CHECK(to_string(random_count(3)) == "{random: 3}");
  CHECK(to_string(random_share(0.2)) == "{random: 20%}");
  CHECK(to_string(random_share(0.125)) == "{random: 12.5%}");
  CHECK(to_string(in_zone("eu")) == "{zone: eu}");
  CHECK(to_string(all_but(Selector::of({7}))) == "{not: [7]}");
  CHECK(Selector::of({1, 2}) == Selector::of({1, 2}));
  CHECK_FALSE(Selector::of({1, 2}) == Selector::all());
}
