#include "sim/report/store.hpp"

#include <sqlite3.h>
#include <sys/wait.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sim/report/json.hpp"
#include "tests/report/fixtures.hpp"
#include "tests/source_dir.hpp"

using namespace hearsay;
using hearsay::test::contents;
using hearsay::test::sample_result;
using hearsay::test::TemporaryDirectory;
using Json = nlohmann::ordered_json;

namespace {

RunKey key(std::uint64_t seed) {
  return {"5ca1ab1e", "delta-gossip", "delta", "fanout=3", "loss=10%", "0.1.0", seed, {}, {}, {}};
}

// The first column of every row, as any other program reads the file.
std::vector<std::string> query(const std::string& file, const std::string& sql) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
  std::vector<std::string> values;
  const auto collect = [](void* out, int, char** columns, char**) {
    static_cast<std::vector<std::string>*>(out)->emplace_back(columns[0] == nullptr ? "NULL" : columns[0]);
    return 0;
  };
  const int code = sqlite3_exec(db, sql.c_str(), collect, &values, nullptr);
  const std::string message = sqlite3_errmsg(db);
  sqlite3_close(db);
  INFO(message);
  REQUIRE(code == SQLITE_OK);
  return values;
}

std::string one(const std::string& file, const std::string& sql) {
  const auto values = query(file, sql);
  REQUIRE(values.size() == 1);
  return values[0];
}

void make_database(const std::string& file, const char* sql) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &db) == SQLITE_OK);
  REQUIRE(sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(db);
}

std::string error_of(const std::string& file) {
  try {
    const Store store(file);
  } catch (const StoreError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a stored run is found again, by this and by a later process") {
  const TemporaryDirectory directory;
  const std::string file = directory.file("r.sqlite");
  const Json result = to_json(sample_result());
  {
    Store store(file);
    CHECK_FALSE(store.find(key(1)).has_value());
    store.add(key(1), result);
    CHECK(store.find(key(1)) == result);
  }
  Store store(file);
  CHECK(store.find(key(1)) == result);
  CHECK(store.find(key(1))->dump() == result.dump());
  CHECK(stored_results(file) == std::vector<Json>{result});
}

TEST_CASE("the figures of a stored run are its result without the series, whatever its texts are") {
  const TemporaryDirectory directory;
  Store store(directory.file("r.sqlite"));
  CHECK_FALSE(store.find_figures(key(1)).has_value());
  RunResult run = sample_result();
  run.label = R"(x","series":{"t":[1]},"y)";
  Json result = to_json(run);
  store.add(key(1), result);
  CHECK(store.find(key(1)) == result);
  REQUIRE(result.erase("series") == 1);
  CHECK(store.find_figures(key(1)) == result);
  store.add(key(2), Json{{"seed", 2}});
  CHECK(store.find_figures(key(2)) == Json{{"seed", 2}});
}

TEST_CASE("every part of the key distinguishes runs") {
  const TemporaryDirectory directory;
  Store store(directory.file("r.sqlite"));
  store.add(key(1), Json{{"seed", 1}});
  for (SharedText RunKey::*part : {&RunKey::scenario_hash, &RunKey::protocol, &RunKey::label, &RunKey::params,
                                   &RunKey::case_values, &RunKey::version}) {
    RunKey other = key(1);
    other.*part = (other.*part).get() + "x";
    CHECK_FALSE(store.find(other).has_value());
    CHECK_FALSE(same_kind(other, key(1)));
    other.*part = "";
    CHECK_FALSE(store.find(other).has_value());
    CHECK_FALSE(same_kind(other, key(1)));
  }
  CHECK_FALSE(store.find(key(2)).has_value());
  CHECK(same_kind(key(2), key(1)));
}

TEST_CASE("seeds up to 2^64 - 1 are distinguished") {
  const TemporaryDirectory directory;
  const std::string file = directory.file("r.sqlite");
  Store store(file);
  store.add(key(UINT64_MAX), Json{{"seed", UINT64_MAX}});
  store.add(key(UINT64_MAX - 1), Json{{"seed", UINT64_MAX - 1}});
  CHECK((*store.find(key(UINT64_MAX)))["seed"] == UINT64_MAX);
  CHECK(query(file, "SELECT seed FROM runs ORDER BY id") ==
        std::vector<std::string>{"18446744073709551615", "18446744073709551614"});
}

TEST_CASE("adding a run again replaces it and its series") {
  const TemporaryDirectory directory;
  const std::string file = directory.file("r.sqlite");
  Store store(file);
  RunResult result = sample_result();
  store.add(key(1), to_json(result));
  result.lost_writes = 77;
  result.series = {{0}, {1}, {1}, {1}, {0}, {0}, {0}, {1}};
  store.add(key(1), to_json(result));
  CHECK((*store.find(key(1)))["lost_writes"] == 77);
  CHECK(one(file, "SELECT count(*) FROM runs") == "1");
  CHECK(one(file, "SELECT count(*) FROM series") == "7");
}

TEST_CASE("scalar fields are columns, joined with underscores") {
  const TemporaryDirectory directory;
  const std::string file = directory.file("r.sqlite");
  Store(file).add(key(7), to_json(sample_result()));
  const auto value = [&file](const std::string& column) { return one(file, "SELECT " + column + " FROM runs"); };
  CHECK(value("scenario") == "partition-heal");
  CHECK(value("scenario_hash") == "5ca1ab1e");
  CHECK(value("protocol") == "delta-gossip");
  CHECK(value("seed") == "7");
  CHECK(value("typeof(seed)") == "integer");
  CHECK(value("converged") == "1");
  CHECK(value("typeof(converged)") == "integer");
  CHECK(value("convergence_time_s") == "1.25");
  CHECK(value("stable_latency_s_p50") == "0.5");
  CHECK(value("messages_sent") == "5000");
  CHECK(value("messages_dropped_partition") == "21");
  CHECK(value("operations_attempted") == "400");
  CHECK(value("operations_writes_acknowledged") == "195");
  CHECK(value("maelstrom_stable_latencies_ms_0_5") == "500");
  CHECK(value("run_hash") == "0123456789abcdef");
  CHECK(value("verdict") == "fail");
  CHECK(value("cost_wall_s") == "0.5");
  CHECK(value("json_extract(result, '$.by_type') IS NULL") == "1");
  CHECK(value("json_extract(result, '$.messages.by_type.ack.bytes')") == "100000");
}

TEST_CASE("what a run does not have is NULL in its column") {
  const TemporaryDirectory directory;
  const std::string file = directory.file("r.sqlite");
  Store(file).add(key(1), to_json(RunResult{}));
  CHECK(one(file, "SELECT convergence_time_s FROM runs") == "NULL");
  CHECK(one(file, "SELECT maelstrom_stable_count FROM runs") == "NULL");
}

TEST_CASE("the columns are the same whatever was stored first") {
  const TemporaryDirectory directory;
  const std::string columns = "SELECT group_concat(name || type) FROM pragma_table_info('runs')";
  Store(directory.file("a")).add(key(1), Json::object());
  Store(directory.file("b")).add(key(1), to_json(sample_result()));
  CHECK(one(directory.file("a"), columns) == one(directory.file("b"), columns));
}

TEST_CASE("the tables of the present format are those of the golden file: raise store_format when they change") {
  const TemporaryDirectory directory;
  const std::string file = directory.file("r.sqlite");
  { const Store store(file); }
  std::string tables = "format " + one(file, "PRAGMA user_version") + "\n";
  for (const char* table : {"runs", "series", "scenarios"})
    for (const std::string& column : query(file, "SELECT name || iif('" + std::string(table) +
                                                     "' = 'series', '', ' ' || type) FROM "  // a view's
                                                     "pragma_table_info('" +
                                                     std::string(table) + "')"))  // types differ by version of SQLite
      tables += std::string(table) + "." + column + "\n";
  const std::string golden = source_file("tests/report/golden/tables.txt");
  if (std::getenv("HEARSAY_UPDATE_GOLDEN") != nullptr) std::ofstream(golden) << tables;
  CHECK(tables == contents(golden));
}

TEST_CASE("the series has one row per sample and name") {
  const TemporaryDirectory directory;
  const std::string file = directory.file("r.sqlite");
  Store(file).add(key(1), to_json(sample_result()));
  CHECK(one(file, "SELECT count(*) FROM series") == "21");
  CHECK(query(file, "SELECT DISTINCT name FROM series ORDER BY name") ==
        std::vector<std::string>{"bytes", "client_latency_s", "distinct_states", "messages", "present", "up_to_date",
                                 "views"});
  CHECK(one(file, "SELECT value FROM series JOIN runs ON run_id = runs.id WHERE name = 'messages' AND t = 0.5") ==
        "100.0");
  CHECK(query(file, "SELECT DISTINCT t FROM series ORDER BY t") == std::vector<std::string>{"0.0", "0.5", "1.0"});
}

TEST_CASE("a run with five curves of 500 samples takes a quarter of what rows took: 26 kB of the file") {
  const TemporaryDirectory directory;
  const std::string file = directory.file("r.sqlite");
  RunResult result = sample_result();
  result.series = {};
  for (int i = 0; i < 500; ++i) {
    result.series.t.push_back(i / 100.0);
    for (auto* curve : {&result.series.up_to_date, &result.series.present}) curve->push_back(i / 500.0);
    for (auto* curve : {&result.series.distinct_states, &result.series.messages, &result.series.bytes})
      curve->push_back(i * 10);
  }
  constexpr std::uint64_t runs = 40;
  {
    Store store(file);
    for (std::uint64_t seed = 0; seed < runs; ++seed) store.add(key(seed), to_json(result));
  }
  CHECK(std::filesystem::file_size(file) / runs < 26'000);
}

TEST_CASE("text with quotes, zero bytes and broken UTF-8 is stored") {
  const TemporaryDirectory directory;
  Store store(directory.file("r.sqlite"));
  RunKey odd = key(1);
  odd.label = std::string("'); DROP TABLE runs; --\0\xFF", 26);
  RunResult result = sample_result();
  result.label = odd.label;
  store.add(odd, to_json(result));
  CHECK(store.find(odd).has_value());
  odd.label = odd.label.get().substr(0, 25);
  CHECK_FALSE(store.find(odd).has_value());
}

TEST_CASE("names that SQLite gives a meaning are plain files") {
  const TemporaryDirectory directory;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(directory.path());
  Store(":memory:").add(key(1), Json::object());
  Store("file:x?mode=memory").add(key(1), Json::object());
  std::filesystem::current_path(before);
  CHECK(std::filesystem::exists(directory.file(":memory:")));
  CHECK(std::filesystem::exists(directory.file("file:x?mode=memory")));
}

TEST_CASE("nothing but the one file is left beside a closed store") {
  const TemporaryDirectory directory;
  Store(directory.file("r.sqlite")).add(key(1), Json::object());
  CHECK(std::distance(std::filesystem::directory_iterator(directory.path()), {}) == 1);
}

TEST_CASE("a file that is no results file is refused and left as it was") {
  const TemporaryDirectory directory;
  const std::string file = directory.file("x");
  const auto refused = [&file](const std::string& why) {
    const std::string before = contents(file);
    CHECK_THAT(error_of(file), Catch::Contains(why));
    CHECK_THAT(error_of(file), Catch::Contains(file));
    CHECK_THROWS_AS(stored_results(file), StoreError);
    CHECK(contents(file) == before);
  };
  SECTION("short text") {
    std::ofstream(file) << "name: partition-heal\n";
    refused("is not a SQLite database");
  }
  SECTION("long text") {
    std::ofstream(file) << std::string(100'000, 'x');
    refused("is not a SQLite database");
  }
  SECTION("another program's database") {
    make_database(file, "CREATE TABLE runs (id INTEGER PRIMARY KEY)");
    refused("not one with results of hearsay");
  }
  SECTION("another program's empty database") {
    make_database(file, "PRAGMA application_id = 7; VACUUM");
    refused("not one with results of hearsay");
  }
  SECTION("a results file of the format before, which is still read") {
    { Store(file).add(key(1), Json{{"seed", 1}}); }
    make_database(
        file,
        "DROP VIEW series; CREATE TABLE series (run_id INTEGER NOT NULL, t REAL NOT NULL, name TEXT NOT NULL, "
        "value REAL, PRIMARY KEY (run_id, name, t)) WITHOUT ROWID; PRAGMA user_version = 2");
    CHECK_THAT(error_of(file), Catch::Contains("format 2, which this version of hearsay reads but does not append to"));
    CHECK(stored_results(file) == std::vector<Json>{Json{{"seed", 1}}});
  }
  SECTION("a results file of another format") {
    { const Store store(file); }
    make_database(file, "PRAGMA user_version = 99");
    refused("format 99");
  }
}

TEST_CASE("a results file cut short is reported as damaged") {
  const TemporaryDirectory directory;
  const std::string file = directory.file("r.sqlite");
  Store(file).add(key(1), to_json(sample_result()));
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2 / 4096 * 4096);
  CHECK_THROWS_AS(Store(file).add(key(2), to_json(sample_result())), StoreError);
}

TEST_CASE("a place where no file can be is refused with its reason") {
  const TemporaryDirectory directory;
  CHECK_THAT(error_of(directory.path().string()), Catch::Contains("is a directory"));
  CHECK_THAT(error_of(directory.file("no/such/r.sqlite")), Catch::Contains("does not exist"));
  CHECK_THAT(error_of(""), Catch::Contains("empty name"));
  CHECK_THAT(error_of("/proc/version"), Catch::Contains("/proc/version"));
  CHECK_THROWS_WITH(stored_results(directory.file("gone.sqlite")), Catch::Contains("does not exist"));
  CHECK_FALSE(std::filesystem::exists(directory.file("gone.sqlite")));
}

TEST_CASE("a read-only file is refused as such") {
  const TemporaryDirectory directory;
  const std::string file = directory.file("r.sqlite");
  { const Store store(file); }
  std::filesystem::permissions(directory.path(), std::filesystem::perms(0755));
  std::filesystem::permissions(file, std::filesystem::perms(0444));
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {  // the superuser may write everything: become somebody else
    if (geteuid() == 0 && setuid(65534) != 0) _exit(2);
    _exit(error_of(file).find("cannot be written: the file is read-only") != std::string::npos ? 0 : 1);
  }
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}
