// What became of the steps of a script.
#include "sim/metrics/script_log.hpp"

#include <catch2/catch.hpp>

namespace hearsay {
namespace {

Operation step(OpId id, std::uint32_t script, OperationKind kind, const char* method, const char* key,
               const char* value) {
  Operation operation;
  operation.id = id;
  operation.script = script;
  operation.kind = kind;
  operation.method = method;
  operation.key = key;
  operation.value = value;
  return operation;
}

Time at(std::int64_t ms) { return Time(std::chrono::milliseconds(ms)); }

Response answer(Outcome outcome, std::vector<WriteId> seen = {}) { return {outcome, std::move(seen), false, nullptr}; }

TEST_CASE("each step of a script keeps when, where and what it asked, and how it was answered") {
  const Operation write = step(0, 0, OperationKind::write, "", "k", "v");
  const Operation other = step(1, Operation::unscripted, OperationKind::write, "", "l", "v");
  const Operation read = step(2, 1, OperationKind::read, "get", "k", "");
  const Operation add = step(3, 2, OperationKind::write, "add", "set", "x");
  const Operation whole = step(4, 3, OperationKind::read, "fetch", "", "");
  ScriptLog log;
  log.observe(Event::invoke(at(100), 3, write));
  log.observe(Event::invoke(at(150), 1, other));
  log.observe(Event::invoke(at(200), 4, read));
  log.observe(Event::respond(at(250), 1, other, answer(Outcome::ok)));
  log.observe(Event::respond(at(300), 4, read, answer(Outcome::ok, {0, 1})));  // before the write's
  log.observe(Event::respond(at(400), 3, write, answer(Outcome::failed)));
  log.observe(Event::invoke(at(500), 5, add));
  log.observe(Event::respond(at(2500), 5, add, answer(Outcome::timed_out)));
  log.observe(Event::invoke(at(600), 6, whole));
  const auto& records = log.records();
  REQUIRE(records.size() == 4);
  CHECK(records[0].operation == "write k v");
  CHECK(records[0].node == 3);
  CHECK(records[0].at == Approx(0.1));
  CHECK(records[0].outcome == Outcome::failed);
  CHECK(*records[0].answered_s == Approx(0.3));
  CHECK_FALSE(records[0].found);
  CHECK(records[1].operation == "get k");
  CHECK(records[1].outcome == Outcome::ok);
  CHECK(*records[1].answered_s == Approx(0.1));
  CHECK(records[1].found == std::uint64_t{2});
  CHECK(records[2].operation == "add set x");
  CHECK(records[2].outcome == Outcome::timed_out);
  CHECK_FALSE(records[2].answered_s);
  CHECK(records[3].operation == "read");
  CHECK_FALSE(records[3].outcome);
}

}  // namespace
}  // namespace hearsay
