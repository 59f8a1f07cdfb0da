#include "sim/metrics/protocol_metrics.hpp"

#include <catch2/catch.hpp>

namespace hearsay {
namespace {

using namespace std::chrono_literals;

const std::vector<ProtocolMetric> table{
    {"sent", MetricKind::counter, "", ""},
    {"useful", MetricKind::counter, "", ""},
    {"sent_per_useful", MetricKind::ratio, "", "", 0, 1},
    {"queue", MetricKind::high_water, "", ""},
    {"wait", MetricKind::distribution, "", ""},
    {"held", MetricKind::level, "", ""},
};

std::optional<double> value_of(const ProtocolMetrics& metrics, const std::string& wanted) {
  for (const auto& [name, value] : metrics.summary())
    if (name == wanted) return value;
  FAIL("no metric " << wanted);
  return std::nullopt;
}

TEST_CASE("counters add up, high-water marks keep the largest level, a ratio divides two counters at the end") {
  ProtocolMetrics metrics(table);
  metrics.count(0, 3);
  metrics.count(0, 1);
  metrics.count(1, 2);
  metrics.high_water(3, 7);
  metrics.high_water(3, 5);
  CHECK(value_of(metrics, "sent") == 4.0);
  CHECK(value_of(metrics, "sent_per_useful") == 2.0);
  CHECK(value_of(metrics, "queue") == 7.0);
}

TEST_CASE("a ratio by node divides what was counted about each node, and says where it is least") {
  const std::vector<ProtocolMetric> by_node{
      {"calls", MetricKind::counter, "", ""},
      {"answered", MetricKind::counter, "", ""},
      {"rate", MetricKind::ratio_by_node, "", "", 1, 0},
  };
  ProtocolMetrics metrics(by_node);
  CHECK_FALSE(value_of(metrics, "rate_min"));
  CHECK_FALSE(value_of(metrics, "rate_min_node"));
  metrics.count_about(0, 3, 4);
  metrics.count_about(1, 3, 3);
  metrics.count_about(0, 8, 2);
  metrics.count_about(1, 8, 1);
  metrics.count_about(0, 5, 1);
  metrics.count_about(1, 5, 1);
  metrics.count(0, 100);  // about nobody
  CHECK(value_of(metrics, "calls") == 107.0);
  CHECK(value_of(metrics, "rate_min") == 0.5);
  CHECK(value_of(metrics, "rate_min_node") == 8.0);
  CHECK(value_of(metrics, "rate_max") == 1.0);
  metrics.count_about(0, 2, 1);  // asked, and never answered
  CHECK(value_of(metrics, "rate_min") == 0.0);
  CHECK(value_of(metrics, "rate_min_node") == 2.0);
  metrics.count_about(0, 20, 1);  // behind all that were ever answered
  CHECK(value_of(metrics, "rate_min") == 0.0);
  CHECK(value_of(metrics, "rate_max") == 1.0);
  CHECK(value_of(metrics, "calls") == 109.0);
}

TEST_CASE("a ratio over nothing and a distribution without a sample have no value") {
  const ProtocolMetrics metrics(table);
  CHECK_FALSE(value_of(metrics, "sent_per_useful"));
  CHECK(value_of(metrics, "wait_count") == 0.0);
  CHECK_FALSE(value_of(metrics, "wait_p50_s"));
}

TEST_CASE("a distribution of durations is reported in seconds") {
  ProtocolMetrics metrics(table);
  for (int i = 1; i <= 4; ++i) metrics.sample(4, i * 100ms);
  CHECK(value_of(metrics, "wait_count") == 4.0);
  CHECK(*value_of(metrics, "wait_mean_s") == Approx(0.25));
  CHECK(*value_of(metrics, "wait_p50_s") == Approx(0.3));
  CHECK(*value_of(metrics, "wait_max_s") == Approx(0.4));
}

TEST_CASE("a level is what each replica reported last, all together, without those whose process is gone") {
  ProtocolMetrics metrics(table);
  metrics.level(5, 0, 4);
  metrics.level(5, 1, 2);
  metrics.level(5, 0, 1);
  CHECK(value_of(metrics, "held") == 3.0);
  metrics.forget(1);
  metrics.forget(9);  // which has never reported one
  CHECK(value_of(metrics, "held") == 1.0);
}

}  // namespace
}  // namespace hearsay
