// `map`: every single fault of a grid, one at a time, and what each costs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/cli/run_options.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/scenario.hpp"

namespace hearsay::hunt {

enum class MapRows { nodes, links, pairs };

struct MapOptions {
  RunCommandOptions run;        // of which `files` holds one scenario
  std::string fault = "crash";  // a verb, or a map with a verb and its values
  MapRows rows = MapRows::nodes;
  Duration from{}, lasts = std::chrono::seconds(2);
  std::optional<Duration> until, step;
  std::string metric = "convergence_time_s";
  std::string output = "map";
  bool json = false, pictures = true;
};

// Nothing if --help was given, and printed. Throws UsageError.
std::optional<MapOptions> read_map_options(const Arguments& arguments);

// One cell: the worst of its seeds.
struct Cell {
  std::string row;
  double at_s = 0;
  std::optional<double> convergence_time_s, client_p99_s;
  double missing = 0;
  bool converged = true;        // with every seed
  std::optional<double> value;  // of the metric, infinite for what never happened; absent: no run has it
  std::string command{};        // that runs the worst seed again
};

struct FaultMap {
  std::string scenario, label, fault, metric;
  std::string rows_are;  // "node", "pair", "link"
  double lasts_s = 0;
  std::vector<std::string> rows;
  std::vector<double> times_s;
  std::vector<Cell> cells;  // row by row
  // The cell with the highest value, or with the lowest where high is better; the first of several.
  const Cell& worst() const;
};

// What strikes: the path in `faults` that names it, and a value for each row.
struct Targets {
  std::string path;  // "crash.nodes"
  std::vector<std::pair<std::string, Node>> rows;
};
// Throws UsageError if the fault has no such place.
Targets targets_of_map(const Node& fault, MapRows rows, const Scenario& scenario);

std::string map_table(const FaultMap& map);
std::string map_json(const std::vector<FaultMap>& maps);

}  // namespace hearsay::hunt
