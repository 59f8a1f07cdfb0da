// Why no write-ahead log: it keeps finished runs in a second file beside the results until a checkpoint, so that a copy
// of the one file would lack them. With SQLite's rollback journal a commit is in the file itself; after a kill in the
// middle of a transaction the next reader rolls that one run back. `synchronous = FULL` makes the commit survive a
// power cut too.
#include "sim/report/store.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/report/sqlite.hpp"
#include "sim/report/store_schema.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

// Throws unless the file is ours. False: it is empty, its tables are still to be made.
bool recognise(Connection& connection) {
  const std::int64_t id = connection.pragma("application_id");
  const std::int64_t tables = connection.count("SELECT count(*) FROM sqlite_master");
  if (id == 0 && tables == 0) return false;
  if (id != store_application_id)
    throw StoreError(connection.file() + " is a SQLite database, but not one with results of hearsay");
  const std::int64_t format = connection.pragma("user_version");
  if (format != store_format)
    throw StoreError(connection.file() + " has results in format " + std::to_string(format) +
                     "; this version of hearsay reads format " + std::to_string(store_format));
  return true;
}

Connection open_or_create(const std::string& file) {
  Connection connection(file, true);
  connection.execute("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL");
  const bool ours = recognise(connection);
  if (connection.read_only()) throw StoreError(file + " cannot be written: the file is read-only");
  if (!ours) {
    Transaction transaction(connection);
    if (!recognise(connection)) connection.execute(store_schema().c_str());  // another process may have been faster
    transaction.commit();
  }
  return connection;
}

std::string key_condition() {
  std::string condition;
  for (const std::string& name : store_key_columns()) condition += (condition.empty() ? "" : " AND ") + name + " = ?";
  return condition;
}

std::string insert_run_sql() {
  std::string columns;
  std::string values;
  for (const std::string& name : store_key_columns()) {
    columns += name + ", ";
    values += "?, ";
  }
  for (const StoreColumn& column : store_columns()) {
    columns += "\"" + column.name + "\", ";
    values += "?, ";
  }
  return "INSERT INTO runs (" + columns + "result) VALUES (" + values + "?)";
}

// Returns the next free parameter. In the order of store_key_columns().
int bind_key(Statement& statement, const RunKey& key) {
  int parameter = 1;
  for (const std::string* text : {&key.scenario_hash, &key.protocol, &key.label, &key.params, &key.case_values})
    statement.bind(parameter++, std::string_view(*text));
  if (key.seed <= static_cast<std::uint64_t>(INT64_MAX))
    statement.bind(parameter++, static_cast<std::int64_t>(key.seed));
  else
    statement.bind(parameter++, std::string_view(std::to_string(key.seed)));
  statement.bind(parameter++, std::string_view(key.version));
  return parameter;
}

void bind_json(Statement& statement, int parameter, const Json& value) {
  if (value.is_string())
    statement.bind(parameter, std::string_view(value.get_ref<const std::string&>()));
  else if (value.is_boolean())
    statement.bind(parameter, static_cast<std::int64_t>(value.get<bool>()));
  else if (value.is_number_float())
    statement.bind(parameter, value.get<double>());
  else if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
    statement.bind(parameter, value.get<double>());
  else if (value.is_number())
    statement.bind(parameter, value.get<std::int64_t>());
  else
    statement.bind(parameter, nullptr);
}

Json parse(const std::string& text, const std::string& file) {
  Json result = Json::parse(text, nullptr, false);
  if (result.is_discarded()) throw StoreError(file + " is damaged: a stored result is not JSON");
  return result;
}

}  // namespace

struct Store::Database {
  Connection connection;
  Statement find{connection, "SELECT result FROM runs WHERE " + key_condition()};
  Statement remove{connection, "DELETE FROM runs WHERE " + key_condition()};
  Statement insert_run{connection, insert_run_sql()};
  Statement insert_sample{connection, "INSERT INTO series (run_id, t, name, value) VALUES (?, ?, ?, ?)"};

  void add_run(const RunKey& key, const Json& result);
  void add_series(std::int64_t run, const Json& series);
};

void Store::Database::add_run(const RunKey& key, const Json& result) {
  int parameter = bind_key(insert_run, key);
  for (const StoreColumn& column : store_columns()) bind_json(insert_run, parameter++, column_value(column, result));
  insert_run.bind(parameter, std::string_view(result.dump(-1, ' ', false, Json::error_handler_t::replace)));
  insert_run.run();
}

void Store::Database::add_series(std::int64_t run, const Json& series) {
  const auto times = series.find("t");
  if (times == series.end()) return;
  for (const auto& item : series.items()) {
    if (item.key() == "t") continue;
    const std::size_t samples = std::min(times->size(), item.value().size());
    for (std::size_t i = 0; i < samples; ++i) {
      insert_sample.bind(1, run);
      bind_json(insert_sample, 2, (*times)[i]);
      insert_sample.bind(3, std::string_view(item.key()));
      bind_json(insert_sample, 4, item.value()[i]);
      insert_sample.run();
    }
  }
}

Store::Store(const std::string& file) : database_(new Database{open_or_create(file)}) {}
Store::~Store() = default;

std::optional<Json> Store::find(const RunKey& key) {
  Statement& find = database_->find;
  bind_key(find, key);
  std::optional<std::string> text;
  if (find.step()) text = find.text(0);
  find.reset();
  if (!text) return std::nullopt;
  return parse(*text, database_->connection.file());
}

void Store::add(const RunKey& key, const Json& result) {
  Database& database = *database_;
  Transaction transaction(database.connection);
  bind_key(database.remove, key);
  database.remove.run();  // its series go with it
  database.add_run(key, result);
  if (const auto series = result.find("series"); series != result.end() && series->is_object())
    database.add_series(database.connection.last_insert_id(), *series);
  transaction.commit();
}

Connection open_store(const std::string& file) {
  Connection connection(file, false);
  if (!recognise(connection)) throw StoreError(file + " holds no results");
  return connection;
}

std::vector<Json> stored_results(const std::string& file) {
  Connection connection = open_store(file);
  Statement all(connection, "SELECT result FROM runs ORDER BY id");
  std::vector<Json> results;
  while (all.step()) results.push_back(parse(all.text(0), file));
  return results;
}

}  // namespace hearsay
