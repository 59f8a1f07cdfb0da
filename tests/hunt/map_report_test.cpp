// A map as a table, as JSON, and its worst cell.
#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>

#include "sim/hunt/map.hpp"
#include "sim/hunt/tree.hpp"
#include "tests/hunt/fixtures.hpp"

using namespace hearsay;
using namespace hearsay::hunt;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Two rows by three times, with these values.
FaultMap map_of(const std::vector<std::optional<double>>& values, const std::string& metric = "convergence_time_s") {
  FaultMap map;
  map.scenario = "s";
  map.label = "l";
  map.fault = "crash";
  map.metric = metric;
  map.rows_are = "node";
  map.lasts_s = 2;
  map.rows = {"0", "1"};
  map.times_s = {0, 1.5, 3};
  for (std::size_t i = 0; i < values.size(); ++i) {
    map.cells.emplace_back();
    map.cells.back().row = map.rows[i / 3];
    map.cells.back().at_s = map.times_s[i % 3];
    map.cells.back().value = values[i];
    map.cells.back().command = "run " + std::to_string(i);
  }
  return map;
}

}  // namespace

TEST_CASE("The worst cell has the highest value, or the lowest where high is better; of equal ones the first") {
  CHECK(map_of({1, 5, 2, 4, 5, 3}).worst().command == "run 1");
  CHECK(map_of({1, 5, infinity, 4, infinity, 3}).worst().command == "run 2");
  CHECK(map_of({std::nullopt, 5, std::nullopt, 6, 2, 3}).worst().command == "run 3");
  CHECK(map_of({std::nullopt, 5, 2, 4, 2, 3}, "operations.acknowledged_share").worst().command == "run 2");
}

TEST_CASE("The table has a row per node and a column per time, and says how to run the worst again") {
  const std::string text = map_table(map_of({1, 0.25, infinity, 4, std::nullopt, 123.456}));
  INFO(text);
  CHECK(text.find("s, l: convergence_time_s after crash of one node for 2 s, by node and begin") == 0);
  CHECK(text.find("\nnode  0 s  1.5 s  3 s\n") != std::string::npos);
  CHECK(text.find("\n0     1    0.25   never\n") != std::string::npos);
  CHECK(text.find("\n1     4    -      123\n") != std::string::npos);
  CHECK(text.find("\nworst: node 0 at 3 s: convergence_time_s never, missing 0, client p99 - s\n  run 2\n") !=
        std::string::npos);
}

TEST_CASE("In JSON what never happened has no value and says never; what was not measured has neither") {
  const auto json = nlohmann::json::parse(map_json({map_of({1, 0.25, infinity, 4, std::nullopt, 3})}));
  const auto& cells = json.at(0).at("cells");
  REQUIRE(cells.size() == 6);
  CHECK(cells[1].at("value") == 0.25);
  CHECK(cells[1].at("never") == false);
  CHECK(cells[2].at("value").is_null());
  CHECK(cells[2].at("never") == true);
  CHECK(cells[4].at("value").is_null());
  CHECK(cells[4].at("never") == false);
  CHECK(cells[4].at("node") == "1");
  CHECK(cells[4].at("at_s") == 1.5);
  CHECK(json[0].at("worst").at("node") == "0");
  CHECK(json[0].at("worst").at("at_s") == 3);
}

TEST_CASE("The rows of a map: each node, each pair once, a partition of each node from the others") {
  const auto scenario = scenario_of("{name: x, nodes: 3, protocols: [delta-gossip]}");
  const auto texts = [&scenario](const std::string& fault, MapRows rows) {
    const Targets targets = targets_of_map(parsed(fault), rows, *scenario);
    std::vector<std::string> all{targets.path};
    for (const auto& [name, node] : targets.rows) all.push_back(name + " " + flow_text(node));
    return all;
  };
  CHECK(texts("{crash: {}}", MapRows::nodes) == std::vector<std::string>{"crash.nodes", "0 0", "1 1", "2 2"});
  CHECK(texts("{partition: {}}", MapRows::nodes) ==
        std::vector<std::string>{"partition.groups", "0 [[0], [1, 2]]", "1 [[1], [0, 2]]", "2 [[2], [0, 1]]"});
  CHECK(texts("{loss: {}}", MapRows::pairs) ==
        std::vector<std::string>{"loss.between", "0-1 [[0], [1]]", "0-2 [[0], [2]]", "1-2 [[1], [2]]"});
  CHECK_THROWS_AS(texts("{loss: {}}", MapRows::nodes), UsageError);
  CHECK_THROWS_AS(texts("{crash: {}}", MapRows::pairs), UsageError);
  CHECK_THROWS_AS(texts("{link: {}}", MapRows::links), UsageError);
  const auto alone = scenario_of("{name: x, nodes: 1, protocols: [delta-gossip]}");
  CHECK_THROWS_AS(targets_of_map(parsed("{loss: {}}"), MapRows::pairs, *alone), UsageError);
  CHECK_THROWS_AS(targets_of_map(parsed("{partition: {}}"), MapRows::nodes, *alone), UsageError);
  CHECK(targets_of_map(parsed("{crash: {}}"), MapRows::nodes, *alone).rows.size() == 1);
}
