// docs/ci: what CI servers read is YAML of the form that they want. That their commands work is
// tests/cli/ci_files_test.py.
#include <yaml-cpp/yaml.h>

#include <catch2/catch.hpp>

#include "tests/source_dir.hpp"

using hearsay::source_file;

TEST_CASE("the workflow for GitHub Actions has triggers, and steps that each run or use something") {
  const YAML::Node file = YAML::LoadFile(source_file("docs/ci/github-actions.yml"));
  CHECK(file["on"][0].as<std::string>() == "pull_request");
  CHECK(file["permissions"]["pull-requests"].as<std::string>() == "write");
  const YAML::Node job = file["jobs"]["check"];
  CHECK(job["container"].as<std::string>() == "debian:12");
  REQUIRE(job["steps"].size() == 3);
  for (const auto& step : job["steps"]) CHECK(step["run"].IsDefined() != step["uses"].IsDefined());
}

TEST_CASE("the composite action has what GitHub wants, and the inputs that the workflow gives") {
  const YAML::Node action = YAML::LoadFile(source_file("docs/ci/action.yml"));
  CHECK(action["name"].IsDefined());
  CHECK(action["description"].IsDefined());
  CHECK(action["runs"]["using"].as<std::string>() == "composite");
  for (const auto& step : action["runs"]["steps"])
    CHECK(step["run"].IsDefined() == step["shell"].IsDefined());  // a composite action must name the shell
  const YAML::Node steps = YAML::LoadFile(source_file("docs/ci/github-actions.yml"))["jobs"]["check"]["steps"];
  const YAML::Node given = steps[2]["with"];
  REQUIRE(given.size() == 2);
  for (const auto& input : given) CHECK(action["inputs"][input.first.as<std::string>()]["required"].as<bool>());
}

TEST_CASE("the job for GitLab has a script of strings and collects its reports always") {
  const YAML::Node job = YAML::LoadFile(source_file("docs/ci/gitlab-ci.yml"))["convergence"];
  CHECK(job["rules"][0]["if"].as<std::string>() == "$CI_PIPELINE_SOURCE == \"merge_request_event\"");
  for (const auto& line : job["script"]) CHECK(line.IsScalar());
  CHECK(job["cache"]["paths"][0].as<std::string>() == ".hearsay");
  CHECK(job["artifacts"]["when"].as<std::string>() == "always");
  CHECK(job["artifacts"]["reports"]["junit"].as<std::string>() == "check.xml");
}
