// What differs between two resolved scenarios, in words.
#include "sim/scenario/difference.hpp"

#include <catch2/catch.hpp>

using namespace hearsay;

TEST_CASE("keys that differ are named with both values, in the order of their names; a key of one side alone, too") {
  const std::string before =
      "nodes: 10\nnetwork: {loss: 5%, fifo: true}\nfaults:\n  - {at: 1s, crash: {nodes: [1, 2]}}\n";
  const std::string after =
      "nodes: 11\nnetwork: {fifo: true}\nfaults:\n  - {at: 1s, crash: {nodes: [1, 3]}}\nsettle: 2s\n";
  CHECK(differences_of(before, after) == std::vector<std::string>{"faults.0.crash.nodes.1 2 -> 3",
                                                                  "network.loss 5% -> (none)", "nodes 10 -> 11",
                                                                  "settle (none) -> 2s"});
  CHECK(differences_of(before, before).empty());
}

TEST_CASE("what does not decide a run of a protocol is no difference") {
  CHECK(differences_of("nodes: 3\nseeds: 1..3\nname: a\nexpect: {converged: true}\nprotocols: [a]\n",
                       "nodes: 3\nseed: 7\nname: b\ndescription: x\nprotocols: [b]\nhunt: {trials: 1}\n")
            .empty());
}

TEST_CASE("of a text that is no scenario nothing is said") {
  for (const char* none : {"", "[1, 2]", "a: [", "word"}) {
    CHECK(differences_of("nodes: 3\n", none).empty());
    CHECK(differences_of(none, "nodes: 3\n").empty());
  }
}
