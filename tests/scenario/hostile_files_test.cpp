// Files that are no scenarios, by accident or on purpose: each is refused, quickly and with a message.
#include <catch2/catch.hpp>

#include "tests/scenario/files.hpp"

using namespace hearsay;
using Catch::Contains;

namespace {

std::string refusal(const std::string& text) {
  const auto mistakes = mistakes_in(text);
  REQUIRE(!mistakes.empty());
  return mistakes.front().message;
}

const std::string head = "name: x\nprotocols: [interceptor-broadcast]\n";

}  // namespace

TEST_CASE("what is not a readable file is refused") {
  const Folder folder;
  CHECK_THAT(mistakes_of(folder.path("nowhere.yaml")).at(0).text(), Contains("nowhere.yaml: there is no such file"));
  CHECK_THAT(mistakes_of(folder.path(".")).at(0).message, Contains("this is a directory"));
  CHECK_THAT(mistakes_of("/dev/null").at(0).message, Contains("not a regular file"));
  CHECK_THAT(mistakes_of("").at(0).message, Contains("the file name is empty"));
  CHECK_THAT(mistakes_of(std::string("a\0b", 3)).at(0).message, Contains("no such file"));
}

TEST_CASE("a file of 10 MB is refused before it is parsed") {
  CHECK_THAT(refusal(head + "description: " + std::string(10'000'000, 'x')), Contains("larger than 4 MB"));
}

TEST_CASE("bytes that are no text are refused where they are") {
  CHECK_THAT(refusal(head + std::string("nodes: \0 5\n", 11)), Contains("control character"));
  CHECK_THAT(refusal("\x7f"
                     "ELF\x02\x01"),
             Contains("control character"));
  CHECK_THAT(refusal("\xff\xfe"
                     "n\0a\0"),
             Contains("not UTF-8"));
  CHECK_THAT(refusal(head + "description: \xc0\xaf"), Contains("not UTF-8"));
  CHECK_THAT(refusal(head + "description: \xed\xa0\x80"), Contains("not UTF-8"));
  CHECK_THAT(refusal(head + "description: \xf4\x90\x80\x80"), Contains("not UTF-8"));
  CHECK_THAT(refusal(head + "description: \xe2\x82"), Contains("not UTF-8"));
  CHECK(mistakes_in(head + "nodes: 3\ndescription: \x01").at(0).line == 4);
}

TEST_CASE("a description may be any UTF-8 text") {
  CHECK(read_text("\xef\xbb\xbf" + head + "description: \xc3\xa9t\xc3\xa9 \xf0\x9f\x90\x9f\n").size() == 1);
}

TEST_CASE("deep nesting is refused before it can exhaust the stack") {
  for (const char* open : {"[", "{a: ", "- ", "? ", "[{a: "}) {
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += open;
    INFO(open);
    CHECK(!mistakes_in("a: \n  " + deep).empty());
    CHECK(!mistakes_in(deep).empty());
  }
  CHECK_THAT(refusal("a: " + std::string(100, '[') + std::string(100, ']')), Contains("more than 64 deep"));
}

TEST_CASE("lists and maps are nested at most 64 deep, that of the scenario with them") {
  const auto nested = [](std::size_t lists) {
    return refusal(head + "description: " + std::string(lists, '[') + std::string(lists, ']'));
  };
  CHECK_THAT(nested(64), Contains("more than 64 deep"));
  CHECK_THAT(nested(63), !Contains("deep"));
}

TEST_CASE("anchors and aliases expand to at most 100000 values, every list and word one of them") {
  const auto aliases = [](int count) {
    std::string text = head + "hunt: &ten [x, x, x, x, x, x, x, x, x]\nmatrix: [*ten";
    for (int i = 1; i < count; ++i) text += ", *ten";
    return refusal(text + "]\n");
  };
  CHECK_THAT(aliases(10'000), Contains("expand to more than 100000 values"));
  CHECK_THAT(aliases(9'999), !Contains("expand"));
}

TEST_CASE("aliases that multiply are refused") {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int k = 0; k < 9; ++k) bomb += ", " + last;
    bomb += "]\n";
  }
  CHECK_THAT(refusal(bomb), Contains("expand to more than 100000 values"));
}

TEST_CASE("aliases that deepen are refused") {
  std::string chain = "a0: &a0 [x]\n";
  for (int i = 1; i < 200; ++i)
    chain += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  CHECK_THAT(refusal(chain), Contains("more than 64 deep"));
}

TEST_CASE("an alias stands for its value") {
  const auto scenarios = read_text(head +
                                   "nodes: 9\nfaults:\n  - {at: 1s, crash: {nodes: &some [0..3]}}\n"
                                   "  - {at: 2s, pause: {nodes: *some}}\n");
  const auto& faults = scenarios[0]->faults;
  CHECK(std::get<Selector>(faults[0].values.at("nodes")) == std::get<Selector>(faults[1].values.at("nodes")));
}

TEST_CASE("a matrix that explodes is refused") {
  std::string matrix = head + "matrix:\n";
  for (const char* path : {"nodes", "duration", "settle", "network.loss", "network.duplicate"})
    matrix += std::string("  ") + path + ": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n";
  CHECK_THAT(refusal(matrix), Contains("more than 10000 combinations"));
}

TEST_CASE("selectors that spell out millions of nodes many times are refused") {
  std::string faults = head + "nodes: 1000000\nfaults:\n";
  for (int i = 0; i < 30; ++i) faults += "  - {at: 1s, pause: {nodes: 0..999999}}\n";
  CHECK_THAT(refusal(faults), Contains("name more than 20000000 nodes in all"));
}

TEST_CASE("a quote that is never closed is refused, behind an anchor too") {
  for (const char* value : {"\"never", "'never", "&a \"never", "&a 'it''s", "! \"never"}) {
    INFO(value);
    const auto mistakes = mistakes_in("name: x\nprotocols: [delta-gossip]\ndescription: " + std::string(value) + "\n");
    REQUIRE(!mistakes.empty());
    CHECK_THAT(mistakes.front().message, Contains("quote"));
  }
  for (const char* value : {"\"closed\"", "'it''s'", "&a \"closed\"", "\"a \\\" b\""})
    CHECK(mistakes_in("name: x\nprotocols: [delta-gossip]\ndescription: " + std::string(value) + "\n").empty());
}

TEST_CASE("the reader stops after a hundred mistakes, and says so") {
  std::string keys = head;
  for (int i = 0; i < 200'000; ++i) keys += "key" + std::to_string(i) + ": 1\n";
  const auto mistakes = mistakes_in(keys);
  REQUIRE(mistakes.size() == 101);
  CHECK_THAT(mistakes.back().message, Contains("stops after 100 mistakes"));
}

TEST_CASE("every duration, bandwidth, rate and size has a bound, which the message names") {
  struct {
    const char* text;
    const char* bound;
  } const cases[]{
      {"network: {delay: {add: 9223372036854775807ns}}\n", "`add` is at most 3600000s"},
      {"network: {delay: {add: 1s, jitter: 2562047h}}\n", "`jitter` is at most 3600000s"},
      {"faults: [{at: 1s, clock: {nodes: 1, skew: 2562047h}}]\n", "`skew` is at most 3600000s"},
      {"faults: [{at: 1s, clock: {nodes: 1, skew: -2562047h}}]\n", "`skew` is at least -3600000s"},
      {"faults: [{at: 1s, bandwidth: {limit: 9000Gbps}}, {at: 1s, bandwidth: {limit: 9000000000Gbps}}]\n",
       "`limit` is at most 8000000Gbps"},
      {"faults: [{at: 1s, for: 1ns, every: 1ns, pause: 1}]\n", "`every` is at least 1us"},
      {"workload: {rate: 2000000000/s}\n", "`rate` is at most 1000000000/s"},
      {"workload: {size: 5GB}\n", "`size` is at most 1000000000B"},
  };
  for (const auto& c : cases) {
    INFO(c.text);
    CHECK_THAT(refusal(head + c.text), Contains(c.bound));
  }
  const std::string gossip = "name: x\nprotocols: [{name: delta-gossip, params: {";
  CHECK_THAT(refusal(gossip + "interval: 1ns}}]\n"), Contains("`interval` is at least 1us"));
  CHECK_THAT(refusal(gossip + "interval: 2000h}}]\n"), Contains("`interval` is at most 3600000s"));
  CHECK_THAT(refusal(gossip + "anti_entropy_interval: 1ns}}]\n"),
             Contains("`anti_entropy_interval` is 0 or at least 1us"));
  CHECK(mistakes_in(gossip + "anti_entropy_interval: 0s}}]\n").empty());
}
