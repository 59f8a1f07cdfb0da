// How runs are divided among tasks, and what each task asks for.
#include "sim/sweep/division.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace hearsay;
using namespace hearsay::sweep;

namespace {

// Runs of these costs, with ids from 1 on.
Stock stock_of(const std::vector<double>& costs) {
  Stock stock;
  for (std::size_t i = 0; i < costs.size(); ++i) {
    stock.missing.push_back({i + 1, costs[i]});
    stock.most_wall_s = std::max(stock.most_wall_s, costs[i]);
  }
  stock.measured = stock.most_wall_s > 0;
  stock.most_rss_mib = stock.measured ? 100 : 0;
  return stock;
}

}  // namespace

TEST_CASE("tasks take about equally long, and each run belongs to one") {
  const auto tasks = divide(stock_of({1, 2, 3, 4, 5, 6, 7}), 3);
  // The longest first, there and back.
  CHECK(tasks == std::vector<std::vector<RunId>>{{7, 2, 1}, {6, 3}, {5, 4}});
}

TEST_CASE("runs of equal cost stand in the order of their ids, and no task is empty") {
  CHECK(divide(stock_of({0, 0, 0}), 40) == std::vector<std::vector<RunId>>{{1}, {2}, {3}});
  CHECK(divide(stock_of({}), 40).empty());
}

TEST_CASE("tasks are of five minutes, at most a thousand, and forty where nothing is known") {
  CHECK(usual_tasks(stock_of(std::vector<double>(100, 0)), 2, 5000) == 40);
  CHECK(usual_tasks(stock_of(std::vector<double>(100, 0)), 2, 16) == 16);
  CHECK(usual_tasks(stock_of(std::vector<double>(100, 6)), 1, 5000) == 2);
  CHECK(usual_tasks(stock_of(std::vector<double>(100, 6.03)), 1, 5000) == 3);
  CHECK(usual_tasks(stock_of(std::vector<double>(100, 6)), 2, 5000) == 1);
  CHECK(usual_tasks(stock_of({0.1}), 1, 5000) == 1);
  CHECK(usual_tasks(stock_of(std::vector<double>(10'000, 300)), 1, 5000) == 1000);
}

TEST_CASE("memory is that of the workers and their parent, in steps of 64 MiB") {
  // Measured: a quarter more than the largest; 256 MiB for the parent.
  CHECK(request_for(stock_of({1}), 2, 1).memory_mib == 512);   // 256 + 2 * 125 = 506
  CHECK(request_for(stock_of({1}), 4, 1).memory_mib == 768);   // 256 + 4 * 125 = 756
  CHECK(request_for(stock_of({0}), 3, 1).memory_mib == 3328);  // unknown: 1 GiB per worker
  CHECK(request_for(stock_of({0}), 3, 1).minutes == std::nullopt);
}

TEST_CASE("time is twice that of a task's runs and of the longest one, and a minute to begin") {
  CHECK(request_for(stock_of(std::vector<double>(100, 6)), 1, 2).minutes == 12);  // 2 (50 * 6 + 6) + 60 = 672 s
  CHECK(request_for(stock_of(std::vector<double>(100, 6)), 2, 2).minutes == 7);   // 2 (50 * 6 / 2 + 6) + 60 = 372 s
  CHECK(request_for(stock_of({60, 60, 60}), 1, 2).minutes == 7);  // two runs in a task: 2 (120 + 60) + 60 = 420 s
  CHECK(request_for(stock_of({15}), 1, 1).minutes == 2);          // 2 (15 + 15) + 60 = 120 s
  CHECK(request_for(stock_of({1}), 1, 0).minutes == std::nullopt);
}
