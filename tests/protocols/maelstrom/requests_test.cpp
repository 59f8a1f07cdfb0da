// Operations in the words of Maelstrom's workloads, and what answers mean.
#include "protocols/maelstrom/requests.hpp"

#include <catch2/catch.hpp>

namespace hearsay::maelstrom {
namespace {

Operation asked(OperationKind kind, std::string_view method = "", std::string key = "", std::string value = "") {
  Operation operation;
  operation.kind = kind;
  operation.write = kind == OperationKind::write ? 7 : no_write;
  operation.method = method;
  operation.key = std::move(key);
  operation.value = std::move(value);
  return operation;
}
constexpr auto reading = OperationKind::read, writing = OperationKind::write;

std::optional<Response> answered(Speaks speaks, const Operation& operation, const std::string& body) {
  return answer_of(speaks, operation, *parse_json(body), {7, 8});
}
std::string value_of(Speaks speaks, const Operation& operation, const std::string& body) {
  const auto response = answered(speaks, operation, body);
  REQUIRE(response);
  CHECK(response->outcome == Outcome::ok);
  return response->value;
}

}  // namespace

TEST_CASE("requests are those of Maelstrom's workloads") {
  CHECK(body_of(Speaks::broadcast, asked(writing)) == R"("type":"broadcast","message":7)");
  CHECK(body_of(Speaks::g_set, asked(writing)) == R"("type":"add","element":7)");
  CHECK(body_of(Speaks::broadcast, asked(reading)) == R"("type":"read")");
  CHECK(body_of(Speaks::g_counter, asked(writing, "increment", "k", "3")) == R"("type":"add","delta":3)");
  CHECK(body_of(Speaks::pn_counter, asked(writing, "decrement", "k", "3")) == R"("type":"add","delta":-3)");
  CHECK(body_of(Speaks::pn_counter, asked(reading)) == R"("type":"read")");
  CHECK(body_of(Speaks::lin_kv, asked(reading, "read", "r2")) == R"("type":"read","key":2)");
  CHECK(body_of(Speaks::lin_kv, asked(writing, "write", "r0", "v4")) == R"("type":"write","key":0,"value":4)");
  CHECK(body_of(Speaks::lin_kv, asked(writing, "write", "r", "v04")) == R"("type":"write","key":"r","value":"v04")");
  CHECK(body_of(Speaks::lin_kv, asked(writing, "cas", "r1", "v1->v2")) == R"("type":"cas","key":1,"from":1,"to":2)");
  CHECK_FALSE(body_of(Speaks::lin_kv, asked(writing, "increment", "c0", "1")));
  CHECK(body_of(Speaks::echo, asked(writing, "echo", "echo", "a\"b")) == R"("type":"echo","echo":"a\"b")");
  CHECK(body_of(Speaks::unique_ids, asked(writing, "generate")) == R"("type":"generate")");
  CHECK(body_of(Speaks::txn_list_append, asked(writing, "", "", "read 3; append 3 5")) ==
        R"("type":"txn","txn":[["r",3,null],["append",3,5]])");
  CHECK(body_of(Speaks::txn_rw_register, asked(writing, "", "", "write 3 5")) == R"("type":"txn","txn":[["w",3,5]])");
}

TEST_CASE("answers give what was asked for, or nothing where they lack it") {
  CHECK(answered(Speaks::broadcast, asked(reading), R"({"messages":[8,99,7,"x"]})")->seen ==
        std::vector<WriteId>{8, 7});
  CHECK(answered(Speaks::g_set, asked(reading), R"({"value":[7]})")->seen == std::vector<WriteId>{7});
  CHECK_FALSE(answered(Speaks::broadcast, asked(reading), R"({"value":[7]})"));
  CHECK_FALSE(answered(Speaks::broadcast, asked(reading), R"({"messages":7})"));
  CHECK(answered(Speaks::broadcast, asked(writing), "{}")->outcome == Outcome::ok);
  CHECK(value_of(Speaks::pn_counter, asked(reading), R"({"value":-3})") == "-3");
  CHECK_FALSE(answered(Speaks::pn_counter, asked(reading), R"({"value":"3"})"));
  CHECK(value_of(Speaks::lin_kv, asked(reading, "read", "r0"), R"({"value":4})") == "v4");
  CHECK(value_of(Speaks::lin_kv, asked(reading, "read", "r0"), R"({"value":"a"})") == "a");
  CHECK(value_of(Speaks::lin_kv, asked(reading, "read", "r0"), R"({"value":null})").empty());
  CHECK_FALSE(answered(Speaks::lin_kv, asked(reading, "read", "r0"), "{}"));
  CHECK(value_of(Speaks::echo, asked(writing), R"({"echo":"a"})") == "a");
  CHECK(value_of(Speaks::echo, asked(writing), R"({"echo":5})") == "5");
  CHECK_FALSE(answered(Speaks::echo, asked(writing), "{}"));
  CHECK(value_of(Speaks::unique_ids, asked(writing), R"({"id":"5"})") !=
        value_of(Speaks::unique_ids, asked(writing), R"({"id":5})"));
}

TEST_CASE("a transaction's answer has its steps, with what they read") {
  const Operation operation = asked(writing, "", "", "read 3; append 3 5; read 4");
  CHECK(value_of(Speaks::txn_list_append, operation, R"({"txn":[["r",3,[1,2]],["append",3,5],["r",4,null]]})") ==
        "read 3 = 1 2; append 3 5; read 4 =");
  CHECK(value_of(Speaks::txn_rw_register, asked(writing, "", "", "read 3"), R"({"txn":[["r",3,9]]})") == "read 3 = 9");
  for (const char* wrong :
       {"{}", R"({"txn":[]})", R"({"txn":[["r",3,[1]],["append",3,5]]})",
        R"({"txn":[["r",3,["x"]],["append",3,5],["r",4,null]]})", R"({"txn":[["r",3],["append",3,5],["r",4,null]]})"})
    CHECK_FALSE(answered(Speaks::txn_list_append, operation, wrong));
}

TEST_CASE("a client of logs polls on from where it has come to") {
  Operation poll = asked(reading, "poll", "logs", "k0 k1");
  CHECK(body_of(Speaks::kafka, poll) == R"("type":"poll","offsets":{"k0":0,"k1":0})");
  const auto response = answered(Speaks::kafka, poll, R"({"msgs":{"k0":[[4,17],[6,18]]}})");
  REQUIRE(response);
  CHECK(response->value == "k0: 4=17 6=18");
  poll.session = response->session;
  CHECK(body_of(Speaks::kafka, poll) == R"("type":"poll","offsets":{"k0":7,"k1":0})");
  const auto older =
      answered(Speaks::kafka, asked(reading, "poll", "logs", "k0 k1"), R"({"msgs":{"k0":[[4,17]],"k1":[[0,3]]}})");
  poll.session = response->session->merged(*older->session);
  CHECK(body_of(Speaks::kafka, poll) == R"("type":"poll","offsets":{"k0":7,"k1":1})");
  Operation commit = asked(reading, "commit", "logs", "k0 k1");
  CHECK(body_of(Speaks::kafka, commit) == R"("type":"commit_offsets","offsets":{})");
  commit.session = response->session;
  CHECK(body_of(Speaks::kafka, commit) == R"("type":"commit_offsets","offsets":{"k0":6})");
  CHECK(body_of(Speaks::kafka, asked(reading, "committed", "logs", "k0 k1")) ==
        R"("type":"list_committed_offsets","keys":["k0","k1"])");
  CHECK(body_of(Speaks::kafka, asked(writing, "send", "k1", "7")) == R"("type":"send","key":"k1","msg":7)");
  CHECK(value_of(Speaks::kafka, asked(writing, "send", "k1", "7"), R"({"offset":1000})") == "1000");
  CHECK_FALSE(answered(Speaks::kafka, asked(writing, "send", "k1", "7"), "{}"));
  CHECK_FALSE(answered(Speaks::kafka, poll, R"({"msgs":{"k0":[[4]]}})"));
  CHECK_FALSE(answered(Speaks::kafka, asked(reading, "committed"), "{}"));
}

TEST_CASE("an error says whether the operation may have happened") {
  const Operation write = asked(writing, "write", "r0", "v1");
  for (const std::int64_t code : {1, 10, 11, 12, 14, 30}) {
    CHECK(error_of(Speaks::lin_kv, write, code).outcome == Outcome::failed);
    CHECK(error_of(Speaks::lin_kv, write, code).undone);
  }
  for (const std::int64_t code : {20, 21, 22}) {
    CHECK(error_of(Speaks::lin_kv, write, code).outcome == Outcome::rejected);
    CHECK(error_of(Speaks::lin_kv, write, code).undone);
  }
  for (const std::int64_t code : {0, 13, 999}) {
    CHECK(error_of(Speaks::lin_kv, write, code).outcome == Outcome::timed_out);
    CHECK_FALSE(error_of(Speaks::lin_kv, write, code).undone);
  }
  CHECK(error_of(Speaks::lin_kv, write, std::nullopt).outcome == Outcome::timed_out);
  CHECK(error_of(Speaks::lin_kv, asked(reading, "read", "r0"), 20).outcome == Outcome::ok);
  CHECK(error_of(Speaks::lin_kv, asked(writing, "cas", "r0", "v1->v2"), 20).outcome == Outcome::rejected);
}

TEST_CASE("an observer sees what nodes hold, in any order") {
  const auto digest = [](Speaks speaks, const char* body) {
    return observed(speaks, *parse_json(body), {7, 8})->digest;
  };
  CHECK(digest(Speaks::broadcast, R"({"messages":[7,8]})") == digest(Speaks::broadcast, R"({"messages":[8,7,7]})"));
  CHECK(digest(Speaks::broadcast, R"({"messages":[7,8]})") != digest(Speaks::broadcast, R"({"messages":[7]})"));
  CHECK(digest(Speaks::broadcast, R"({"messages":["a"]})") != digest(Speaks::broadcast, R"({"messages":["b"]})"));
  CHECK(digest(Speaks::pn_counter, R"({"value":1})") != digest(Speaks::pn_counter, R"({"value":2})"));
  CHECK(observed(Speaks::g_set, *parse_json(R"({"value":[7,9]})"), {7, 8})->writes == std::vector<WriteId>{7});
  CHECK_FALSE(observed(Speaks::g_set, *parse_json(R"({"messages":[7]})"), {}));
  CHECK_FALSE(observed(Speaks::pn_counter, *parse_json(R"({"value":[7]})"), {}));
}

}  // namespace hearsay::maelstrom
