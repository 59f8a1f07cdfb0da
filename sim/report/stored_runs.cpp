#include "sim/report/stored_runs.hpp"

#include <algorithm>

#include "sim/core/random.hpp"
#include "sim/report/sqlite.hpp"

namespace hearsay {

StoredVerdict verdict_of(std::string_view word) {
  if (word == "pass") return StoredVerdict::pass;
  if (word == "fail") return StoredVerdict::fail;
  return word == "inconclusive" ? StoredVerdict::inconclusive : StoredVerdict::crashed;
}

RunId run_id(const RunKey& key) { return hash_text(identity(key) + " " + key.version.get()); }

std::unordered_map<RunId, StoredVerdict> runs_in(const std::string& file) {
  std::unordered_map<RunId, StoredVerdict> runs;
  auto connection = open_store_if_begun(file);
  if (!connection) return runs;
  Statement select(*connection,
                   "SELECT scenario_hash, protocol, label, params_key, case_key, seed, version, verdict FROM runs");
  RunKey key;
  while (select.step()) {
    int column = 0;
    for (SharedText* text : {&key.scenario_hash, &key.protocol, &key.label, &key.params, &key.case_values}) {
      if (text->get() != select.view(column)) *text = select.text(column);
      ++column;
    }
    key.seed = select.whole(column++);
    if (key.version.get() != select.view(column)) key.version = select.text(column);
    runs[run_id(key)] = verdict_of(select.view(++column));
  }
  return runs;
}

std::int64_t count_runs(const std::string& file) {
  try {
    auto connection = open_store_if_begun(file);
    return connection ? connection->count("SELECT count(*) FROM runs") : 0;
  } catch (const StoreError&) {
    return 0;
  }
}

void RunCost::add(const RunCost& other) {
  const auto sum = static_cast<double>(runs + other.runs);
  if (sum > 0)
    mean_wall_s = (mean_wall_s * static_cast<double>(runs) + other.mean_wall_s * static_cast<double>(other.runs)) / sum;
  runs += other.runs;
  most_wall_s = std::max(most_wall_s, other.most_wall_s);
  most_rss_mib = std::max(most_rss_mib, other.most_rss_mib);
}

const RunCost* StoredCosts::like(const std::string& scenario_hash, const std::string& scenario,
                                 const std::string& label) const {
  if (const auto it = by_content.find({scenario_hash, label}); it != by_content.end()) return &it->second;
  if (const auto it = by_scenario.find({scenario, label}); it != by_scenario.end()) return &it->second;
  return all.runs > 0 ? &all : nullptr;
}

StoredCosts costs_in(const std::string& file) {
  StoredCosts costs;
  auto connection = open_store_if_begun(file);
  if (!connection) return costs;
  Statement select(*connection,
                   "SELECT scenario_hash, label, scenario, count(*), avg(cost_wall_s), max(cost_wall_s), "
                   "max(cost_peak_rss_mib) FROM runs WHERE run_hash IS NOT NULL GROUP BY 1, 2, 3");
  while (select.step()) {
    const RunCost cost{select.integer(3), select.number(4).value_or(0), select.number(5).value_or(0),
                       select.number(6).value_or(0)};
    costs.by_content[{select.text(0), select.text(1)}].add(cost);
    costs.by_scenario[{select.text(2), select.text(1)}].add(cost);
    costs.all.add(cost);
  }
  return costs;
}

}  // namespace hearsay
