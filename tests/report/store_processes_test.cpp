// Several processes on one results file, and processes that are killed while they write.
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include <array>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sim/report/json.hpp"
#include "sim/report/store.hpp"
#include "tests/report/fixtures.hpp"

using namespace hearsay;
using hearsay::test::TemporaryDirectory;
using Json = nlohmann::ordered_json;

namespace {

RunKey key(const std::string& label, std::uint64_t seed) { return {"h", "p", label, "", "", "1", seed, {}, {}, {}}; }

// With a series as long as they get, so that a transaction spans many pages.
Json long_result(std::uint64_t seed) {
  RunResult result = test::sample_result();
  result.seed = seed;
  result.series = {};
  for (int i = 0; i < 500; ++i) {
    result.series.t.push_back(i);
    for (auto* values : {&result.series.up_to_date, &result.series.present, &result.series.distinct_states,
                         &result.series.messages, &result.series.bytes})
      values->push_back(i * 0.5);
  }
  return to_json(result);
}

template <class Body>
pid_t in_child(Body body) {
  const pid_t child = fork();
  if (child != 0) return child;
  try {
    body();
    _exit(0);
  } catch (...) {
    _exit(1);
  }
}

int wait_for(pid_t child) {
  int status = -1;
  return waitpid(child, &status, 0) == child ? status : -1;
}

std::string integrity(const std::string& file) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &db) == SQLITE_OK);
  std::string answer;
  const auto collect = [](void* out, int, char** columns, char**) {
    *static_cast<std::string*>(out) += columns[0];
    return 0;
  };
  sqlite3_exec(db,
               "PRAGMA integrity_check; SELECT count(*) FROM runs WHERE 2500 != (SELECT count(*) FROM series WHERE "
               "run_id = runs.id)",
               collect, &answer, nullptr);
  sqlite3_close(db);
  return answer;
}

}  // namespace

TEST_CASE("two processes append to one file at the same time") {
  const TemporaryDirectory directory;
  const std::string file = directory.file("r.sqlite");
  constexpr std::uint64_t each = 15;
  const auto writer = [&file](const std::string& label) {
    return in_child([&] {
      Store store(file);  // both may find the file empty and want to make the tables
      for (std::uint64_t seed = 0; seed < each; ++seed) store.add(key(label, seed), long_result(seed));
    });
  };
  const pid_t a = writer("a");
  const pid_t b = writer("b");
  CHECK(wait_for(a) == 0);
  CHECK(wait_for(b) == 0);
  Store store(file);
  for (const char* label : {"a", "b"})
    for (std::uint64_t seed = 0; seed < each; ++seed) CHECK(store.find(key(label, seed)).has_value());
  CHECK(stored_results(file).size() == 2 * each);
}

TEST_CASE("a file that another process is making into a store is a store or still empty, never something else") {
  const TemporaryDirectory directory;
  constexpr int files = 100;
  std::array<pid_t, 4> children{};
  for (pid_t& child : children)
    child = in_child([&] {
      for (int i = 0; i < files; ++i) Store{directory.file(std::to_string(i))};
    });
  for (const pid_t child : children) CHECK(wait_for(child) == 0);
  for (int i = 0; i < files; ++i) CHECK(stored_results(directory.file(std::to_string(i))).empty());
}

TEST_CASE("a process killed while it adds runs leaves a readable file with every finished run") {
  for (const std::uint64_t finished : {1, 3, 7}) {
    const TemporaryDirectory directory;
    const std::string file = directory.file("r.sqlite");
    int pipe_ends[2];
    REQUIRE(pipe(pipe_ends) == 0);
    const pid_t child = in_child([&] {
      Store store(file);
      for (std::uint64_t seed = 0;; ++seed) {
        store.add(key("x", seed), long_result(seed));
        if (write(pipe_ends[1], "+", 1) != 1) return;
      }
    });
    close(pipe_ends[1]);
    char byte = 0;
    for (std::uint64_t i = 0; i < finished; ++i) REQUIRE(read(pipe_ends[0], &byte, 1) == 1);
    kill(child, SIGKILL);
    CHECK(WIFSIGNALED(wait_for(child)));
    close(pipe_ends[0]);

    const std::vector<Json> results = stored_results(file);
    CHECK(results.size() >= finished);
    for (std::size_t i = 0; i < results.size(); ++i) CHECK(results[i] == long_result(i));
    CHECK(integrity(file) == "ok0");
    Store store(file);  // and can be gone on with
    store.add(key("x", 1'000'000), long_result(0));
    CHECK(stored_results(file).size() == results.size() + 1);
  }
}

TEST_CASE("a transaction cut off half way, its journal still there, is rolled back by the next reader") {
  const TemporaryDirectory directory;
  const std::string file = directory.file("r.sqlite");
  { Store(file).add(key("x", 0), long_result(0)); }
  // The child spills changed pages of an open transaction into the file, then dies.
  const pid_t child = in_child([&] {
    sqlite3* db = nullptr;
    sqlite3_open(file.c_str(), &db);
    sqlite3_exec(db, "PRAGMA cache_size = 1; BEGIN IMMEDIATE; UPDATE runs SET result = 'x'; DELETE FROM runs", nullptr,
                 nullptr, nullptr);
    sqlite3_db_cacheflush(db);
    raise(SIGKILL);
  });
  CHECK(WIFSIGNALED(wait_for(child)));
  REQUIRE(std::filesystem::exists(file + "-journal"));
  CHECK(stored_results(file) == std::vector<Json>{long_result(0)});
  CHECK(integrity(file) == "ok0");
}
