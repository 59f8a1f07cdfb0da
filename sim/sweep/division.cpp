#include "sim/sweep/division.hpp"

#include <algorithm>
#include <cmath>

namespace hearsay::sweep {
namespace {

constexpr double task_s = 300;             // a CPU starts about one task a second, so a task should be much longer
constexpr std::uint32_t blind_tasks = 40;  // without measurements
constexpr std::uint32_t many_tasks = 1000;

// Margins: another machine, another load.
constexpr double time_margin = 2, memory_margin = 1.25;
constexpr double start_s = 60;             // to start, and to read and plan the scenarios
constexpr double parent_mib = 256;         // with the results of a thousand runs
constexpr double blind_worker_mib = 1024;  // without measurements
constexpr double memory_step_mib = 64;

double total_s(const Stock& stock) {
  double sum = 0;
  for (const MissingRun& run : stock.missing) sum += run.cost_s;
  return sum;
}

}  // namespace

Stock take_stock(const Work& work, const std::unordered_set<RunId>& under_way) {
  Stock stock;
  const auto stored = runs_in(*work.common.results);
  const StoredCosts costs = costs_in(*work.common.results);
  std::unordered_set<RunId> seen;
  stock.measured = costs.all.runs > 0;
  for (const PlannedRun& run : plan_of(work).runs) {
    const RunId id = run_id(run.key);
    if (!seen.insert(id).second) continue;
    stock.planned.push_back(id);
    const auto there = stored.find(id);
    if (there != stored.end() && there->second != StoredVerdict::crashed) {
      ++stock.stored;
    } else if (under_way.contains(id)) {
      ++stock.under_way;
    } else {
      const RunCost* cost = costs.like(run.key.scenario_hash, run.which.scenario->name, run.key.label);
      stock.missing.push_back({id, cost != nullptr ? cost->mean_wall_s : 0});
      if (cost == nullptr) continue;
      stock.most_wall_s = std::max(stock.most_wall_s, cost->most_wall_s);
      stock.most_rss_mib = std::max(stock.most_rss_mib, cost->most_rss_mib);
    }
  }
  return stock;
}

std::uint32_t usual_tasks(const Stock& stock, std::size_t jobs, std::uint32_t most) {
  const double fitting = std::ceil(total_s(stock) / (task_s * static_cast<double>(jobs)));
  const std::uint32_t wanted =
      stock.measured ? static_cast<std::uint32_t>(std::clamp(fitting, 1.0, static_cast<double>(many_tasks)))
                     : blind_tasks;
  return std::min(wanted, most);
}

std::vector<std::vector<RunId>> divide(const Stock& stock, std::uint32_t tasks) {
  std::vector<MissingRun> runs = stock.missing;
  std::sort(runs.begin(), runs.end(), [](const MissingRun& a, const MissingRun& b) {
    return a.cost_s != b.cost_s ? a.cost_s > b.cost_s : a.id < b.id;
  });
  const std::size_t count = std::min<std::size_t>(tasks, runs.size());
  std::vector<std::vector<RunId>> divided(count);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::size_t place =
        i % count;  // there and back, so that the first task does not get the longest of each round
    divided[i / count % 2 == 0 ? place : count - 1 - place].push_back(runs[i].id);
  }
  return divided;
}

Request request_for(const Stock& stock, std::size_t jobs, std::size_t tasks) {
  const double workers = static_cast<double>(jobs);
  const double worker_mib = stock.measured ? stock.most_rss_mib * memory_margin : blind_worker_mib;
  const double mib = parent_mib + workers * worker_mib;
  Request request;
  request.memory_mib = static_cast<std::int64_t>(std::ceil(mib / memory_step_mib) * memory_step_mib);
  if (!stock.measured || tasks == 0) return request;
  const double runs = std::ceil(static_cast<double>(stock.missing.size()) / static_cast<double>(tasks));
  const double mean_s = total_s(stock) / static_cast<double>(std::max<std::size_t>(1, stock.missing.size()));
  const double s = time_margin * (runs * mean_s / workers + stock.most_wall_s) + start_s;
  request.minutes = static_cast<std::int64_t>(std::ceil(s / 60));
  return request;
}

}  // namespace hearsay::sweep
