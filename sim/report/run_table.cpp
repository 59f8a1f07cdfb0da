#include "sim/report/run_table.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <numeric>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "sim/metrics/field.hpp"
#include "sim/report/sqlite.hpp"
#include "sim/report/stored_row.hpp"

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

// The columns that tell kinds apart, then those that every run has of its own.
constexpr const char* kind_columns = "scenario_hash, protocol, label, params_key, case_key, version, scenario, nodes";
struct KindColumn {
  enum : int { hash, protocol, label, params, case_key, version, scenario, nodes };
};
constexpr const char* own_columns = "id, seed, verdict";
constexpr int first_own = 8;

// What a row stands by: the order of its kind, for runs of the same one their position, then what distinguishes labels.
struct Places {
  std::size_t case_place = 0, label_place = 0;
};

// A kind as the store has it. Versions of the program are kinds of their own here, so that of a single version no two
// runs are the same and none has to be looked for.
struct ReadKind {
  RunKind kind;
  std::string case_key;
  std::size_t run = 0;  // equal for the kinds of one run in several versions
  Places places{};
};

// Numbers the texts that it is shown.
class Numbering {
 public:
  std::size_t number(const std::string& text) { return numbers_.try_emplace(text, numbers_.size()).first->second; }
  std::size_t size() const { return numbers_.size(); }

 private:
  std::unordered_map<std::string, std::size_t> numbers_;
};

// So that no two lists of parts give the same text.
void append(std::string& text, std::string_view part) {
  (text += std::to_string(part.size())).append(":").append(part);
}

class Kinds {
 public:
  // Of the row that `select` stands at.
  std::uint32_t kind_of(const Statement& select) {
    text_.clear();
    for (int column = 0; column < first_own; ++column) append(text_, select.view(column));
    if (!all.empty() && text_ == last_text_) return last_;
    const std::size_t number = numbering_.number(text_);
    if (number == all.size()) add(select);
    last_text_ = text_;
    return last_ = static_cast<std::uint32_t>(number);
  }

  bool several_versions() const { return same_runs_.size() < all.size(); }

  std::vector<ReadKind> all;

 private:
  void add(const Statement& select) {
    ReadKind fresh;
    RunKind& kind = fresh.kind;
    kind.scenario = select.text(KindColumn::scenario);
    kind.scenario_hash = select.text(KindColumn::hash);
    kind.protocol = select.text(KindColumn::protocol);
    kind.label = select.text(KindColumn::label);
    kind.params = select.text(KindColumn::params);
    kind.nodes = static_cast<std::uint32_t>(select.integer(KindColumn::nodes));
    fresh.case_key = select.text(KindColumn::case_key);
    kind.case_values = read_case(fresh.case_key);
    std::string run;
    for (int column = 0; column <= KindColumn::case_key; ++column) append(run, select.view(column));
    fresh.run = same_runs_.number(run);
    all.push_back(std::move(fresh));
  }

  Numbering numbering_, same_runs_;
  std::string text_, last_text_;
  std::uint32_t last_ = 0;
};

// Gives equal places to equal keys, in their order.
template <class Key, class Member>
void place(std::vector<ReadKind>& kinds, const Key& key, Member member) {
  std::vector<std::size_t> order(kinds.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::vector<decltype(key(kinds.front()))> keys;
  keys.reserve(kinds.size());
  for (const ReadKind& kind : kinds) keys.push_back(key(kind));
  std::sort(order.begin(), order.end(), [&keys](std::size_t a, std::size_t b) { return keys[a] < keys[b]; });
  std::size_t at = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i > 0 && keys[order[i - 1]] < keys[order[i]]) ++at;
    kinds[order[i]].places.*member = at;
  }
}

// The order of the rows, as indices.
std::vector<std::size_t> order_of(const RunTable& table, std::vector<ReadKind>& kinds,
                                  const std::vector<double>& positions) {
  place(
      kinds, [](const ReadKind& k) { return std::pair(k.kind.scenario, sortable(k.case_key)); }, &Places::case_place);
  place(
      kinds, [](const ReadKind& k) { return std::pair(k.kind.label, k.kind.params); }, &Places::label_place);
  const auto key = [&](std::size_t i) {
    const StoredRun& run = table.runs[i];
    const Places& places = kinds[run.kind].places;
    return std::tuple(places.case_place, positions[i], places.label_place, run.seed, run.id);
  };
  std::vector<std::size_t> order(table.runs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&key](std::size_t a, std::size_t b) { return key(a) < key(b); });
  return order;
}

// Leaves out of `order` the runs that are there again with a higher id.
std::size_t drop_superseded(std::vector<std::size_t>& order, const RunTable& table,
                            const std::vector<ReadKind>& kinds) {
  const auto run_of = [&](std::size_t i) {
    return std::tuple(kinds[table.runs[i].kind].run, table.runs[i].seed, table.runs[i].id);
  };
  std::vector<std::size_t> by_run = order;
  std::sort(by_run.begin(), by_run.end(), [&](std::size_t a, std::size_t b) { return run_of(a) < run_of(b); });
  std::vector<bool> old(order.size(), false);
  for (std::size_t i = 0; i + 1 < by_run.size(); ++i) {
    const auto [run, seed, id] = run_of(by_run[i]);
    const auto [next, next_seed, next_id] = run_of(by_run[i + 1]);
    old[by_run[i]] = run == next && seed == next_seed;
  }
  return std::erase_if(order, [&old](std::size_t i) { return old[i]; });
}

template <class T>
std::vector<T> in_order(const std::vector<T>& values, const std::vector<std::size_t>& order) {
  std::vector<T> sorted;
  sorted.reserve(order.size());
  for (const std::size_t i : order) sorted.push_back(values[i]);
  return sorted;
}

constexpr std::array<const char*, 5> always_read{"position", "lost_writes", "operations.acknowledged_share",
                                                 "converged", "simulated_s"};

// What every run has, whatever was asked for; `first`: the place of `always_read` among the fields of `row`.
StoredRun own_of(const Statement& select, const StoredRow& row, std::size_t first) {
  StoredRun run;
  run.id = select.integer(first_own);
  run.seed = select.whole(first_own + 1);
  run.verdict = verdict_of(select.view(first_own + 2));
  run.lost_writes = row.figure(select, first + 1);
  run.acknowledged_share = row.figure(select, first + 2);
  if (const auto agreed = row.figure(select, first + 3)) run.converged = *agreed != 0;
  run.crashed = !row.figure(select, first + 4);
  return run;
}

}  // namespace

RunTable latest_runs(const std::string& file, const std::vector<const Field*>& asked) {
  RunTable table;
  table.fields = asked;
  table.figures.resize(asked.size());
  std::vector<const Field*> read = asked;
  for (const char* name : always_read) read.push_back(find_field(name));
  Connection connection = open_store(file);
  const StoredRow row(read, first_own + 3);
  Statement select(connection, "SELECT " + std::string(kind_columns) + ", " + own_columns + row.columns() +
                                   " FROM runs ORDER BY id");
  Kinds kinds;
  std::vector<double> positions;
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  while (select.step()) {
    StoredRun run = own_of(select, row, asked.size());
    run.kind = kinds.kind_of(select);
    positions.push_back(row.figure(select, asked.size()).value_or(0));
    for (std::size_t f = 0; f < asked.size(); ++f) table.figures[f].push_back(row.figure(select, f).value_or(none));
    table.runs.push_back(run);
  }
  std::vector<std::size_t> order = order_of(table, kinds.all, positions);
  if (kinds.several_versions()) table.superseded = drop_superseded(order, table, kinds.all);
  table.runs = in_order(table.runs, order);
  for (auto& values : table.figures) values = in_order(values, order);
  for (ReadKind& kind : kinds.all) table.kinds.push_back(std::move(kind.kind));
  return table;
}

}  // namespace hearsay
