#include "sim/report/store_schema.hpp"

#include <algorithm>
#include <cctype>

#include "sim/metrics/result.hpp"
#include "sim/report/json.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

// These vary with scenario and protocol; they are in `result`, and `series` has a table.
bool varies(const std::string& name) {
  return name == "params" || name == "case" || name == "by_type" || name == "protocol_metrics" || name == "series";
}

std::string column_name(const std::vector<std::string>& path) {
  std::string name;
  for (const std::string& part : path) {
    if (!name.empty()) name += '_';
    for (const char c : part) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  }
  return name;
}

void collect(const Json& node, std::vector<std::string>& path, std::vector<StoreColumn>& columns) {
  if (node.is_array()) return;
  if (!node.is_object()) {
    const char* type = node.is_string() ? "TEXT" : node.is_boolean() || node.is_number_integer() ? "INTEGER" : "REAL";
    columns.push_back({column_name(path), type, path});
    return;
  }
  for (const auto& item : node.items()) {
    if (varies(item.key())) continue;
    path.push_back(item.key());
    collect(item.value(), path, columns);
    path.pop_back();
  }
}

// Every field there is. What may be null is a number (REAL).
Json complete_result() {
  RunResult result;
  result.run_hash = "0";
  result.membership.emplace();
  result.maelstrom.emplace();
  for (const char* quantile : {"0", "0.5", "0.95", "0.99", "1"})
    result.maelstrom->stable_latencies_ms.emplace_back(quantile, 0);
  return to_json(result, {});
}

std::vector<StoreColumn> make_columns() {
  std::vector<StoreColumn> all;
  std::vector<std::string> path;
  collect(complete_result(), path, all);
  const auto& keys = store_key_columns();
  std::erase_if(all,
                [&keys](const StoreColumn& c) { return std::find(keys.begin(), keys.end(), c.name) != keys.end(); });
  return all;
}

}  // namespace

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
  return "CREATE TABLE runs (id INTEGER PRIMARY KEY" + keys + columns + ", result TEXT NOT NULL);" +
         "CREATE UNIQUE INDEX runs_key ON runs (" + unique + ");" +
         "CREATE TABLE series (run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, t REAL NOT NULL, "
         // One tree: the rows lie in the order in which they are written and asked for.
         "name TEXT NOT NULL, value REAL, PRIMARY KEY (run_id, name, t)) WITHOUT ROWID;"
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
