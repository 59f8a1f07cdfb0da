// What a hunt keeps of a failure, and which failures are alike.
#include "sim/hunt/catch.hpp"

#include <catch2/catch.hpp>

#include "sim/hunt/tree.hpp"
#include "tests/hunt/fixtures.hpp"
#include "tests/report/fixtures.hpp"

using namespace hearsay;
using namespace hearsay::hunt;
using hearsay::test::TemporaryDirectory;

namespace {

// Node 2 misses the write while it is down: nothing is sent again, whatever the seed.
Shrunk shrunk_to(const std::string& oracle, const std::string& path = "", const std::string& bound = "") {
  Shrunk shrunk;
  shrunk.tree = parsed(
      "{faults: [{at: 1s, for: 1s, crash: 2}], protocols: [interceptor-broadcast], workload: {script: [{at: 1500ms, "
      "node: 1, write: true}]}, name: x, nodes: 3, duration: 9s, seed: 1, settle: 1s, expect: {converged: true}}");
  shrunk.finding = {oracle, path, bound, "converged is false"};
  shrunk.before = {3, 30, 5};
  shrunk.after = {1, 1, 3};
  shrunk.runs = 77;
  return shrunk;
}

hunt::Caught kept(const TemporaryDirectory& folder, const Shrunk& shrunk) {
  const Target target = target_of("{name: broad, nodes: 4, protocols: [interceptor-broadcast]}");
  return keep_catch({target, folder.file("found"), "./hearsay", 9, 12, one_at_a_time(), false}, shrunk);
}

}  // namespace

TEST_CASE("What is kept is a scenario that fails, how it was found, and why the run is as it is") {
  const TemporaryDirectory folder;
  const auto made = kept(folder, shrunk_to("expect converged", "converged", "true"));
  CHECK(made.name.find("interceptor-broadcast-expect-converged-") == 0);
  CHECK(made.name.size() == std::string("interceptor-broadcast-expect-converged-").size() + 4);
  CHECK(made.other_seeds == 20);
  CHECK(made.times == 1);
  CHECK(made.first_trial == 12);
  const std::string text = test::contents(folder.file("found/" + made.name + ".yaml"));
  INFO(text);
  CHECK(
      text.find("# interceptor-broadcast, expect converged: converged is false\n# Found by `hunt` in trial 12 of seed "
                "9 on broad, interceptor-broadcast, version ") == 0);
  CHECK(text.find("# Shrunk from 3 faults, 30 operations, 5 nodes to 1 fault, 1 operations, 3 nodes in 77 runs. Fails "
                  "with 20 of 20 other seeds.\nname: " +
                  made.name + "\n") != std::string::npos);
  std::size_t before = 0;  // in the usual order of sections
  for (const char* section :
       {"name: ", "seed: ", "duration: ", "settle: ", "nodes: ", "protocols:", "workload:", "faults:", "expect:"}) {
    const std::size_t at = text.find("\n" + std::string(section));
    REQUIRE(at != std::string::npos);
    CHECK(at > before);
    before = at;
  }
  const auto outcome = run_all(one_at_a_time(), {{parsed(text)}}).outcomes.at(0);
  CHECK(outcome.find("expect converged") != nullptr);
  CHECK(outcome.operations == 1);
  const std::string why = test::contents(folder.file("found/" + made.name + ".txt"));
  CHECK(why.find("expect converged: converged is false\n\n") == 0);
  CHECK(why.find("missing") != std::string::npos);
  CHECK(why.find("crash") != std::string::npos);
}

TEST_CASE(
    "The seeds that fail as well are those that break the same oracle, and names are letters, digits and dashes") {
  const TemporaryDirectory folder;
  const auto made = kept(folder, shrunk_to("promise `keeps what: it [has]`!"));
  CHECK(made.other_seeds == 0);
  CHECK(made.name.find("interceptor-broadcast-keeps-what-it-has-") == 0);
  const std::string allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
  CHECK(made.name.find_first_not_of(allowed) == std::string::npos);
}

TEST_CASE("Failures are alike if oracle, target and the verbs of the smallest schedule are") {
  const Target target = target_of("{name: p, nodes: 3, protocols: [delta-gossip]}");
  const auto key = [&target](const std::string& faults, const std::string& oracle = "expect converged") {
    Shrunk shrunk;
    shrunk.tree = parsed("{name: p, faults: " + faults + "}");
    shrunk.finding.oracle = oracle;
    return key_of(target, shrunk);
  };
  const std::string one = key("[{at: 1s, crash: 0}, {at: 2s, loss: {rate: 5%}}]");
  CHECK(one == key("[{at: 7s, for: 1s, loss: {rate: 9%}}, {at: 1s, crash: 2}, {at: 2s, crash: 1}]"));
  CHECK(one != key("[{at: 1s, crash: 0}]"));
  CHECK(one != key("[{at: 1s, crash: 0}, {at: 2s, loss: {rate: 5%}}]", "expect lost_writes"));
  CHECK(one != key("[]"));
}
