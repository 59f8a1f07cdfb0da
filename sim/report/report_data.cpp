#include "sim/report/report_data.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "sim/core/text.hpp"
#include "sim/metrics/field.hpp"
#include "sim/report/report_curves.hpp"
#include "sim/report/run_table.hpp"
#include "sim/report/store.hpp"
#include "sim/report/store_schema.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

// About 1.5 MB of text for the curves of single runs, however many there are.
constexpr std::size_t samples_of_all_runs = 250'000;
constexpr std::size_t most_buckets = 250, least_buckets = 10;
// Each firing of each run is listed up to so many runs; beyond, those of the first run of each row.
constexpr std::size_t most_runs_with_faults = 100;

std::vector<const Field*> fields_of_runs() {
  std::vector<const Field*> fields = usual_fields();
  for (const char* name :
       {"convergence_time_s", "divergence_s", "delivery_latency_s.p50", "delivery_latency_s.p99",
        "delivery_latency_s.max", "client_latency_s.p50", "client_latency_s.p99", "messages.per_op",
        "everywhere_latency_s.p50", "everywhere_latency_s.p99", "missing", "lost_writes", "distinct_states"}) {
    const Field* field = find_field(name);
    if (field != nullptr && std::find(fields.begin(), fields.end(), field) == fields.end()) fields.push_back(field);
  }
  return fields;
}

Json described(const std::vector<const Field*>& fields) {
  Json all = Json::array();
  for (const Field* field : fields) {
    const TableColumn column = column_of(*field);
    all.push_back({{"key", column_name(field->name)},
                   {"name", field->name},
                   {"heading", column.heading},
                   {"scale", column.scale},
                   {"unit", field->unit},
                   {"better", field->better == Better::lower    ? "lower"
                              : field->better == Better::higher ? "higher"
                                                                : ""},
                   {"share", field->kind == FieldKind::share},
                   {"meaning", field->meaning}});
  }
  return all;
}

Json figure_json(const std::optional<double>& value) {
  if (!value) return nullptr;
  if (std::isinf(*value)) return "never";
  return *value;
}

Json faults_of(const Json& result) {
  const auto it = result.find("faults");
  return it == result.end() ? Json::array() : *it;
}

Json run_json(const RunTable& table, std::size_t index, const StoredRunDetails& details, const Json& result) {
  const StoredRun& run = table.runs[index];
  const RunKind& kind = table.kind_of(index);
  Json figures = Json::array();
  for (std::size_t f = 0; f < table.fields.size(); ++f) figures.push_back(figure_json(table.figure(f, index)));
  Json values = Json::object();
  for (const auto& [path, value] : kind.case_values) values[valid_utf8(path)] = valid_utf8(value);
  return {{"id", run.id},
          {"scenario", valid_utf8(kind.scenario)},
          {"label", valid_utf8(kind.label)},
          {"protocol", valid_utf8(kind.protocol)},
          {"case", std::move(values)},
          {"seed", std::to_string(run.seed)},
          {"nodes", kind.nodes},
          {"params", valid_utf8(kind.params)},
          {"verdict", result.value("verdict", "error")},
          {"reasons", result.value("reasons", Json::array())},
          {"hash", result.value("run_hash", "")},
          {"version", details.version},
          {"command", valid_utf8(command_elsewhere(details.command))},
          {"text", details.scenario},
          {"converged", run.converged ? Json(*run.converged) : Json()},
          {"figures", std::move(figures)}};
}

struct Row {  // of the table: the runs of one scenario, case and label
  std::vector<std::size_t> runs;
};

// `runs`: indices into the table; the rows have indices into `runs`.
std::vector<Row> rows_of(const RunTable& table, const std::vector<std::size_t>& runs) {
  std::vector<Row> rows;
  std::map<std::string, std::size_t> known;
  std::vector<std::optional<std::size_t>> of_kind(table.kinds.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    std::optional<std::size_t>& row = of_kind[table.runs[runs[i]].kind];
    if (!row) {
      const RunKind& kind = table.kind_of(runs[i]);
      std::string key = kind.scenario + '\n' + kind.label;
      for (const auto& [path, value] : kind.case_values) key += '\n' + path + '=' + value;
      row = known.emplace(std::move(key), rows.size()).first->second;
      rows.resize(known.size());
    }
    rows[*row].runs.push_back(i);
  }
  return rows;
}

// How many of each row are in the page: the same of each, and all of a row that has fewer.
std::vector<std::size_t> shares_of(const std::vector<Row>& rows, std::size_t most) {
  std::vector<std::size_t> by_size(rows.size()), shares(rows.size());
  std::iota(by_size.begin(), by_size.end(), std::size_t{0});
  std::stable_sort(by_size.begin(), by_size.end(),
                   [&rows](std::size_t a, std::size_t b) { return rows[a].runs.size() < rows[b].runs.size(); });
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t row = by_size[i], share = std::max<std::size_t>(1, most / (rows.size() - i));
    shares[row] = std::min(share, rows[row].runs.size());
    most -= std::min(most, shares[row]);
  }
  return shares;
}

// The runs that are shown, as indices into the table.
std::vector<std::size_t> sampled(const RunTable& table, const ReportSource& source) {
  const std::vector<StoredRun>& runs = table.runs;
  std::vector<std::size_t> all(runs.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  if (runs.size() <= source.most_runs) return all;
  const std::vector<Row> rows = rows_of(table, all);
  const std::vector<std::size_t> shares = shares_of(rows, source.most_runs);
  std::vector<bool> chosen(runs.size(), false);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::vector<std::size_t>& row = rows[r].runs;
    for (std::size_t i = 0; i < shares[r]; ++i) chosen[row[i * row.size() / shares[r]]] = true;
    const auto failed =
        std::find_if(row.begin(), row.end(), [&runs](std::size_t i) { return runs[i].verdict != StoredVerdict::pass; });
    if (failed != row.end()) chosen[*failed] = true;
  }
  std::erase_if(all, [&](std::size_t i) {
    return !chosen[i] && std::find(source.also.begin(), source.also.end(), runs[i].id) == source.also.end();
  });
  return all;
}

Json bands(const std::vector<Row>& rows, const StoredDetails& details) {
  Json all = Json::array();
  for (const Row& row : rows) {
    std::vector<const Json*> results;
    for (const std::size_t i : row.runs) results.push_back(&details.results[i]);
    Json band = band_curves(results, most_buckets);
    if (!band.is_null()) band["first_run"] = row.runs.front();
    all.push_back(std::move(band));
  }
  return all;
}

std::string base_name(const std::string& file) { return file.substr(file.find_last_of('/') + 1); }

Json verdicts(const std::vector<StoredRun>& runs) {
  const auto count = [&runs](StoredVerdict verdict) {
    return std::count_if(runs.begin(), runs.end(), [verdict](const StoredRun& run) { return run.verdict == verdict; });
  };
  return {{"pass", count(StoredVerdict::pass)},
          {"fail", count(StoredVerdict::fail)},
          {"inconclusive", count(StoredVerdict::inconclusive)},
          {"error", count(StoredVerdict::crashed)}};
}

}  // namespace

Json report_data(const ReportSource& source) {
  const std::vector<const Field*> fields = fields_of_runs();
  const RunTable table = latest_runs(source.store, fields);
  const std::vector<std::size_t> runs = sampled(table, source);
  if (runs.empty()) throw StoreError(source.temporary ? "there are no runs to show" : source.store + " holds no runs");
  std::vector<std::int64_t> ids;
  for (const std::size_t run : runs) ids.push_back(table.runs[run].id);
  const StoredDetails details = stored_details(source.store, ids);
  const std::vector<Row> rows = rows_of(table, runs);

  Json run_list = Json::array();
  const std::size_t buckets = std::clamp(samples_of_all_runs / (12 * runs.size()), least_buckets, most_buckets);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    Json run = run_json(table, runs[i], details.runs[i], details.results[i]);
    run["curves"] = run_curves(details.results[i], buckets);
    run_list.push_back(std::move(run));
  }
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (const std::size_t i : rows[r].runs) {
      run_list[i]["row"] = r;
      if (i == rows[r].runs.front() || runs.size() <= most_runs_with_faults)
        run_list[i]["faults"] = faults_of(details.results[i]);
    }
  Json texts = Json::array();
  for (const std::string& text : details.scenarios) texts.push_back(valid_utf8(text));
  CompareOptions compared;
  return {{"format", 1},
          {"program", source.program},
          {"command", valid_utf8(command_elsewhere(source.command))},
          {"store", source.temporary ? "" : valid_utf8(base_name(source.store))},
          {"superseded", table.superseded},
          {"verdicts", verdicts(table.runs)},
          {"total", table.runs.size()},
          {"columns", described(compared.fields)},
          {"comparison", Json::parse(comparison_json(compare_runs(table, compared), source.acknowledges))},
          {"fields", described(fields)},
          {"runs", std::move(run_list)},
          {"buckets", buckets},
          {"bands", bands(rows, details)},
          {"scenarios", std::move(texts)},
          {"check", nullptr},
          {"maps", Json::array()},
          {"inside", Json::array()}};
}

std::string command_elsewhere(const std::string& command) {
  const bool quoted = command.starts_with("'/");
  if (!quoted && !command.starts_with("/")) return command;
  const std::size_t end = quoted ? command.find('\'', 1) : command.find(' ');
  if (end == std::string::npos) return command;
  const std::string program = base_name(command.substr(0, end));
  return program == "hearsay" ? "./hearsay" + command.substr(quoted ? end + 1 : end) : command;
}

std::int64_t run_to_look_into(const Json& data) {
  std::int64_t first = 0;
  for (const Json& run : data.at("runs")) {
    const std::string verdict = run.at("verdict");
    if (verdict == "error") continue;
    if (verdict != "pass") return run.at("id");
    if (first == 0) first = run.at("id");
  }
  const Json& fields = data.at("fields");
  for (std::size_t f = 0; f < fields.size(); ++f)
    if (fields[f].at("key") == "missing")
      for (const Json& run : data.at("runs"))
        if (run.at("figures")[f].is_number() && run.at("figures")[f].get<double>() > 0) return run.at("id");
  return first;
}

}  // namespace hearsay
