// docs/ci: what CI servers read is YAML of the form that they want. That their commands work is
// tests/cli/readme_test.py.
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
  REQUIRE(job["steps"].size() == 4);
  for (const auto& step : job["steps"]) CHECK(step["run"].IsDefined() != step["uses"].IsDefined());
}

TEST_CASE("the job for GitLab has a script of strings and collects its reports always") {
  const YAML::Node job = YAML::LoadFile(source_file("docs/ci/gitlab-ci.yml"))["convergence"];
  CHECK(job["rules"][0]["if"].as<std::string>() == "$CI_PIPELINE_SOURCE == \"merge_request_event\"");
  for (const auto& line : job["script"]) CHECK(line.IsScalar());
  CHECK(job["artifacts"]["when"].as<std::string>() == "always");
  CHECK(job["artifacts"]["reports"]["junit"].as<std::string>() == "check.xml");
}
