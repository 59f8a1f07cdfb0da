// Why no write-ahead log: it keeps finished runs in a second file beside the results until a checkpoint, so that a copy
// of the one file would lack them. With SQLite's rollback journal a commit is in the file itself; after a kill in the
// middle of a transaction the next reader rolls that one run back. `synchronous = FULL` makes the commit survive a
// power cut too.
#include "sim/report/store.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "sim/report/finished_run.hpp"
#include "sim/report/sqlite.hpp"
#include "sim/report/store_schema.hpp"
#include "sim/report/stored_row.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

enum class Use : std::uint8_t { read, append };

// Throws unless the file is ours and of a format that can be used so. False: it is empty, its tables are still to be
// made.
bool recognise(Connection& connection, Use use) {
  // In one statement, which sees one state of the file: another process may be making the tables.
  Statement header(connection,
                   "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master) "
                   "FROM pragma_application_id, pragma_user_version");
  header.step();
  const std::int64_t id = header.integer(0), format = header.integer(1), tables = header.integer(2);
  header.reset();
  if (id == 0 && tables == 0) return false;
  if (id != store_application_id)
    throw StoreError(connection.file() + " is a SQLite database, but not one with results of hearsay");
  const bool older = format >= readable_store_format && format < store_format;
  if (format == store_format || (use == Use::read && older)) return true;
  const std::string has = connection.file() + " has results in format " + std::to_string(format);
  if (older) throw StoreError(has + ", which this version of hearsay reads but does not append to; name a new file");
  throw StoreError(has + "; this version of hearsay reads formats " + std::to_string(readable_store_format) + " to " +
                   std::to_string(store_format));
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
  return "INSERT INTO runs (" + columns + "command, scenario_text, result) VALUES (" + values + "?, ?, ?)";
}

std::array<const SharedText*, 5> kind_of(const RunKey& key) {
  return {&key.scenario_hash, &key.protocol, &key.label, &key.params, &key.case_values};
}

// Returns the next free parameter. In the order of store_key_columns().
int bind_key(Statement& statement, const RunKey& key) {
  int parameter = 1;
  for (const SharedText* text : kind_of(key)) statement.bind(parameter++, std::string_view(text->get()));
  if (key.seed <= static_cast<std::uint64_t>(INT64_MAX))
    statement.bind(parameter++, static_cast<std::int64_t>(key.seed));
  else
    statement.bind(parameter++, std::string_view(std::to_string(key.seed)));
  statement.bind(parameter++, std::string_view(key.version.get()));
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

  Statement insert_scenario{connection, "INSERT OR IGNORE INTO scenarios (text, platform) VALUES (?, ?)"};
  Statement find_scenario{connection, "SELECT id FROM scenarios WHERE text = ? AND platform = ?"};

  std::optional<std::string> text_of(const RunKey& key);
  std::int64_t scenario_of(const RunKey& key);
  void add_run(const RunKey& key, const FinishedRun& run);
};

std::optional<std::string> Store::Database::text_of(const RunKey& key) {
  bind_key(find, key);
  std::optional<std::string> text;
  if (find.step()) text = find.text(0);
  find.reset();
  return text;
}

// The row of the run's scenario, made if it is not there.
std::int64_t Store::Database::scenario_of(const RunKey& key) {
  for (Statement* statement : {&insert_scenario, &find_scenario}) {
    statement->bind(1, std::string_view(key.scenario_text.get()));
    statement->bind(2, std::string_view(key.platform_text.get()));
  }
  insert_scenario.run();
  find_scenario.step();
  const std::int64_t id = find_scenario.integer(0);
  find_scenario.reset();
  return id;
}

void Store::Database::add_run(const RunKey& key, const FinishedRun& run) {
  bind_key(remove, key);
  remove.run();
  int parameter = bind_key(insert_run, key);
  for (const StoreColumn& column : store_columns())
    bind_json(insert_run, parameter++, column_value(column, run.figures));
  insert_run.bind(parameter++, std::string_view(key.command));
  insert_run.bind(parameter++, scenario_of(key));
  insert_run.bind(parameter, std::string_view(run.text));
  insert_run.run();
}

Connection open_or_create_store(const std::string& file) {
  Connection connection(file, true);
  connection.execute("PRAGMA foreign_keys = OFF; PRAGMA synchronous = FULL");
  const bool ours = recognise(connection, Use::append);
  if (connection.read_only()) throw StoreError(file + " cannot be written: the file is read-only");
  if (!ours) {
    Transaction transaction(connection);
    if (!recognise(connection, Use::append))
      connection.execute(store_schema().c_str());  // another process may have been faster
    transaction.commit();
  }
  return connection;
}

std::string identity(const RunKey& key) {
  std::string text;
  for (const SharedText* part : kind_of(key)) text += std::to_string(part->get().size()) + ":" + part->get();
  return text + std::to_string(key.seed);
}

bool same_kind(const RunKey& a, const RunKey& b) {
  const auto ours = kind_of(a), theirs = kind_of(b);
  for (std::size_t i = 0; i < ours.size(); ++i)
    if (!(*ours[i] == *theirs[i])) return false;
  return a.version == b.version;
}

Store::Store(const std::string& file) : database_(new Database{open_or_create_store(file)}) {}
Store::~Store() = default;

std::optional<Json> Store::find(const RunKey& key) {
  const auto text = database_->text_of(key);
  if (!text) return std::nullopt;
  return parse(*text, database_->connection.file());
}

std::optional<Json> Store::find_figures(const RunKey& key) {
  auto text = database_->text_of(key);
  if (!text) return std::nullopt;
  return parse(without_series(std::move(*text)), database_->connection.file());
}

void Store::add(const RunKey& key, const Json& result) {
  const FinishedRun run = finished_run(result);
  const std::array<std::pair<const RunKey*, const FinishedRun*>, 1> one{{{&key, &run}}};
  add(one);
}

void Store::add(std::span<const std::pair<const RunKey*, const FinishedRun*>> runs) {
  Transaction transaction(database_->connection);
  for (const auto& [key, run] : runs) database_->add_run(*key, *run);
  transaction.commit();
}

struct StoredFigures::Query {
  Query(Connection& connection, const std::vector<const Field*>& fields)
      : row(fields, 1),
        select(connection, "SELECT seed" + row.columns() +
                               " FROM runs WHERE scenario_hash = ? AND protocol = ? AND label = ? AND params_key = ? "
                               "AND case_key = ? AND version = ? AND seed BETWEEN ? AND ?") {}

  StoredRow row;
  Statement select;
};

StoredFigures::StoredFigures(Store& store, const std::vector<const Field*>& fields)
    : query_(std::make_unique<Query>(store.database_->connection, fields)) {}
StoredFigures::~StoredFigures() = default;

void StoredFigures::each(const RunKey& key, std::uint64_t first, std::uint64_t last, const Take& take) {
  Statement& select = query_->select;
  int parameter = 1;
  for (const SharedText* text : kind_of(key)) select.bind(parameter++, std::string_view(text->get()));
  select.bind(parameter++, std::string_view(key.version.get()));
  // Those beyond are text, which is greater than any number.
  constexpr auto most = static_cast<std::uint64_t>(INT64_MAX);
  select.bind(parameter++, static_cast<std::int64_t>(std::min(first, most)));
  if (last <= most)
    select.bind(parameter, static_cast<std::int64_t>(last));
  else
    select.bind(parameter, std::string_view("a"));
  while (select.step())
    if (const std::uint64_t seed = select.whole(0); seed >= first && seed <= last)
      take(seed, query_->row.lookup(select));
  select.reset();
}

Connection open_store(const std::string& file) {
  Connection connection(file, false);
  if (!recognise(connection, Use::read)) throw StoreError(file + " holds no results");
  return connection;
}

std::optional<Connection> open_store_if_begun(const std::string& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return std::nullopt;
  Connection connection(file, false);
  if (!recognise(connection, Use::read)) return std::nullopt;
  return connection;
}

StoredRunText stored_run(const std::string& file, std::int64_t id) {
  Connection connection = open_store(file);
  Statement select(
      connection,
      "SELECT label, seed, params_key, version, command, text, platform, run_hash FROM runs JOIN scenarios ON "
      "scenarios.id = scenario_text WHERE runs.id = ?");
  select.bind(1, id);
  if (!select.step())
    throw StoreError(file + " has no run " + std::to_string(id) + "; the ids are " +
                     std::to_string(connection.count("SELECT min(id) FROM runs")) + " to " +
                     std::to_string(connection.count("SELECT max(id) FROM runs")));
  return {select.text(0), select.text(1), select.text(2), select.text(3),
          select.text(4), select.text(5), select.text(6), select.text(7)};
}

std::vector<Json> stored_results(const std::string& file) {
  Connection connection = open_store(file);
  Statement all(connection, "SELECT result FROM runs ORDER BY id");
  std::vector<Json> results;
  while (all.step()) results.push_back(parse(all.text(0), file));
  return results;
}

StoredDetails stored_details(const std::string& file, std::span<const std::int64_t> ids) {
  Connection connection = open_store(file);
  Statement select(connection,
                   "SELECT result, version, command, scenario_text, text FROM runs JOIN scenarios ON scenarios.id = "
                   "scenario_text WHERE runs.id = ?");
  StoredDetails details;
  std::map<std::int64_t, std::size_t> scenarios;
  for (const std::int64_t id : ids) {
    select.bind(1, id);
    if (!select.step()) throw StoreError(file + " has no run " + std::to_string(id));
    const auto [scenario, fresh] = scenarios.emplace(select.integer(3), details.scenarios.size());
    if (fresh) details.scenarios.push_back(select.text(4));
    details.results.push_back(parse(select.text(0), file));
    details.runs.push_back({select.text(1), select.text(2), scenario->second});
    select.reset();
  }
  return details;
}

}  // namespace hearsay
