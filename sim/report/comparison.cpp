#include "sim/report/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>

#include "sim/report/run_table.hpp"

namespace hearsay {
namespace {

using Runs = std::vector<const StoredRun*>;

// --- which sub-table and row a run belongs to

std::vector<std::string> known_keys(const std::vector<StoredRun>& runs) {
  std::vector<std::string> keys{"nodes"};
  for (const StoredRun& run : runs)
    for (const auto& [path, value] : run.case_values)
      if (std::find(keys.begin(), keys.end(), path) == keys.end()) keys.push_back(path);
  return keys;
}

void check_key(const std::vector<StoredRun>& runs, const std::string& key) {
  const auto keys = known_keys(runs);
  if (std::find(keys.begin(), keys.end(), key) != keys.end()) return;
  std::string all;
  for (const auto& name : keys) all += (all.empty() ? "" : ", ") + name;
  throw std::invalid_argument("--by " + key + ": the runs do not differ in that; there is " + all);
}

std::string value_of(const StoredRun& run, const std::string& key) {
  for (const auto& [path, value] : run.case_values)
    if (path == key) return value;
  return key == "nodes" ? std::to_string(run.nodes) : "-";
}

using Values = std::vector<std::pair<std::string, std::string>>;

Values sub_table(const StoredRun& run, const CompareOptions& options) {
  if (options.by) return {{*options.by, value_of(run, *options.by)}};
  return run.case_values;
}

struct Group {
  std::string scenario;
  Values by;
  std::string content;  // without --by: scenarios of one name and other content do not mix
  Runs runs;
};

std::vector<Group> grouped(const std::vector<StoredRun>& runs, const CompareOptions& options) {
  std::vector<Group> groups;
  std::map<std::string, std::size_t> index;
  for (const StoredRun& run : runs) {
    if (options.scenario && run.scenario != *options.scenario) continue;
    const Values by = sub_table(run, options);
    const std::string content = options.by ? "" : run.scenario_hash;
    std::string key = run.scenario + '\n' + content;
    for (const auto& [path, value] : by) key += '\n' + path + '=' + value;
    const auto [it, fresh] = index.try_emplace(key, groups.size());
    if (fresh) groups.push_back({run.scenario, by, content, {}});
    groups[it->second].runs.push_back(&run);
  }
  for (std::size_t i = 0; i < groups.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (groups[i].scenario == groups[j].scenario && groups[i].by == groups[j].by)
        groups[i].by.emplace_back("content", groups[i].content);
  return groups;
}

// --- rows

// The parts of a row's parameters that other rows of the same label do not have.
std::string distinction(const std::string& params, const std::vector<std::string>& others) {
  const auto parts = [](const std::string& text) {
    std::vector<std::string> all;
    for (std::size_t begin = 0, end = 0; (end = text.find(';', begin)) != std::string::npos; begin = end + 1)
      all.push_back(text.substr(begin, end - begin));
    return all;
  };
  std::string text;
  for (const auto& part : parts(params)) {
    const bool shared = std::all_of(others.begin(), others.end(), [&](const auto& other) {
      const auto theirs = parts(other);
      return std::find(theirs.begin(), theirs.end(), part) != theirs.end();
    });
    if (!shared) text += (text.empty() ? "" : ", ") + part;
  }
  return text;
}

struct RowRuns {
  std::string label, params;
  Runs runs;
};

// One row per label; several if runs of one label have other parameters.
std::vector<RowRuns> rows_of(const Runs& runs, bool params_may_vary) {
  std::vector<RowRuns> rows;
  std::map<std::pair<std::string, std::string>, std::size_t> index;
  for (const StoredRun* run : runs) {
    const std::string params = params_may_vary ? "" : run->params;
    const auto [it, fresh] = index.try_emplace({run->label, params}, rows.size());
    if (fresh) rows.push_back({run->label, params, {}});
    rows[it->second].runs.push_back(run);
  }
  std::vector<std::string> labels;
  for (const RowRuns& row : rows) {
    std::vector<std::string> others;
    for (const RowRuns& other : rows)
      if (&other != &row && other.label == row.label) others.push_back(other.params);
    const std::string what = others.empty() ? "" : distinction(row.params, others);
    labels.push_back(what.empty() ? row.label : row.label + " (" + what + ")");
  }
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].label = labels[i];
  return rows;
}

std::vector<double> values_of(const Runs& runs, std::size_t figure) {
  std::vector<double> values;
  for (const StoredRun* run : runs)
    if (run->figures[figure]) values.push_back(*run->figures[figure]);
  return values;
}

bool any_lost(const Runs& runs) {
  return std::any_of(runs.begin(), runs.end(), [](const StoredRun* run) { return run->lost_writes.value_or(0) > 0; });
}

std::optional<double> acknowledged_share(const Runs& runs) {
  std::vector<double> shares;
  for (const StoredRun* run : runs)
    if (run->acknowledged_share) shares.push_back(*run->acknowledged_share);
  return median(std::move(shares));
}

ComparedRow summarise(const RowRuns& row, std::size_t fields) {
  ComparedRow summary;
  summary.label = row.label;
  summary.protocol = row.runs.front()->protocol;
  summary.runs = row.runs.size();
  for (const StoredRun* run : row.runs) {
    summary.converged += run->converged.value_or(false) ? 1 : 0;
    summary.may_converge += run->converged || run->crashed ? 1 : 0;
    summary.crashed += run->crashed ? 1 : 0;
  }
  if (summary.converged < summary.may_converge) summary.flaws.emplace_back("did not always converge");
  if (any_lost(row.runs)) summary.flaws.emplace_back("lost writes");
  for (std::size_t f = 0; f < fields; ++f) {
    const std::vector<double> values = values_of(row.runs, f);
    summary.figures.push_back({median(values), quantile(values, 0.05), quantile(values, 0.95), false});
  }
  return summary;
}

// What pairs two runs: the same scenario content (with its matrix case) and seed.
std::string pair_key(const StoredRun& run) { return run.scenario_hash + ' ' + run.seed; }

std::vector<PairedFigure> differences(const RowRuns& row, const RowRuns& reference) {
  std::map<std::string, const StoredRun*> theirs;
  for (const StoredRun* run : reference.runs) theirs[pair_key(*run)] = run;
  std::vector<std::vector<double>> found(reference.runs.front()->figures.size());
  for (const StoredRun* run : row.runs) {
    const auto partner = theirs.find(pair_key(*run));
    if (partner == theirs.end()) continue;
    for (std::size_t f = 0; f < found.size(); ++f)
      if (run->figures[f] && partner->second->figures[f])
        found[f].push_back(difference(*run->figures[f], *partner->second->figures[f]));
  }
  std::vector<PairedFigure> all;
  for (const auto& values : found) all.push_back({values.size(), median(values), bootstrap_interval_of_median(values)});
  return all;
}

// A row that answered fewer clients is not compared with the others: what it left out costs nothing.
void note_fewer_answers(std::vector<ComparedRow>& rows, const std::vector<RowRuns>& runs) {
  double most = 0;
  for (const RowRuns& row : runs) most = std::max(most, acknowledged_share(row.runs).value_or(0));
  constexpr double tolerance = 1e-12;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (acknowledged_share(runs[i].runs).value_or(0) < most - tolerance)
      rows[i].flaws.emplace_back("answered fewer clients");
}

void mark_best(std::vector<ComparedRow>& rows, const std::vector<const Field*>& fields) {
  for (std::size_t f = 0; f < fields.size(); ++f) {
    const double sign = fields[f]->better == Better::higher ? -1 : 1;
    double low = infinity, high = -infinity;
    const auto value = [&](const ComparedRow& row) { return sign * *row.figures[f].median; };
    const auto counts = [&](const ComparedRow& row) { return row.flaws.empty() && row.figures[f].median; };
    for (const ComparedRow& row : rows) {
      if (!counts(row)) continue;
      low = std::min(low, value(row));
      high = std::max(high, value(row));
    }
    for (ComparedRow& row : rows)
      row.figures[f].best = fields[f]->better != Better::neither && counts(row) && low < high && value(row) == low;
  }
  const auto share = [](const ComparedRow& row) {
    return row.may_converge == 0 ? 0 : static_cast<double>(row.converged) / static_cast<double>(row.may_converge);
  };
  double low = infinity, high = 0;
  for (const ComparedRow& row : rows) {
    low = std::min(low, share(row));
    high = std::max(high, share(row));
  }
  for (ComparedRow& row : rows) row.most_converged = low < high && share(row) == high;
}

std::string node_span(const Runs& runs) {
  const auto [low, high] = std::minmax_element(
      runs.begin(), runs.end(), [](const StoredRun* a, const StoredRun* b) { return a->nodes < b->nodes; });
  const std::string first = std::to_string((*low)->nodes);
  return (*low)->nodes == (*high)->nodes ? first : first + " to " + std::to_string((*high)->nodes);
}

ComparedTable table_of(const Group& group, const CompareOptions& options) {
  // A matrix over a parameter is pooled under --by, as its other keys are.
  const bool params_vary = std::any_of(group.runs.begin(), group.runs.end(), [](const StoredRun* run) {
    return std::any_of(run->case_values.begin(), run->case_values.end(),
                       [](const auto& value) { return value.first.find("param") != std::string::npos; });
  });
  const std::vector<RowRuns> rows = rows_of(group.runs, options.by && params_vary);
  ComparedTable table{group.scenario, group.by, node_span(group.runs), {}, 0};
  for (const RowRuns& row : rows) table.rows.push_back(summarise(row, options.fields.size()));
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (options.against && rows[i].label == *options.against) table.reference = i;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (i != table.reference) table.rows[i].difference = differences(rows[i], rows[table.reference]);
  note_fewer_answers(table.rows, rows);
  mark_best(table.rows, options.fields);
  return table;
}

void check_names(const std::vector<StoredRun>& runs, const CompareOptions& options) {
  const auto check = [&](const std::optional<std::string>& name, const char* option, auto member) {
    if (!name) return;
    std::set<std::string> names;
    for (const StoredRun& run : runs) names.insert(run.*member);
    if (names.contains(*name)) return;
    std::string all;
    for (const auto& one : names) all += (all.empty() ? "" : ", ") + one;
    throw std::invalid_argument(std::string(option) + " " + *name + ": the store holds " + all);
  };
  check(options.against, "--against", &StoredRun::label);
  check(options.scenario, "--scenario", &StoredRun::scenario);
  if (options.by) check_key(runs, *options.by);
}

}  // namespace

Comparison compare_runs(const std::string& file, const CompareOptions& options) {
  Comparison comparison;
  comparison.fields = options.fields;
  const std::vector<StoredRun> runs = latest_runs(file, options.fields, comparison.superseded);
  check_names(runs, options);
  for (const Group& group : grouped(runs, options)) comparison.tables.push_back(table_of(group, options));
  return comparison;
}

}  // namespace hearsay
