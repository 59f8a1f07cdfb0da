#include "sim/cli/failures.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace hearsay;
using Json = nlohmann::ordered_json;

namespace {

Json result(int seed, std::vector<std::string> reasons, const std::string& label = "gossip") {
  return {{"verdict", "fail"},      {"scenario", "s"}, {"label", label},
          {"case", {{"nodes", 7}}}, {"seed", seed},    {"reasons", reasons}};
}

std::string described(const std::vector<Json>& results) {
  std::vector<Failure> failures;
  for (const Json& r : results) failures.push_back({&r, "run " + r.at("seed").dump()});
  return describe_failures(failures);
}

}  // namespace

TEST_CASE("one run that failed shows its reasons and its command") {
  CHECK(described({result(3, {"missing is 9, expected 0"})}) ==
        "\nfail: s, gossip, nodes 7, seed 3\n  missing is 9, expected 0\n  again: run 3\n");
  CHECK(described({}).empty());
}

TEST_CASE("runs that failed alike are one paragraph with the range, the seeds and the command of the worst") {
  std::vector<Json> results;
  for (int seed = 1; seed <= 7; ++seed)
    results.push_back(result(seed, {"missing is " + std::to_string(seed == 4 ? 99 : seed) + ", expected 0"}));
  results[1]["reasons"].push_back("converged is false, expected true");
  CHECK(described(results) ==
        "\nfail: s, gossip, nodes 7: 7 runs\n"
        "  missing is 1 to 99, expected 0 (seeds 1, 2, 3, 4, 5 and 2 more)\n"
        "  converged is false, expected true (seed 2)\n"
        "  worst: seed 4\n  again: run 4\n");
}

TEST_CASE("the worst of a bound from below is the smallest") {
  CHECK(described({result(1, {"x is 5, expected min: 9"}), result(2, {"x is 3, expected min: 9"}),
                   result(3, {"x is 4, expected min: 9"})})
            .find("x is 3 to 5, expected min: 9 (seeds 1, 2, 3)\n  worst: seed 2\n") != std::string::npos);
}

TEST_CASE("other labels are another paragraph") {
  const std::string text = described({result(1, {"a"}), result(1, {"a"}, "other"), result(2, {"a"})});
  CHECK(text.find("fail: s, gossip, nodes 7: 2 runs\n  a (seeds 1, 2)\n") != std::string::npos);
  CHECK(text.find("fail: s, other, nodes 7, seed 1\n") != std::string::npos);
}

TEST_CASE("examples differ in every run: the first one stands for all, with its seed") {
  CHECK(
      described({result(1, {"for example: write 7 is on 0"}), result(2, {"for example: write 9 is on 1"})}) ==
      "\nfail: s, gossip, nodes 7: 2 runs\n  for example: write 7 is on 0 (seed 1)\n  worst: seed 1\n  again: run 1\n");
}

TEST_CASE("runs that crashed have no reasons: the first one is repeated") {
  Json first = result(4, {}), second = result(5, {});
  for (Json* r : {&first, &second}) {
    (*r)["verdict"] = "error";
    (*r)["case"] = {{"network.loss", "10%"}};
  }
  CHECK(described({first, second}) ==
        "\nerror: s, gossip, network.loss 10%: 2 runs\n  worst: seed 4\n  again: run 4\n");
}
