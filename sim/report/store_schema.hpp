// The tables of a results file: which columns `runs` has and how a result fills them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace hearsay {

// "hear" in ASCII, in the file's header: how we know a file of ours (PRAGMA application_id).
inline constexpr int store_application_id = 0x68656172;
// Of the tables below (PRAGMA user_version). Raise it when the columns change.
inline constexpr int store_format = 5;
// The oldest of files that are still read: there `series` is a table. Formats 3 and 4 lack some columns.
inline constexpr int readable_store_format = 2;

// A field of the result with a single value, and its column: the name of the field, every character other than a letter
// or digit replaced by `_`.
struct StoreColumn {
  std::string name;
  const char* type;               // SQLite's
  std::vector<std::string> path;  // into the result
};
const std::vector<StoreColumn>& store_columns();
std::string column_name(const std::string& field);

// The columns that make two runs the same run (RunKey), which come before those above.
const std::vector<std::string>& store_key_columns();

// CREATE statements for an empty file.
std::string store_schema();

// The value of a column; null if the result does not have it.
nlohmann::ordered_json column_value(const StoreColumn& column, const nlohmann::ordered_json& result);

}  // namespace hearsay
