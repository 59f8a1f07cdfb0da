#include "sim/report/store_schema.hpp"

#include <algorithm>
#include <cctype>

#include "sim/metrics/field.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

const char* column_type(FieldKind kind) {
  switch (kind) {
    case FieldKind::flag:
    case FieldKind::count: return "INTEGER";
    case FieldKind::number:
    case FieldKind::share: return "REAL";
    default: return "TEXT";
  }
}

std::vector<StoreColumn> make_columns() {
  const auto& keys = store_key_columns();
  std::vector<StoreColumn> all;
  for (const Field& field : result_fields()) {
    std::string name = column_name(field.name);
    if (!field.single() || std::find(keys.begin(), keys.end(), name) != keys.end()) continue;
    all.push_back({std::move(name), column_type(field.kind), field.path});
  }
  return all;
}

}  // namespace

std::string column_name(const std::string& field) {
  std::string name;
  for (const char c : field) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
}

const std::vector<StoreColumn>& store_columns() {
  static const std::vector<StoreColumn> columns = make_columns();
  return columns;
}

const std::vector<std::string>& store_key_columns() {
  static const std::vector<std::string> names{"scenario_hash", "protocol", "label",  "params_key",
                                              "case_key",      "seed",     "version"};
  return names;
}

std::string store_schema() {
  std::string keys;
  std::string unique;
  for (const std::string& name : store_key_columns()) {
    // No type for the seed: seeds past 2^63 are kept as text, exactly.
    keys += ", " + name + (name == "seed" ? " NOT NULL" : " TEXT NOT NULL");
    unique += (unique.empty() ? "" : ", ") + name;
  }
  std::string columns;
  for (const StoreColumn& column : store_columns()) columns += ", \"" + column.name + "\" " + column.type;
  return "CREATE TABLE runs (id INTEGER PRIMARY KEY" + keys + columns +
         ", command TEXT NOT NULL, scenario_text INTEGER NOT NULL REFERENCES scenarios (id), result TEXT NOT NULL);" +
         // What was run, once for many runs: the resolved scenario as YAML, and the text of its platform file.
         "CREATE TABLE scenarios (id INTEGER PRIMARY KEY, text TEXT NOT NULL, platform TEXT NOT NULL, UNIQUE (text, "
         "platform));" +
         "CREATE UNIQUE INDEX runs_key ON runs (" + unique + ");" +
         // One row per sample and curve, read from the result: stored as rows they are three quarters of a file.
         "CREATE VIEW series AS SELECT runs.id AS run_id, CAST(json_extract(times.value, '$[' || sample.key || ']') AS "
         "REAL) AS t, curve.key AS name, CAST(sample.value AS REAL) AS value FROM runs, json_each(runs.result, "
         "'$.series') AS times, json_each(runs.result, '$.series') AS curve, json_each(curve.value) AS sample WHERE "
         "times.key = 't' AND curve.key <> 't';"
         "PRAGMA application_id = " +
         std::to_string(store_application_id) + ";" + "PRAGMA user_version = " + std::to_string(store_format) + ";";
}

Json column_value(const StoreColumn& column, const Json& result) {
  const Json* node = &result;
  for (const std::string& part : column.path) {
    if (!node->is_object()) return nullptr;
    const auto it = node->find(part);
    if (it == node->end()) return nullptr;
    node = &*it;
  }
  return *node;
}

}  // namespace hearsay
