#include "sim/core/metric_table.hpp"

#include <catch2/catch.hpp>

#include "tests/core/aborts.hpp"

namespace hearsay {
namespace {

enum class Metric : MetricIndex { sent, received, share, most, count_ };
enum class More : MetricIndex { lost = static_cast<MetricIndex>(Metric::count_), lost_share, count_ };

constexpr auto counter = MetricKind::counter;
constexpr auto ratio = MetricKind::ratio;

MetricTable<Metric> first_two() {
  MetricTable<Metric> table;
  table.add({{Metric::sent, "sent", counter, "messages", "messages sent"},
             {Metric::received, "received", counter, "messages", "messages received"}});
  return table;
}

std::vector<ProtocolMetric> complete() {
  auto table = first_two();
  table.add({{Metric::share, "share", ratio, "", "received / sent", index(Metric::received), index(Metric::sent)},
             {Metric::most, "most", MetricKind::high_water, "messages", "most messages at a time"}});
  return table.rows();
}

TEST_CASE("a metric's value is the index of its row", "[core]") {
  const auto rows = complete();
  REQUIRE(rows.size() == 4);
  CHECK(rows[index(Metric::received)].name == "received");
  CHECK(rows[index(Metric::received)].unit == "messages");
  CHECK(rows[index(Metric::received)].meaning == "messages received");
  CHECK(rows[index(Metric::most)].kind == MetricKind::high_water);
  CHECK(rows[index(Metric::share)].numerator == index(Metric::received));
  CHECK(rows[index(Metric::share)].denominator == index(Metric::sent));
}

TEST_CASE("the metrics of one enum go on where those of another one end", "[core]") {
  MetricTable<More> table(complete());
  table.add({{More::lost, "lost", counter, "messages", "messages lost"},
             {More::lost_share, "lost_share", ratio, "", "lost / sent", index(More::lost), index(Metric::sent)}});
  const auto rows = table.rows();
  REQUIRE(rows.size() == 6);
  CHECK(rows[index(Metric::sent)].name == "sent");
  CHECK(rows[index(More::lost)].name == "lost");
}

TEST_CASE("a table of metrics with a row missing, or at the place of another, aborts", "[core]") {
  CHECK(aborts([] { return first_two().rows(); }));
  CHECK(aborts([] {
    MetricTable<Metric> table;
    table.add({{Metric::received, "received", counter, "messages", "messages received"}});
  }));
  CHECK(aborts([] {
    auto table = first_two();
    table.add({{Metric::received, "received", counter, "messages", "messages received"}});
  }));
}

TEST_CASE("a ratio of something that is no counter aborts", "[core]") {
  for (const MetricIndex wrong : {index(Metric::share), index(Metric::most), MetricIndex{4}})
    for (const bool numerator : {false, true})
      CHECK(aborts([&] {
        auto table = first_two();
        const MetricIndex sent = index(Metric::sent);
        table.add({{Metric::share, "share", ratio, "", "", numerator ? wrong : sent, numerator ? sent : wrong},
                   {Metric::most, "most", MetricKind::high_water, "messages", "most messages at a time"}});
        return table.rows();
      }));
  CHECK_FALSE(aborts(complete));
}

}  // namespace
}  // namespace hearsay
