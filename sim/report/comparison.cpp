#include "sim/report/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>

#include "sim/report/run_table.hpp"

namespace hearsay {
namespace {

using RunIndices = std::vector<std::uint32_t>;  // indices into the table

// --- which sub-table and row a run belongs to

std::vector<std::string> known_keys(const RunTable& table) {
  std::vector<std::string> keys{"nodes"};
  for (const RunKind& kind : table.kinds)
    for (const auto& [path, value] : kind.case_values)
      if (std::find(keys.begin(), keys.end(), path) == keys.end()) keys.push_back(path);
  return keys;
}

void check_key(const RunTable& table, const std::string& key) {
  const auto keys = known_keys(table);
  if (std::find(keys.begin(), keys.end(), key) != keys.end()) return;
  std::string all;
  for (const auto& name : keys) all += (all.empty() ? "" : ", ") + name;
  throw std::invalid_argument("--by " + key + ": the runs do not differ in that; there is " + all);
}

std::string value_of(const RunKind& kind, const std::string& key) {
  for (const auto& [path, value] : kind.case_values)
    if (path == key) return value;
  return key == "nodes" ? std::to_string(kind.nodes) : "-";
}

using SubTable = std::vector<std::pair<std::string, std::string>>;

SubTable sub_table(const RunKind& kind, const CompareOptions& options) {
  if (options.by) return {{*options.by, value_of(kind, *options.by)}};
  return kind.case_values;
}

struct ScenarioRuns {
  std::string scenario;
  SubTable by;
  std::string content;  // without --by: scenarios of one name and other content do not mix
  RunIndices runs;
};

// Gives each run to the collection that its kind belongs to: `place(kind)` names it, `make(kind)` makes it.
template <class Collection, class Place, class Make>
std::vector<Collection> collected(const RunTable& table, const RunIndices& runs, const Place& place, const Make& make) {
  std::vector<Collection> all;
  std::map<decltype(place(table.kinds.front())), std::size_t> index;
  std::vector<std::optional<std::size_t>> of_kind(table.kinds.size());
  for (const std::uint32_t run : runs) {
    std::optional<std::size_t>& known = of_kind[table.runs[run].kind];
    if (!known) {
      const RunKind& kind = table.kind_of(run);
      const auto [it, fresh] = index.try_emplace(place(kind), all.size());
      if (fresh) all.push_back(make(kind));
      known = it->second;
    }
    all[*known].runs.push_back(run);
  }
  return all;
}

std::vector<ScenarioRuns> grouped(const RunTable& table, const CompareOptions& options) {
  RunIndices runs;
  for (std::uint32_t run = 0; run < table.runs.size(); ++run)
    if (!options.scenario || table.kind_of(run).scenario == *options.scenario) runs.push_back(run);
  const auto content = [&options](const RunKind& kind) { return options.by ? std::string() : kind.scenario_hash; };
  const auto place = [&](const RunKind& kind) {
    std::string key = kind.scenario + '\n' + content(kind);
    for (const auto& [path, value] : sub_table(kind, options)) key.append("\n").append(path).append("=").append(value);
    return key;
  };
  auto groups = collected<ScenarioRuns>(table, runs, place, [&](const RunKind& kind) {
    return ScenarioRuns{kind.scenario, sub_table(kind, options), content(kind), {}};
  });
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
  RunIndices runs;
};

// One row per label; several if runs of one label have other parameters.
std::vector<RowRuns> rows_of(const RunTable& table, const RunIndices& runs, bool params_may_vary) {
  const auto params = [&](const RunKind& kind) { return params_may_vary ? std::string() : kind.params; };
  auto rows = collected<RowRuns>(
      table, runs, [&](const RunKind& kind) { return std::pair(kind.label, params(kind)); },
      [&](const RunKind& kind) {
        return RowRuns{kind.label, params(kind), {}};
      });
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

std::vector<double> values_of(const RunTable& table, const RunIndices& runs, std::size_t field) {
  std::vector<double> values;
  values.reserve(runs.size());
  for (const std::uint32_t run : runs)
    if (const double value = table.figures[field][run]; !std::isnan(value)) values.push_back(value);
  return values;
}

bool any_lost(const RunTable& table, const RunIndices& runs) {
  return std::any_of(runs.begin(), runs.end(),
                     [&table](std::uint32_t run) { return table.runs[run].lost_writes.value_or(0) > 0; });
}

double acknowledged_share(const RunTable& table, const RunIndices& runs) {
  std::vector<double> shares;
  for (const std::uint32_t run : runs)
    if (const auto share = table.runs[run].acknowledged_share) shares.push_back(*share);
  return median(std::move(shares)).value_or(0);
}

ComparedRow summarise(const RunTable& table, const RowRuns& row, const std::vector<std::size_t>& fields) {
  ComparedRow summary;
  summary.label = row.label;
  summary.protocol = table.kind_of(row.runs.front()).protocol;
  summary.runs = row.runs.size();
  for (const std::uint32_t i : row.runs) {
    const StoredRun& run = table.runs[i];
    summary.converged += run.converged.value_or(false) ? 1 : 0;
    summary.may_converge += run.converged || run.crashed ? 1 : 0;
    summary.crashed += run.crashed ? 1 : 0;
  }
  if (summary.converged < summary.may_converge) summary.flaws.emplace_back("did not always converge");
  if (any_lost(table, row.runs)) summary.flaws.emplace_back("lost writes");
  for (const std::size_t field : fields) {
    std::vector<double> values = values_of(table, row.runs, field);
    std::sort(values.begin(), values.end());
    summary.figures.push_back(
        {median_of_sorted(values), quantile_of_sorted(values, 0.05), quantile_of_sorted(values, 0.95), false});
  }
  return summary;
}

// What pairs two runs: the same scenario content (with its matrix case) and seed.
class Partners {
 public:
  Partners(const RunTable& table, const RunIndices& runs) : table_(table) {
    for (std::size_t kind = 0; kind < table.kinds.size(); ++kind)
      contents_.push_back(numbers_.try_emplace(table.kinds[kind].scenario_hash, numbers_.size()).first->second);
    for (const std::uint32_t run : runs) partners_.emplace_back(key_of(run), run);
    std::stable_sort(partners_.begin(), partners_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
  }

  // Of several the last.
  std::optional<std::uint32_t> of(std::uint32_t run) const {
    const Key key = key_of(run);
    const auto end = std::upper_bound(partners_.begin(), partners_.end(), key,
                                      [](const Key& wanted, const auto& entry) { return wanted < entry.first; });
    if (end == partners_.begin() || std::prev(end)->first != key) return std::nullopt;
    return std::prev(end)->second;
  }

 private:
  using Key = std::pair<std::size_t, std::uint64_t>;
  Key key_of(std::uint32_t run) const { return {contents_[table_.runs[run].kind], table_.runs[run].seed}; }

  const RunTable& table_;
  std::map<std::string, std::size_t> numbers_;
  std::vector<std::size_t> contents_;  // by kind
  std::vector<std::pair<Key, std::uint32_t>> partners_;
};

std::vector<PairedFigure> differences(const RunTable& table, const RowRuns& row, const Partners& reference,
                                      const std::vector<std::size_t>& fields) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (const std::uint32_t run : row.runs)
    if (const auto partner = reference.of(run)) pairs.emplace_back(run, *partner);
  std::vector<PairedFigure> all;
  for (const std::size_t field : fields) {
    const std::vector<double>& figures = table.figures[field];
    std::vector<double> found;
    for (const auto& [ours, theirs] : pairs)
      if (!std::isnan(figures[ours]) && !std::isnan(figures[theirs]))
        found.push_back(difference(figures[ours], figures[theirs]));
    std::sort(found.begin(), found.end());
    all.push_back({found.size(), median_of_sorted(found), bootstrap_interval_of_sorted(found)});
  }
  return all;
}

// A row that answered fewer clients is not compared with the others: what it left out costs nothing.
void note_fewer_answers(std::vector<ComparedRow>& rows, const std::vector<double>& shares) {
  const double most = *std::max_element(shares.begin(), shares.end());
  constexpr double tolerance = 1e-12;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (shares[i] < most - tolerance) rows[i].flaws.emplace_back("answered fewer clients");
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

std::string node_span(const RunTable& table, const RunIndices& runs) {
  const auto [low, high] = std::minmax_element(runs.begin(), runs.end(), [&table](std::uint32_t a, std::uint32_t b) {
    return table.kind_of(a).nodes < table.kind_of(b).nodes;
  });
  const std::string first = std::to_string(table.kind_of(*low).nodes),
                    last = std::to_string(table.kind_of(*high).nodes);
  return first == last ? first : first + " to " + last;
}

// Whether the runs belong to a matrix over a parameter.
bool params_vary(const RunTable& table, const RunIndices& runs) {
  return std::any_of(runs.begin(), runs.end(), [&table](std::uint32_t run) {
    const auto& values = table.kind_of(run).case_values;
    return std::any_of(values.begin(), values.end(),
                       [](const auto& value) { return value.first.find("param") != std::string::npos; });
  });
}

ComparedTable table_of(const RunTable& stored, const ScenarioRuns& group, const CompareOptions& options,
                       const std::vector<std::size_t>& fields) {
  // A matrix over a parameter is pooled under --by, as its other keys are.
  const std::vector<RowRuns> rows = rows_of(stored, group.runs, options.by && params_vary(stored, group.runs));
  ComparedTable table{group.scenario, group.by, node_span(stored, group.runs), {}, 0};
  std::vector<double> shares;
  for (const RowRuns& row : rows) {
    table.rows.push_back(summarise(stored, row, fields));
    shares.push_back(acknowledged_share(stored, row.runs));
  }
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (options.against && rows[i].label == *options.against) table.reference = i;
  const Partners reference(stored, rows[table.reference].runs);
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (i != table.reference) table.rows[i].difference = differences(stored, rows[i], reference, fields);
  note_fewer_answers(table.rows, shares);
  mark_best(table.rows, options.fields);
  return table;
}

void check_names(const RunTable& table, const CompareOptions& options) {
  const auto check = [&](const std::optional<std::string>& name, const char* option, auto member) {
    if (!name) return;
    std::set<std::string> names;
    for (const RunKind& kind : table.kinds) names.insert(kind.*member);
    if (names.contains(*name)) return;
    std::string all;
    for (const auto& one : names) all += (all.empty() ? "" : ", ") + one;
    throw std::invalid_argument(std::string(option) + " " + *name + ": the store holds " + all);
  };
  check(options.against, "--against", &RunKind::label);
  check(options.scenario, "--scenario", &RunKind::scenario);
  if (options.by) check_key(table, *options.by);
}

}  // namespace

Comparison compare_runs(const RunTable& table, const CompareOptions& options) {
  Comparison comparison;
  comparison.fields = options.fields;
  comparison.superseded = table.superseded;
  std::vector<std::size_t> fields;
  for (const Field* field : options.fields)
    fields.push_back(
        static_cast<std::size_t>(std::find(table.fields.begin(), table.fields.end(), field) - table.fields.begin()));
  check_names(table, options);
  for (const ScenarioRuns& group : grouped(table, options))
    comparison.tables.push_back(table_of(table, group, options, fields));
  return comparison;
}

Comparison compare_runs(const std::string& file, const CompareOptions& options) {
  return compare_runs(latest_runs(file, options.fields), options);
}

}  // namespace hearsay
