// With both files attached to one connection the work is SQLite's, row by row; `source` is the store that is added.
#include "sim/report/merge.hpp"

#include <filesystem>
#include <map>
#include <set>
#include <vector>

#include "sim/report/store_schema.hpp"

namespace hearsay {
namespace {

// `main.runs` as m and `source.runs` as s are the same run.
std::string same_run() {
  std::string condition;
  for (const std::string& name : store_key_columns())
    condition += (condition.empty() ? "m." : " AND m.") + name + " = s." + name;
  return condition;
}

// The columns of a table of the added store, except those that differ between stores.
std::string columns_of(Connection& connection, const std::string& table, const std::set<std::string>& except) {
  Statement select(connection, "SELECT name FROM pragma_table_info(?, 'source')");
  select.bind(1, std::string_view(table));
  std::string columns;
  while (select.step())
    if (!except.contains(select.text(0))) columns += ", \"" + select.text(0) + "\"";
  return columns;
}

// Detaches the added store whatever happens.
class Attached {
 public:
  Attached(Connection& connection, const std::string& file) : connection_(connection) {
    Statement attach(connection, "ATTACH ? AS source");
    attach.bind(1, std::string_view(std::filesystem::absolute(file).string()));
    attach.run();
  }
  ~Attached() {
    try {
      connection_.execute(
          "DROP TABLE IF EXISTS temp.differing; DROP TABLE IF EXISTS temp.fresh; DROP TABLE IF EXISTS "
          "temp.scenario_of; DETACH source");
    } catch (const StoreError&) {  // the connection is of no further use, and its next statement says so
    }
  }
  Attached(const Attached&) = delete;
  Attached& operator=(const Attached&) = delete;

 private:
  Connection& connection_;
};

}  // namespace

StoreMerge::StoreMerge(const std::string& out) : connection_(open_or_create_store(out)) {}

MergeCount StoreMerge::add(const std::string& in, bool mixed_versions) {
  open_store(in);  // says what is wrong with it, and rolls back what a killed process left half done
  const Attached attached(connection_, in);
  Transaction transaction(connection_);
  refuse_other_columns(in);
  if (!mixed_versions) refuse_other_versions(in);
  compare();
  refuse_other_results(in);
  const MergeCount count = copy();
  transaction.commit();
  return count;
}

// The format's number is that of the tables; what it cannot see is a change that forgot to raise it.
void StoreMerge::refuse_other_columns(const std::string& in) {
  for (const char* table : {"runs", "series", "scenarios"}) {
    Statement select(connection_,
                     "SELECT (SELECT sql FROM main.sqlite_master WHERE name = ?1) = (SELECT sql FROM "
                     "source.sqlite_master WHERE name = ?1)");
    select.bind(1, std::string_view(table));
    if (!select.step() || select.integer(0) != 1)
      throw StoreMismatch(in + " and " + connection_.file() +
                          " have different columns; run one of the two again with the " +
                          "program that made the other");
  }
}

void StoreMerge::refuse_other_versions(const std::string& in) {
  // A version ends with the plugin that the protocol comes from, if any.
  static const std::string behind = " with plugin ";
  std::map<std::string, std::set<std::string>> by_protocol;
  std::set<std::string> programs;
  Statement select(connection_,
                   "SELECT protocol, version FROM main.runs GROUP BY 1, 2 UNION SELECT protocol, version FROM "
                   "source.runs GROUP BY 1, 2");
  while (select.step()) {
    by_protocol[select.text(0)].insert(select.text(1));
    programs.insert(select.text(1).substr(0, select.text(1).find(behind)));
  }
  std::set<std::string> versions = programs.size() > 1 ? programs : std::set<std::string>{};
  for (const auto& [protocol, of_it] : by_protocol)
    if (of_it.size() > 1) versions.insert(of_it.begin(), of_it.end());
  if (versions.empty()) return;
  std::string names;
  for (const std::string& version : versions) names += (names.empty() ? "" : ", ") + version;
  throw StoreMismatch(in + " and " + connection_.file() + " have runs of several versions of the program (" + names +
                      "); --mixed-versions merges them all the same");
}

// The rows of both stores are read once: they may be larger than the memory that holds files.
void StoreMerge::compare() {
  connection_.execute(
      ("CREATE TEMP TABLE differing (source INTEGER PRIMARY KEY, target INTEGER, wanted INTEGER NOT NULL, scenario "
       "INTEGER NOT NULL);"
       "INSERT INTO differing SELECT s.id, m.id, m.id IS NULL OR s.run_hash IS NOT NULL, s.scenario_text FROM "
       "source.runs AS s LEFT JOIN main.runs AS m ON " +
       same_run() + " WHERE m.id IS NULL OR m.run_hash IS NOT s.run_hash ORDER BY s.id")
          .c_str());
}

void StoreMerge::refuse_other_results(const std::string& in) {
  Statement select(connection_,
                   "SELECT s.scenario, s.label, s.case_key, s.seed, m.run_hash, s.run_hash FROM differing JOIN "
                   "source.runs AS s ON s.id = source JOIN main.runs AS m ON m.id = target WHERE m.run_hash <> "
                   "s.run_hash LIMIT 1");
  if (!select.step()) return;
  throw StoreContradiction(connection_.file() + " and " + in + " have different results of one run: scenario " +
                           select.text(0) + ", " + select.text(1) + ", " +
                           (select.text(2).empty() ? "" : select.text(2) + " ") + "seed " + select.text(3) +
                           ", run_hash " + select.text(4) + " and " + select.text(5));
}

MergeCount StoreMerge::copy() {
  // What is new gets ids behind those that are there, in its own order.
  connection_.execute(
      "CREATE TEMP TABLE fresh (place INTEGER PRIMARY KEY, old INTEGER NOT NULL);"
      "INSERT INTO fresh (old) SELECT source FROM differing WHERE wanted ORDER BY source;"
      "DELETE FROM main.runs WHERE id IN (SELECT target FROM differing WHERE wanted);"
      "INSERT OR IGNORE INTO main.scenarios (text, platform) SELECT text, platform FROM source.scenarios WHERE id IN "
      "(SELECT scenario FROM differing WHERE wanted) ORDER BY id;"
      "CREATE TEMP TABLE scenario_of (old INTEGER PRIMARY KEY, new INTEGER NOT NULL);"
      "INSERT INTO scenario_of SELECT s.id, m.id FROM source.scenarios AS s JOIN main.scenarios AS m ON m.text = "
      "s.text AND m.platform = s.platform;");
  const std::string base = std::to_string(connection_.count("SELECT coalesce(max(id), 0) FROM main.runs"));
  const std::string columns = columns_of(connection_, "runs", {"id", "scenario_text"});
  connection_.execute(("INSERT INTO main.runs (id, scenario_text" + columns + ") SELECT place + " + base + ", new" +
                       columns +
                       " FROM fresh CROSS JOIN source.runs AS s ON s.id = fresh.old CROSS JOIN scenario_of ON "
                       "scenario_of.old = s.scenario_text ORDER BY place;")
                          .c_str());
  MergeCount count;
  count.added = connection_.count("SELECT count(*) FROM fresh");
  count.present = connection_.count("SELECT count(*) FROM source.runs") - count.added;
  return count;
}

}  // namespace hearsay
