// The search of `tune` on functions whose frontier is known, and its parts.
#include "sim/sweep/tune_search.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <set>

#include "sim/cli/command.hpp"
#include "sim/core/random.hpp"

namespace hearsay::tune {
namespace {

Candidate candidate_of(const std::vector<Figures>& outcomes) {
  Candidate candidate;
  for (const Figures& figures : outcomes) candidate.outcomes.push_back({figures, true});
  return candidate;
}

// x against (1 - x)^2 + y, each with noise that depends on the seed alone: the frontier is y = 0.
struct Valley {
  double noise = 0.05;
  bool all_forbidden = false;
  std::size_t runs = 0;
  std::set<std::uint64_t> search_seeds, fresh_seeds;

  Evaluate evaluate() {
    return [this](std::vector<Candidate>& candidates, const std::vector<Wanted>& wanted) {
      for (const Wanted& one : wanted)
        for (std::uint64_t seed = one.first_seed; seed <= one.last_seed; ++seed) {
          ++runs;
          (seed < first_fresh_seed ? search_seeds : fresh_seeds).insert(seed);
          Candidate& candidate = candidates[one.candidate];
          const double x = candidate.place[0], y = candidate.place[1];
          RandomStream random(seed, candidate.values[0] + " " + candidate.values[1]);
          candidate.outcomes.push_back(
              {{x + noise * random.uniform(), (1 - x) * (1 - x) + y + noise * random.uniform()},
               !all_forbidden && x < 0.9});
        }
      return true;
    };
  }
};

SearchPlan plan_of(std::size_t budget) { return {{read_axis("a=0..1"), read_axis("b=0.0..1.0")}, 2, budget, 1}; }

}  // namespace

TEST_CASE("a range is read with its unit, and its values are written as a scenario writes them") {
  CHECK(read_axis("params.fanout=1..8").text_at(0) == "1");
  CHECK(read_axis("params.fanout=1..8").text_at(0.999) == "8");
  CHECK(read_axis("params.fanout=1..8").text_at(0.125) == "2");
  CHECK(read_axis("params.fanout=1..8").text_at(0.5) == "5");
  CHECK(read_axis("params.fanout=1..8").levels() == 8);
  CHECK(read_axis("a=0..999").levels() == 1000);
  CHECK(read_axis("a=0..1000").levels() == 0);
  CHECK(read_axis("params.interval=50ms..2s:log").text_at(0) == "50ms");
  CHECK(read_axis("params.interval=50ms..2s:log").text_at(0.5) == "316ms");  // sqrt(50 * 2000)
  CHECK(read_axis("params.interval=50ms..2s").text_at(0.5) == "1.02s");      // 1.025 s, to three digits
  CHECK(read_axis("a=0s..1ms").text_at(0.5) == "500us");
  CHECK(read_axis("a=0..1").text_at(0.7) == "1");
  CHECK(read_axis("a=0.5..1").text_at(0.5) == "0.75");
  CHECK(read_axis("a=10%..50%").text_at(0.5) == "30%");
  CHECK(read_axis("a=10/s..1000/s:log").text_at(0.5) == "100/s");
  CHECK(read_axis("a=1KiB..3KiB").text_at(0.5) == "2050B");
  CHECK(read_axis("a=1Mbps..3Mbps").text_at(0.5) == "2e+06bps");
  CHECK(read_axis("a=x,y,z").text_at(0.5) == "y");
  for (const char* wrong :
       {"a", "=1..2", "a=1", "a=2..1", "a=1..1", "a=1ms..2", "a=0..5:log", "a=x,", "a=x,y:log", "a=1..2ms"})
    CHECK_THROWS_AS(read_axis(wrong), UsageError);
}

TEST_CASE("of a Latin hypercube every part of every axis holds one point") {
  const auto points = latin_hypercube(20, 3, 7);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    std::set<int> parts;
    for (const Point& point : points) parts.insert(static_cast<int>(point[axis] * 20));
    CHECK(parts.size() == 20);
  }
  CHECK(points == latin_hypercube(20, 3, 7));
  CHECK(points != latin_hypercube(20, 3, 8));
}

TEST_CASE("a frontier is what nothing dominates, and its knee is nearest to the best of everything") {
  const double never = std::numeric_limits<double>::infinity();
  const std::vector<Figures> all{{1, 9}, {2, 3}, {2, 4}, {9, 1}, {never, 0.5}, {never, never}};
  CHECK(front_of(all) == std::vector<std::size_t>{0, 1, 3, 4});
  CHECK(knee_of({{1, 9}, {2, 3}, {9, 1}}) == 1);
  CHECK(knee_of({{1, 1000}, {100, 800}, {1000, 1}}) == 0);  // on logarithmic scales; on linear ones it is the second
  CHECK(knee_of({{0, 10}, {5, 5}, {100, 0}}) == 1);         // a scale with 0 is linear
  CHECK(knee_of({{3, 9}, {3, 1}}) == 1);                    // where all are alike nothing decides
  CHECK(dominates({1, 2}, {1, 3}));
  CHECK_FALSE(dominates({1, 2}, {1, 2}));
}

TEST_CASE("a setting is surely worse only if the seeds show it") {
  std::vector<Figures> low, high, mixed;
  for (int seed = 0; seed < 6; ++seed) {
    low.push_back({1.0 + seed, 1});
    high.push_back({1.5 + seed, 1});  // always above, by less than seeds differ
    mixed.push_back({1.0 + seed + (seed % 2 == 0 ? 1 : -0.9), 1});
  }
  CHECK(surely_worse(candidate_of(high), candidate_of(low)));
  CHECK_FALSE(surely_worse(candidate_of(low), candidate_of(high)));
  CHECK_FALSE(surely_worse(candidate_of(mixed), candidate_of(low)));
  high.resize(3);  // three seeds cannot show it at 5 %
  CHECK_FALSE(surely_worse(candidate_of(high), candidate_of(low)));
}

TEST_CASE("the effect of a parameter is the share of the ranks that it explains") {
  std::vector<double> x, none, rising, hump;
  RandomStream random(1, "effects");
  for (int i = 0; i < 100; ++i) {
    x.push_back(i / 100.0);
    none.push_back(random.uniform());
    rising.push_back(-1000 + i * i);
    hump.push_back(-std::fabs(i - 49.5));
  }
  CHECK(effect_of(x, 0, rising).value().share > 0.9);
  CHECK(effect_of(x, 0, rising).value().correlation == Approx(1));
  CHECK(effect_of(x, 0, hump).value().share > 0.7);
  CHECK(std::fabs(effect_of(x, 0, hump).value().correlation) < 0.1);
  CHECK(effect_of(x, 0, none).value().share < 0.1);
}

TEST_CASE("what no two settings share, or what does not differ, shows no effect") {
  CHECK_FALSE(effect_of({0.1, 0.3, 0.6, 0.9}, 4, {1, 2, 3, 4}));
  CHECK(effect_of({0.1, 0.3, 0.6, 0.9, 0.1}, 4, {1, 2, 3, 4, 1}));
  CHECK_FALSE(effect_of({0.1, 0.3, 0.6, 0.9, 0.1}, 4, {2, 2, 2, 2, 2}));
  CHECK_FALSE(effect_of({}, 4, {}));
}

TEST_CASE("the search finds a known frontier within its budget, and measures it on seeds that chose nothing") {
  Valley valley;
  const SearchPlan plan = plan_of(1200);
  const auto result = search(plan, valley.evaluate(), [](const std::string&) {});
  REQUIRE(result);
  CHECK(valley.runs == result->runs);
  CHECK(result->runs <= 1200);
  CHECK(result->runs > 1000);
  REQUIRE(result->front.size() >= 2);
  std::size_t good = 0, settings_with_few_seeds = 0;
  for (const FinalPoint& point : result->front) {
    good += point.on_front && point.fresh.place[1] < 0.1 ? 1 : 0;
    CHECK(point.fresh.place[0] < 0.9);  // the constraint
    CHECK(point.fresh.outcomes.size() == result->fresh_seeds);
    REQUIRE(point.intervals[1]);
    CHECK(point.intervals[1]->low <= point.figures[1]);
    CHECK(point.intervals[1]->high >= point.figures[1]);
  }
  CHECK(good >= 2);
  CHECK(result->front[result->knee].on_front);
  for (const Candidate& candidate : result->candidates)
    settings_with_few_seeds += candidate.outcomes.size() == 3 ? 1 : 0;
  CHECK(settings_with_few_seeds * 2 >= result->hypercube);  // bad ones are given up early
  CHECK(*valley.search_seeds.rbegin() == 24);
  CHECK(*valley.fresh_seeds.begin() == first_fresh_seed);
}

TEST_CASE("a search goes by the same stages each time: a store's runs serve its repetition") {
  Valley valley;
  std::string stages;
  const auto result =
      search(plan_of(600), valley.evaluate(), [&](const std::string& stage) { stages += stage + "\n"; });
  REQUIRE(result);
  CHECK(stages == R"(hypercube, 37 settings, 3 seeds, 111 of 600 runs
hypercube, 17 settings, 6 seeds, 162 of 600 runs
hypercube, 5 settings, 12 seeds, 192 of 600 runs
hypercube, 3 settings, 24 seeds, 228 of 600 runs
refinement 1, 18 settings, 3 seeds, 282 of 600 runs
refinement 1, 9 settings, 6 seeds, 309 of 600 runs
refinement 1, 4 settings, 12 seeds, 333 of 600 runs
refinement 1, 2 settings, 24 seeds, 357 of 600 runs
refinement 2, 7 settings, 3 seeds, 378 of 600 runs
refinement 2, 4 settings, 6 seeds, 390 of 600 runs
refinement 2, 2 settings, 12 seeds, 402 of 600 runs
refinement 2, 1 setting, 24 seeds, 414 of 600 runs
refinement 3, 4 settings, 3 seeds, 426 of 600 runs
refinement 3, 2 settings, 6 seeds, 432 of 600 runs
refinement 3, 1 setting, 12 seeds, 438 of 600 runs
refinement 3, 1 setting, 24 seeds, 450 of 600 runs
frontier, 12 settings, 12 fresh seeds, 594 of 600 runs
)");
  CHECK(result->hypercube == 37);
  CHECK(result->candidates.size() == 66);
  CHECK(result->runs == 594);
  double places = 0;  // where it went, in order
  for (std::size_t i = 0; i < result->candidates.size(); ++i)
    places += static_cast<double>(i + 1) * (result->candidates[i].place[0] + 2 * result->candidates[i].place[1]);
  CHECK(places == Approx(2141.2176894602));
}

TEST_CASE("what was chosen for its luck looks worse on fresh seeds, and that is what is reported") {
  Valley valley;
  valley.noise = 1;
  const auto result = search(plan_of(1200), valley.evaluate(), [](const std::string&) {});
  REQUIRE(result);
  double searched = 0, fresh = 0;
  for (const FinalPoint& point : result->front) {
    searched += point.searched[0] + point.searched[1];
    fresh += point.figures[0] + point.figures[1];
  }
  CHECK(fresh > searched);
}

TEST_CASE("without a setting that keeps the constraints there is no frontier, and an interrupt ends the search") {
  Valley valley;
  valley.all_forbidden = true;
  const auto result = search(plan_of(300), valley.evaluate(), [](const std::string&) {});
  REQUIRE(result);
  CHECK(result->front.empty());
  CHECK_FALSE(search(
      plan_of(300), [](auto&, const auto&) { return false; }, [](const std::string&) {}));
}

}  // namespace hearsay::tune
