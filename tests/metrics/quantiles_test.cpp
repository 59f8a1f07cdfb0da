// Quantiles: exact for few samples, close for many.
#include "sim/metrics/quantiles.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>

#include "sim/core/random.hpp"

namespace hearsay {
namespace {

TEST_CASE("the floor index is Jepsen's") {
  CHECK(floor_index(0, 10) == 0);
  CHECK(floor_index(0.5, 10) == 5);
  CHECK(floor_index(0.95, 10) == 9);
  CHECK(floor_index(0.99, 100) == 99);
  CHECK(floor_index(1, 10) == 9);
  CHECK(floor_index(1, 1) == 0);
}

TEST_CASE("quantiles of few samples are samples, in whatever order they came") {
  DurationSamples samples;
  for (const int s : {5, 1, 4, 2, 3}) samples.add(std::chrono::seconds(s));
  const Quantiles q = samples.summary();
  CHECK(q.count == 5);
  CHECK(q.p50 == Approx(3));
  CHECK(q.p90 == Approx(5));
  CHECK(q.p99 == Approx(5));
  CHECK(q.max == Approx(5));
  CHECK(q.mean == Approx(3));
}

TEST_CASE("no samples have no quantiles") {
  const Quantiles q = DurationSamples().summary();
  CHECK(q.count == 0);
  CHECK(q.p50 == std::nullopt);
  CHECK(q.max == std::nullopt);
  CHECK(q.mean == std::nullopt);
}

TEST_CASE("a negative duration counts as none") {
  DurationSamples samples;
  samples.add(Duration(-5));
  CHECK(samples.summary().max == Approx(0));
}

TEST_CASE("quantiles are exact up to a limit, and within 0.05 % beyond it; ends and mean are exact always") {
  RandomStream random(1, "quantiles");
  const std::size_t limit = DurationSamples::exact_limit;
  const auto count = GENERATE_COPY(as<std::size_t>{}, limit, limit + 1, 300000);
  DurationSamples samples;
  std::vector<std::int64_t> all;
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    // From nanoseconds to hours.
    const auto ns = static_cast<std::int64_t>(random.next() >> (16 + random.below(48)));
    samples.add(Duration(ns));
    all.push_back(ns);
    sum += static_cast<double>(ns);
  }
  std::sort(all.begin(), all.end());
  const std::array<double, 9> qs{0, 0.001, 0.25, 0.5, 0.75, 0.9, 0.99, 0.9999, 1};
  const std::vector<Duration> found = samples.at(qs);
  for (std::size_t i = 0; i < qs.size(); ++i) {
    const auto exact = static_cast<double>(all[floor_index(qs[i], count)]);
    CHECK(std::abs(static_cast<double>(found[i].count()) - exact) <= (count > limit ? exact * 0.0005 : 0));
  }
  CHECK(found.front().count() == all.front());
  CHECK(found.back().count() == all.back());
  CHECK(samples.summary().max == Approx(seconds(Duration(all.back()))));
  CHECK(samples.summary().mean == Approx(sum / static_cast<double>(count) * 1e-9).epsilon(1e-9));
}

TEST_CASE("the largest duration that there is has a bucket") {
  DurationSamples samples;
  for (std::size_t i = 0; i <= DurationSamples::exact_limit + 1; ++i) samples.add(forever);
  CHECK(samples.summary().p50 == Approx(seconds(forever)));
  CHECK(samples.summary().mean == Approx(seconds(forever)));
}

}  // namespace
}  // namespace hearsay
