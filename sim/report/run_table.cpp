#include "sim/report/run_table.hpp"

#include <algorithm>
#include <cctype>
#include <tuple>

#include "sim/metrics/field.hpp"
#include "sim/report/sqlite.hpp"
#include "sim/report/store_schema.hpp"

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

using SortKey = std::tuple<std::string, std::string, double, std::string, std::string, std::string>;

std::vector<StoredRun> sorted(std::vector<std::pair<SortKey, StoredRun>> runs) {
  std::stable_sort(runs.begin(), runs.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<StoredRun> all;
  for (auto& [key, run] : runs) all.push_back(std::move(run));
  return all;
}

// Fields whose columns are read: those that were asked for, what their figures depend on, and what rows are judged by.
std::vector<const Field*> read_fields(const std::vector<const Field*>& asked) {
  std::vector<const Field*> all = asked;
  for (const std::string& input : figure_inputs()) all.push_back(find_field(input));
  for (const char* name : {"position", "lost_writes", "operations.acknowledged_share"}) all.push_back(find_field(name));
  return all;
}

constexpr int first_field = 10;  // behind what names the run

// Its column, or what stands in the whole result for a value in a map, which has none.
std::string sql_of(const Field& field) {
  if (find_field(field.name) != nullptr) return column_name(field.name);
  std::string path = "$";
  for (const std::string& part : field.path) path += ".\"" + part + "\"";
  std::string quoted;
  for (const char c : path) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return "json_extract(result, '" + quoted + "')";
}

std::string select_sql(const std::vector<const Field*>& fields) {
  std::string sql = "SELECT scenario, scenario_hash, protocol, label, params_key, case_key, seed, nodes, id, verdict";
  for (const Field* field : fields) sql += ", " + sql_of(*field);
  return sql +
         " FROM runs WHERE id IN (SELECT max(id) FROM runs GROUP BY scenario_hash, protocol, label, params_key, "
         "case_key, seed) ORDER BY id";
}

// The fields of the row that `select` stands at.
FieldLookup lookup_in(const Statement& select, const std::vector<const Field*>& fields) {
  return [&](const std::string& path) -> std::optional<FieldValue> {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (fields[i]->name != path) continue;
      const auto number = select.number(first_field + static_cast<int>(i));
      if (!number) return std::nullopt;
      return fields[i]->kind == FieldKind::flag ? FieldValue(*number != 0) : FieldValue(*number);
    }
    return std::nullopt;
  };
}

std::optional<double> number_in(const FieldLookup& row, const char* name) {
  return figure(*find_field(name), name, row);
}

}  // namespace

std::vector<StoredRun> latest_runs(const std::string& file, const std::vector<const Field*>& asked,
                                   std::size_t& superseded) {
  const std::vector<const Field*> fields = read_fields(asked);
  Connection connection = open_store(file);
  Statement select(connection, select_sql(fields));
  std::vector<std::pair<SortKey, StoredRun>> runs;
  while (select.step()) {
    StoredRun run{select.text(0), select.text(1), select.text(2), select.text(3), select.text(4), select.text(6)};
    run.case_values = read_case(select.text(5));
    run.nodes = static_cast<std::uint32_t>(select.integer(7));
    run.id = select.integer(8);
    run.verdict = select.text(9);
    const FieldLookup row = lookup_in(select, fields);
    run.crashed = !row("simulated_s");
    if (const auto converged = row("converged")) run.converged = std::get<bool>(*converged);
    run.lost_writes = number_in(row, "lost_writes");
    run.acknowledged_share = number_in(row, "operations.acknowledged_share");
    for (const Field* field : asked) run.figures.push_back(figure(*field, field->name, row));
    SortKey key{run.scenario, sortable(select.text(5)), number_in(row, "position").value_or(0), run.label,
                run.params,   sortable(run.seed)};
    runs.emplace_back(std::move(key), std::move(run));
  }
  superseded = static_cast<std::size_t>(connection.count("SELECT count(*) FROM runs")) - runs.size();
  return sorted(std::move(runs));
}

}  // namespace hearsay
