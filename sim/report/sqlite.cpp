#include "sim/report/sqlite.hpp"

#include <sqlite3.h>

#include <charconv>
#include <filesystem>
#include <system_error>

namespace hearsay {
namespace {

// Longer than any queue of writers takes: a transaction lasts milliseconds.
constexpr int busy_timeout_ms = 30'000;

// What can be said better than SQLite's "unable to open database file".
void check_path(const std::filesystem::path& path, const std::string& file, bool create) {
  std::error_code ignored;
  if (file.empty()) throw StoreError("the results file has an empty name");
  if (std::filesystem::is_directory(path, ignored)) throw StoreError(file + " is a directory, not a results file");
  if (!std::filesystem::exists(path, ignored) && !create) throw StoreError(file + " does not exist");
  if (!std::filesystem::is_directory(path.parent_path(), ignored))
    throw StoreError("cannot create " + file + ": the directory " + path.parent_path().string() + " does not exist");
}

}  // namespace

void Connection::Close::operator()(sqlite3* handle) const { sqlite3_close(handle); }

Connection::Connection(const std::string& file, bool create) : file_(file) {
  // Absolute: SQLite gives names such as ":memory:" and "file:..." a meaning of their own.
  const std::filesystem::path path = file.empty() ? std::filesystem::path() : std::filesystem::absolute(file);
  check_path(path, file, create);
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0), nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) fail(code);
  sqlite3_busy_timeout(handle, busy_timeout_ms);
}

void Connection::execute(const char* sql) {
  const int code = sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t Connection::count(const char* sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.integer(0) : 0;
}

std::int64_t Connection::last_insert_id() const { return sqlite3_last_insert_rowid(handle()); }

bool Connection::read_only() const { return sqlite3_db_readonly(handle(), "main") == 1; }

void Connection::fail(int code) const {
  const std::string detail = handle() == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle());
  switch (code & 0xFF) {
    case SQLITE_NOTADB: throw StoreError(file_ + " is not a SQLite database");
    case SQLITE_BUSY:
    case SQLITE_LOCKED: throw StoreError(file_ + " is locked by another process");
    case SQLITE_READONLY: throw StoreError(file_ + " cannot be written: " + detail);
    case SQLITE_FULL: throw StoreError("no space is left for " + file_);
    case SQLITE_CANTOPEN:
    case SQLITE_PERM: throw StoreError("cannot open " + file_ + ": " + detail);
    case SQLITE_CORRUPT: throw StoreError(file_ + " is damaged: " + detail);
    default: throw StoreError(file_ + ": " + detail);
  }
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement::Statement(Connection& connection, const std::string& sql) : connection_(connection) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(connection.handle(), sql.c_str(), -1, &statement, nullptr);
  statement_.reset(statement);
  if (code != SQLITE_OK) connection.fail(code);
}

void Statement::bind(int parameter, std::nullptr_t) { sqlite3_bind_null(statement_.get(), parameter); }
void Statement::bind(int parameter, std::int64_t value) { sqlite3_bind_int64(statement_.get(), parameter, value); }
void Statement::bind(int parameter, double value) { sqlite3_bind_double(statement_.get(), parameter, value); }
void Statement::bind(int parameter, std::string_view value) {
  // SQLite reads a null pointer as NULL; an empty view may hold one.
  sqlite3_bind_text64(statement_.get(), parameter, value.empty() ? "" : value.data(), value.size(), SQLITE_TRANSIENT,
                      SQLITE_UTF8);
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  sqlite3_reset(statement_.get());
  connection_.fail(code);
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

void Statement::run() {
  step();
  reset();
}

std::string Statement::text(int column) const { return std::string(view(column)); }

std::string_view Statement::view(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::uint64_t Statement::whole(int column) const {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_INTEGER)
    return static_cast<std::uint64_t>(sqlite3_column_int64(statement_.get(), column));
  const std::string_view digits = view(column);
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::optional<double> Statement::number(int column) const {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::nullopt;
  return sqlite3_column_double(statement_.get(), column);
}

Transaction::~Transaction() {
  if (open_) sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  connection_.execute("COMMIT");
  open_ = false;
}

}  // namespace hearsay
