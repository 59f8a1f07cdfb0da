#include "sim/report/run_table.hpp"

#include <algorithm>
#include <cctype>
#include <tuple>

#include "sim/report/comparison.hpp"
#include "sim/report/sqlite.hpp"

namespace hearsay {
namespace {

// "nodes=10;network.loss=1%;" as plan.cpp writes it.
std::vector<std::pair<std::string, std::string>> read_case(const std::string& key) {
  std::vector<std::pair<std::string, std::string>> values;
  for (std::size_t begin = 0, end = 0; (end = key.find(';', begin)) != std::string::npos; begin = end + 1) {
    const std::string part = key.substr(begin, end - begin);
    const std::size_t equals = part.find('=');
    if (equals != std::string::npos)
      values.emplace_back(part.substr(0, equals), part.substr(equals + 1));
    else if (!values.empty())
      values.back().second += ";" + part;  // a value with a semicolon in it
  }
  return values;
}

// `nodes=10` as text that sorts behind `nodes=9`: digits behind their number.
std::string sortable(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0) ++end;
    if (end > i) out += static_cast<char>('0' + std::min<std::size_t>(end - i, 70));
    end = std::max(end, i + 1);
    out.append(text, i, end - i);
    i = end;
  }
  return out;
}

using SortKey = std::tuple<std::string, std::string, std::string, std::string, std::string>;

std::vector<StoredRun> sorted(std::vector<std::pair<SortKey, StoredRun>> runs) {
  std::stable_sort(runs.begin(), runs.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<StoredRun> all;
  for (auto& [key, run] : runs) all.push_back(std::move(run));
  return all;
}

std::string select_sql() {
  std::string sql = "SELECT scenario, scenario_hash, protocol, label, params_key, case_key, seed, nodes, converged";
  for (const ComparedFigure& figure : compared_figures()) sql += std::string(", ") + figure.sql;
  return sql +
         " FROM runs WHERE id IN (SELECT max(id) FROM runs GROUP BY scenario_hash, protocol, label, params_key, "
         "case_key, seed) ORDER BY id";
}

}  // namespace

// Writes that never became stable are infinitely late: where they are more than half (a hundredth) of all, so is the
// median (the 99th percentile). A run that crashed has no value at all.
const std::vector<ComparedFigure>& compared_figures() {
  static const std::vector<ComparedFigure> figures{
      {"convergence_time_s", "conv.\ntime s", "CASE WHEN converged = 0 THEN 9e999 ELSE convergence_time_s END"},
      {"divergence_s", "diverg-\nence s", "divergence_s"},
      {"lost_writes", "lost\nwrites", "lost_writes"},
      {"missing", "missing", "missing"},
      {"stable_p50_ms", "stable\np50 ms",
       "CASE WHEN never_stable > 0.5 * operations_writes_acknowledged THEN 9e999 ELSE 1e3 * stable_latency_s_p50 END"},
      {"stable_p99_ms", "stable\np99 ms",
       "CASE WHEN never_stable > 0.01 * operations_writes_acknowledged THEN 9e999 ELSE 1e3 * stable_latency_s_p99 END"},
      {"never_stable", "never\nstable", "never_stable"},
      {"client_p50_ms", "client\np50 ms", "1e3 * client_latency_s_p50"},
      {"client_p99_ms", "client\np99 ms", "1e3 * client_latency_s_p99"},
      {"messages_per_op", "msgs\n/op", "messages_per_op"},
      {"kilobytes_per_op", "kB\n/op", "1e-3 * messages_bytes / nullif(operations_attempted, 0)"},
      {"redundant_percent", "redun-\ndant %", "100.0 * messages_redundant / nullif(messages_delivered, 0)"},
  };
  return figures;
}

std::vector<StoredRun> latest_runs(const std::string& file, std::size_t& superseded) {
  Connection connection = open_store(file);
  Statement select(connection, select_sql());
  std::vector<std::pair<SortKey, StoredRun>> runs;
  while (select.step()) {
    StoredRun run{select.text(0),
                  select.text(1),
                  select.text(2),
                  select.text(3),
                  select.text(4),
                  select.text(6),
                  read_case(select.text(5)),
                  static_cast<std::uint32_t>(select.integer(7)),
                  std::nullopt,
                  {}};
    if (const auto converged = select.number(8)) run.converged = *converged != 0;
    for (std::size_t f = 0; f < compared_figures().size(); ++f)
      run.figures.push_back(select.number(9 + static_cast<int>(f)));
    SortKey key{run.scenario, sortable(select.text(5)), run.label, run.params, sortable(run.seed)};
    runs.emplace_back(std::move(key), std::move(run));
  }
  superseded = static_cast<std::size_t>(connection.count("SELECT count(*) FROM runs")) - runs.size();
  return sorted(std::move(runs));
}

}  // namespace hearsay
