// What ships is found by name.
#include "sim/scenario/shipped.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "tests/scenario/files.hpp"

using namespace hearsay;
using Catch::Contains;
namespace fs = std::filesystem;

TEST_CASE("a shipped scenario is found by its name, with or without its folder and its ending") {
  const std::string path = find_scenario_file("partition-heal").path;
  CHECK(fs::path(path).filename() == "partition-heal.yaml");
  CHECK(fs::is_regular_file(path));
  for (const char* word :
       {"partition-heal.yaml", "interceptor-broadcast/partition-heal", "interceptor-broadcast/partition-heal.yaml",
        "scenarios/interceptor-broadcast/partition-heal.yaml"}) {
    CHECK(fs::equivalent(find_scenario_file(word).path, path));  // the last one is a path where the repository is
    CHECK(find_scenario_file(word).wrong.empty());
  }
}

TEST_CASE("a file that exists wins over what ships") {
  Folder folder;
  const std::string path = folder.write("partition-heal.yaml", "name: mine\n");
  CHECK(find_scenario_file(path).path == path);
  const std::string platform = folder.write("lan.xml", "");
  const FoundFile found = find_platform_file("lan.xml", fs::path(platform).parent_path().string());
  CHECK(found.path == platform);
  CHECK(found.wrong.empty());
}

TEST_CASE("a name that several scenarios have is refused with all of them") {
  const FoundFile found = find_scenario_file("three-regions");
  CHECK(found.path == "three-regions");
  CHECK_THAT(found.wrong, Contains("write one of: compare/three-regions, interceptor-broadcast/three-regions"));
  CHECK(find_scenario_file("compare/three-regions").wrong.empty());
}

TEST_CASE("an unknown name gets the nearest one, or where to look") {
  CHECK_THAT(find_scenario_file("partition-hael").wrong, Contains("did you mean `partition-heal`?"));
  CHECK_THAT(find_scenario_file("compare/three-region").wrong, Contains("did you mean `compare/three-regions`?"));
  CHECK_THAT(find_scenario_file("x").wrong, Contains("check the path, or see `hearsay list scenarios`"));
  CHECK_THAT(find_scenario_file("").wrong, Contains("the file name is empty"));
  CHECK_THAT(find_scenario_file(".yaml").wrong, Contains("no such file"));
  CHECK_THAT(find_scenario_file(std::string("partition-heal\0x", 16)).wrong, Contains("no such file"));
}

TEST_CASE("a platform is found beside the scenario, else by its name") {
  for (const char* word : {"three-regions.xml", "three-regions", "platforms/three-regions.xml"}) {
    const FoundFile found = find_platform_file(word, "/nowhere");
    CHECK(found.wrong.empty());
    CHECK(fs::path(found.path).filename() == "three-regions.xml");
  }
  const FoundFile missing = find_platform_file("three-region.xml", "/nowhere");
  CHECK(missing.path == "/nowhere/three-region.xml");
  CHECK_THAT(missing.wrong, Contains("did you mean `three-regions`?"));
}

TEST_CASE("every shipped file is listed once, in order, by a name without its ending") {
  std::set<std::string> names;
  std::string last;
  for (const auto& file : shipped_scenarios()) {
    CHECK(last < file.name);
    last = file.name;
    CHECK(fs::path(file.path).extension() == ".yaml");
    CHECK(find_scenario_file(file.name).path == file.path);
  }
  CHECK(shipped_scenarios().size() > 90);
  CHECK(shipped_platforms().size() == 5);
  CHECK(fs::exists(shipped_path("docs/scenario.schema.json")));
  CHECK(shipped_path("docs/nothing.json").empty());
}
