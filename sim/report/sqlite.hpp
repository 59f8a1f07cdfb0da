// SQLite's C interface with owners: a connection, prepared statements, a transaction. Every failure is a StoreError
// that names the file.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sim/report/store.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace hearsay {

class Connection {
 public:
  // Opens for reading and writing; `create`: makes the file if it is not there. Waits for other writers when they are
  // busy.
  Connection(const std::string& file, bool create);

  void execute(const char* sql);  // one or more statements without results
  std::int64_t last_insert_id() const;
  std::int64_t count(const char* sql);  // the first column of the first row
  bool read_only() const;

  [[noreturn]] void fail(int code) const;
  sqlite3* handle() const { return handle_.get(); }
  const std::string& file() const { return file_; }

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  std::string file_;
  std::unique_ptr<sqlite3, Close> handle_;
};

// A statement that is prepared once and run many times. Parameters count from 1, columns from 0.
class Statement {
 public:
  Statement(Connection& connection, const std::string& sql);

  void bind(int parameter, std::nullptr_t);
  void bind(int parameter, std::int64_t value);
  void bind(int parameter, double value);
  void bind(int parameter, std::string_view value);

  bool step();   // true if there is a row
  void reset();  // ready to be bound and run again
  void run();    // for statements without rows: step and reset

  std::string text(int column) const;
  std::string_view view(int column) const;  // until the next step
  std::int64_t integer(int column) const;
  std::uint64_t whole(int column) const;  // a whole number from 0 on, kept as text beyond 2^63; 0 if it is none
  std::optional<double> number(int column) const;  // nothing for NULL

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Connection& connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// Opens a store of ours to read it; never creates or changes the file. Throws StoreError if it is not there, no store
// of ours, or empty.
Connection open_store(const std::string& file);
// Nothing if the file is not there, or if whoever creates it has not written its tables yet.
std::optional<Connection> open_store_if_begun(const std::string& file);

// The same to write it; makes it if it is not there.
Connection open_or_create_store(const std::string& file);

// Takes the write lock at once (so that two processes queue up instead of failing half way); rolls back unless
// committed.
class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_(connection) { connection_.execute("BEGIN IMMEDIATE"); }
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

}  // namespace hearsay
