// The options of `hunt`.
#include "sim/hunt/options.hpp"

#include <catch2/catch.hpp>

using namespace hearsay;
using namespace hearsay::hunt;
using namespace std::chrono_literals;

namespace {

HuntOptions options_of(const std::vector<std::string>& words) {
  return read_hunt_options({words, {}, {}, "./hearsay"});
}

}  // namespace

TEST_CASE("A hunt lasts a minute unless trials or a budget are given, and nothing else is on") {
  const HuntOptions plain = options_of({"a.yaml"});
  CHECK(plain.files == std::vector<std::string>{"a.yaml"});
  CHECK(plain.budget == Duration(60s));
  CHECK_FALSE(plain.trials);
  CHECK(plain.seed == 1);
  CHECK(plain.output == "found");
  CHECK(plain.launcher == "./hearsay");
  CHECK(plain.pictures);
  for (const bool on : {plain.stop_at_first, plain.permanent, plain.force, plain.quiet, plain.json, plain.help})
    CHECK_FALSE(on);
  CHECK_FALSE(options_of({"a.yaml", "--trials", "7"}).budget);
  CHECK(options_of({"a.yaml", "--trials", "7"}).trials == std::uint64_t{7});
  CHECK(options_of({"a.yaml", "--budget", "90s"}).budget == Duration(90s));
}

TEST_CASE("Every option of a hunt is read") {
  const HuntOptions all = options_of({"a.yaml",
                                      "b.yaml",
                                      "--seed",
                                      "5",
                                      "--jobs",
                                      "3",
                                      "-o",
                                      "elsewhere",
                                      "--shrink-runs",
                                      "9",
                                      "--stop-at-first",
                                      "--permanent",
                                      "--force",
                                      "--quiet",
                                      "--no-pictures",
                                      "--format",
                                      "json",
                                      "--corpus",
                                      "old",
                                      "--junit",
                                      "j.xml",
                                      "--protocol",
                                      "plumtree",
                                      "--set",
                                      "nodes=7"});
  CHECK(all.files.size() == 2);
  CHECK(all.seed == 5);
  CHECK(all.jobs == 3);
  CHECK(all.output == "elsewhere");
  CHECK(all.shrink_runs == 9);
  CHECK_FALSE(all.pictures);
  for (const bool on : {all.stop_at_first, all.permanent, all.force, all.quiet, all.json}) CHECK(on);
  CHECK(all.corpus == std::string("old"));
  CHECK(all.junit == std::string("j.xml"));
  CHECK(all.overrides.protocols == std::vector<std::string>{"plumtree"});
  CHECK(all.overrides.settings == std::vector<std::pair<std::string, std::string>>{{"nodes", "7"}});
}

TEST_CASE("A hunt without a scenario or corpus, or with values that mean nothing, is refused") {
  CHECK_THROWS_AS(options_of({}), UsageError);
  CHECK_NOTHROW(options_of({"--corpus", "old"}));
  for (const char* budget : {"soon", "0s", "-1s", ""})
    CHECK_THROWS_AS(options_of({"a", "--budget", budget}), UsageError);
  for (const char* jobs : {"0", "1025", "-1"}) CHECK_THROWS_AS(options_of({"a", "--jobs", jobs}), UsageError);
  CHECK(options_of({"a", "--jobs", "1024"}).jobs == 1024);
  CHECK_THROWS_AS(options_of({"a", "--format", "xml"}), UsageError);
}
