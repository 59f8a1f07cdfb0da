// `--check-determinism` finds a difference. (That equal runs pass is tested through the program, run_test.py.)
#include "sim/cli/determinism.hpp"

#include <catch2/catch.hpp>

#include "tests/scenario/files.hpp"

using namespace hearsay;

TEST_CASE("the determinism check reports the first event in which two runs differ") {
  const Folder folder;
  const std::string file = folder.write("a.yaml",
                                        "name: a\nprotocols: [interceptor-broadcast]\nseeds: 1..2\nduration: 2s\n"
                                        "workload: {rate: 5/s, stop: 1s}\n");
  const auto cases = cases_of(read_scenario(file));
  REQUIRE(cases.size() == 2);
  DeterminismCheck check(cases[0], {});
  RunOptions options;
  options.observers.push_back(check.second_run());
  run_case(cases[1], options);  // another seed: another run
  CHECK_THROWS_WITH(check.compare(),
                    Catch::StartsWith("not deterministic: event ") && Catch::Contains(" in one run and "));
}
