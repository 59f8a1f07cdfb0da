// Maelstrom's services.
#include "protocols/maelstrom/services.hpp"

#include <catch2/catch.hpp>
#include <set>

namespace hearsay::maelstrom {
namespace {

class Bench {
 public:
  std::string ask(std::string_view service, const std::string& body, const std::string& node = "n0") {
    return services_.handle(service, node, *parse_json(body), random_);
  }

 private:
  Services services_;
  RandomStream random_{1, "test"};
};

const char* const write_1 = R"({"type":"write","key":"a","value":1})";
const char* const read_a = R"({"type":"read","key":"a"})";

}  // namespace

TEST_CASE("services are known by name") {
  for (const char* name : {"lin-kv", "seq-kv", "lww-kv", "lin-tso"}) CHECK(Services::is_one(name));
  CHECK_FALSE(Services::is_one("n0"));
}

TEST_CASE("lin-kv reads, writes, and compares and sets") {
  Bench bench;
  CHECK(bench.ask("lin-kv", read_a) == R"("type":"error","code":20,"text":"there is no key \"a\"")");
  CHECK(bench.ask("lin-kv", write_1) == R"("type":"write_ok")");
  CHECK(bench.ask("lin-kv", read_a) == R"("type":"read_ok","value":1)");
  CHECK(bench.ask("lin-kv", R"({"type":"cas","key":"a","from":2,"to":3})").find("\"code\":22") != std::string::npos);
  CHECK(bench.ask("lin-kv", read_a) == R"("type":"read_ok","value":1)");
  CHECK(bench.ask("lin-kv", R"({"type":"cas","key":"a","from":1,"to":{"b": [2]}})") == R"("type":"cas_ok")");
  CHECK(bench.ask("lin-kv", read_a) == R"("type":"read_ok","value":{"b":[2]})");
  CHECK(bench.ask("lin-kv", R"({"type":"cas","key":"c","from":1,"to":2})").find("\"code\":20") != std::string::npos);
  CHECK(bench.ask("lin-kv", R"({"type":"cas","key":"c","from":1,"to":2,"create_if_not_exists":true})") ==
        R"("type":"cas_ok")");
  CHECK(bench.ask("lin-kv", R"({"type":"read","key":"c"})") == R"("type":"read_ok","value":2)");
  CHECK(bench.ask("lin-kv", R"({"type":"delete","key":"c"})").find("\"code\":10") != std::string::npos);
  CHECK(bench.ask("lin-kv", R"({"type":"write","key":"c"})").find("\"code\":12") != std::string::npos);
}

TEST_CASE("keys are told apart by what they are, not by how they are written") {
  Bench bench;
  bench.ask("lin-kv", R"({"type":"write","key":1,"value":"number"})");
  CHECK(bench.ask("lin-kv", R"({"type":"read","key":"1"})").find("\"code\":20") != std::string::npos);
  bench.ask("lin-kv", R"({"type":"write","key":"\u0061","value":2})");
  CHECK(bench.ask("lin-kv", read_a) == R"("type":"read_ok","value":2)");
}

TEST_CASE("seq-kv shows each node a past that goes forward, and its own writes") {
  Bench bench;
  std::set<std::string> seen_by_other;
  int stale = 0, last = 0;
  for (int i = 1; i <= 300; ++i) {
    CHECK(bench.ask("seq-kv", R"({"type":"write","key":"a","value":)" + std::to_string(i) + "}") ==
          R"("type":"write_ok")");
    CHECK(bench.ask("seq-kv", read_a) == R"("type":"read_ok","value":)" + std::to_string(i));
    const std::string other = bench.ask("seq-kv", read_a, "n1");
    const auto at = other.find("value\":");
    const int shown = at == std::string::npos ? 0 : std::stoi(other.substr(at + 7));
    CHECK(shown >= last);
    stale += shown < i ? 1 : 0;
    last = shown;
  }
  CHECK(stale > 50);
}

TEST_CASE("a compare-and-set of seq-kv happens in the newest state") {
  Bench bench;
  bench.ask("seq-kv", write_1);
  bench.ask("seq-kv", read_a, "n1");
  bench.ask("seq-kv", R"({"type":"write","key":"a","value":2})");
  int done = 0;
  for (int i = 0; i < 50; ++i)
    done += bench.ask("seq-kv", R"({"type":"cas","key":"a","from":1,"to":3})", "n1") == R"("type":"cas_ok")" ? 1 : 0;
  CHECK(done == 0);
  CHECK(bench.ask("seq-kv", R"({"type":"read","key":"a"})") == R"("type":"read_ok","value":2)");
}

TEST_CASE("lww-kv may show what is old or nothing, and comes to agree on the last write") {
  Bench bench;
  bench.ask("lww-kv", write_1);
  std::set<std::string> answers;
  for (int i = 0; i < 20; ++i) answers.insert(bench.ask("lww-kv", read_a).substr(0, 15));
  CHECK(answers.size() == 2);  // an error, and a value
  bench.ask("lww-kv", R"({"type":"write","key":"a","value":2})");
  for (int i = 0; i < 200; ++i) bench.ask("lww-kv", read_a);
  for (int i = 0; i < 50; ++i) CHECK(bench.ask("lww-kv", read_a) == R"("type":"read_ok","value":2)");
}

TEST_CASE("in lww-kv the value of the last write wins, the same as before or not, and that of a compare-and-set") {
  Bench bench;
  const auto all_agree_on = [&](const std::string& value) {
    for (int i = 0; i < 100; ++i) bench.ask("lww-kv", read_a);
    for (int i = 0; i < 30; ++i) CHECK(bench.ask("lww-kv", read_a) == R"("type":"read_ok","value":)" + value);
  };
  for (int round = 0; round < 30; ++round) {
    bench.ask("lww-kv", write_1);
    all_agree_on("1");
    bench.ask("lww-kv", R"({"type":"write","key":"a","value":2})");
    bench.ask("lww-kv", write_1);  // mostly at a replica that has not seen 2
    all_agree_on("1");
    CHECK(bench.ask("lww-kv", R"({"type":"cas","key":"a","from":1,"to":3})") == R"("type":"cas_ok")");
    all_agree_on("3");
  }
}

TEST_CASE("lin-tso counts") {
  Bench bench;
  CHECK(bench.ask("lin-tso", R"({"type":"ts"})") == R"("type":"ts_ok","ts":0)");
  CHECK(bench.ask("lin-tso", R"({"type":"ts"})", "n1") == R"("type":"ts_ok","ts":1)");
  CHECK(bench.ask("lin-tso", R"({"type":"read"})").find("\"code\":10") != std::string::npos);
}

}  // namespace hearsay::maelstrom
