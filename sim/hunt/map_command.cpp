// `map`: the grid is a matrix over one more entry of `faults`, so that runs are stored, reused and repeated as any.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>

#include "sim/cli/batch.hpp"
#include "sim/cli/report_file.hpp"
#include "sim/core/files.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/fault.hpp"
#include "sim/hunt/map.hpp"
#include "sim/hunt/picture.hpp"
#include "sim/hunt/tree.hpp"
#include "sim/report/json.hpp"
#include "sim/scenario/in_memory.hpp"
#include "sim/scenario/processor_time.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace hunt {
namespace {

// As `--fault` says it: a map from a verb to its values.
Node read_fault(const std::string& text) {
  Mistakes mistakes("");
  auto node = parse_snippet(text, {}, mistakes);
  if (node && node->is_scalar()) {
    Node map = empty_map();
    put(map, node->text, empty_map());
    node = std::move(map);
  }
  const auto verbs = names_of(fault_verbs());
  if (!node || !node->is_map() || node->entries.size() != 1 || find_fault(node->entries.front().key) == nullptr)
    throw UsageError("--fault " + backquoted(text) +
                     " is no fault; write a verb, or a verb with values such as {crash: {disk: lost}}" +
                     hint(node && !node->entries.empty() ? node->entries.front().key : text, verbs, "verbs"));
  return std::move(*node);
}

class Mapper {
 public:
  explicit Mapper(const MapOptions& options) : options_(options), fault_(read_fault(options.fault)) {
    const auto scenarios = read_and_check(options.run.files.front(), options.run.overrides);
    if (scenarios.size() != 1)
      throw UsageError("the scenario has " + std::to_string(scenarios.size()) +
                       " cases and a map shows one; choose it with --set PATH=VALUE");
    scenario_ = scenarios.front();
    targets_ = targets_of_map(fault_, options.rows, *scenario_);
    runs_inline_ = std::ranges::all_of(
        scenario_->protocols, [this](const ProtocolEntry& entry) { return processor_time(*scenario_, entry).empty(); });
    choose_times();
  }

  // By dispatch inline, which is faster, where the results are those of actor by contract.
  bool runs_inline() const { return runs_inline_; }

  // Nothing if it was interrupted.
  std::optional<std::vector<FaultMap>> run() {
    RunCommandOptions run = options_.run;
    add_settings(run.overrides);
    const Plan plan = make_plan(run);
    Batch batch(run, plan);
    run.quiet = true;
    batch.run();
    if (!batch.complete()) return std::nullopt;
    std::vector<FaultMap> maps;
    for (const ProtocolEntry& entry : scenario_->protocols) maps.push_back(empty_map_of(entry.label));
    for (std::size_t i = 0; i < plan.runs.size(); ++i) {
      const Case& which = plan.runs[i].which;
      take(maps[which.protocol], which, batch.result(i));
    }
    return maps;
  }

 private:
  void choose_times() {
    const Duration until = options_.until.value_or(scenario_->duration / 2);
    if (until <= options_.from || until > scenario_->duration)
      throw UsageError(
          "the faults of a map begin after --from and before --until, which is at most the scenario's duration");
    const Duration tenth =
        std::max<Duration>(std::chrono::milliseconds(1),
                           (until - options_.from) / 10 / std::chrono::milliseconds(1) * std::chrono::milliseconds(1));
    for (Duration at = options_.from; at < until; at += options_.step.value_or(tenth)) {
      times_.push_back(at);
      if (times_.size() * targets_.rows.size() > most_cells)
        throw UsageError("the map would have more than " + std::to_string(most_cells) + " cells; make --step longer");
    }
  }

  // The scenario's faults and one of the grid's.
  std::vector<Node> faults_with(const Node& row, Duration begin) const {
    const Node tree = tree_of(*scenario_);
    const Node* before = tree.find("faults");
    std::vector<Node> faults = before != nullptr ? before->items : std::vector<Node>{};
    Node entry = empty_map();
    put(entry, "at", time_node(begin));
    put(entry, "for", time_node(options_.lasts));
    for (const Entry& verb : fault_.entries) put(entry, verb.key, verb.value);
    put_path(entry, targets_.path, row);
    faults.push_back(std::move(entry));
    return faults;
  }

  void add_settings(Overrides& overrides) const {
    std::vector<Node> faults = faults_with(targets_.rows.front().second, Duration{});
    const std::string place = "faults." + std::to_string(faults.size() - 1) + ".";
    std::vector<Node> rows, times;
    for (const auto& row : targets_.rows) rows.push_back(row.second);
    for (const Duration at : times_) times.push_back(time_node(at));
    overrides.settings.emplace_back("faults", flow_text(list_of(std::move(faults))));
    Node matrix = empty_map();
    put(matrix, place + targets_.path, list_of(std::move(rows)));
    put(matrix, place + "at", list_of(std::move(times)));
    overrides.settings.emplace_back("matrix", flow_text(matrix));
    if (!runs_inline_) return;
    std::erase_if(overrides.settings, [](const auto& setting) { return setting.first == "engine.dispatch"; });
    overrides.settings.emplace_back("engine.dispatch", "inline");
  }

  // Without the grid: only the cell's fault.
  std::string command_of(std::size_t cell, const Case& which) const {
    RunCommandOptions run = options_.run;
    const Node& row = targets_.rows[cell / times_.size()].second;
    run.overrides.settings.emplace_back("faults", flow_text(list_of(faults_with(row, times_[cell % times_.size()]))));
    return command_to_repeat({{scenario_, which.protocol, which.seed}, {}, 0}, run);
  }

  FaultMap empty_map_of(const std::string& label) const {
    FaultMap map;
    map.scenario = scenario_->name;
    map.label = label;
    map.fault = options_.fault;
    map.metric = options_.metric;
    map.rows_are = options_.rows == MapRows::nodes ? "node" : options_.rows == MapRows::pairs ? "pair" : "link";
    map.lasts_s = seconds(options_.lasts);
    for (const auto& row : targets_.rows) map.rows.push_back(row.first);
    for (const Duration at : times_) map.times_s.push_back(seconds(at));
    for (const std::string& row : map.rows)
      for (const double at : map.times_s) {
        map.cells.emplace_back();
        map.cells.back().row = row;
        map.cells.back().at_s = at;
      }
    return map;
  }

  // The scenarios of a matrix come row by row: its last key, the time, varies fastest.
  void take(FaultMap& map, const Case& which, const nlohmann::ordered_json& result) {
    const std::size_t cell_number = number_of(*which.scenario);
    Cell& cell = map.cells[cell_number];
    const FieldLookup look = lookup_in(result);
    const auto value = figure(*find_field(map.metric), map.metric, look);
    const auto convergence = figure(*find_field("convergence_time_s"), "convergence_time_s", look);
    const auto latency = figure(*find_field("client_latency_s.p99"), "client_latency_s.p99", look);
    const auto missing = figure(*find_field("missing"), "missing", look);
    const bool lower_is_worse = find_field(map.metric)->better == Better::higher;
    const bool worse = value && (!cell.value || (lower_is_worse ? *value < *cell.value : *value > *cell.value));
    if (worse || cell.command.empty()) cell.command = command_of(cell_number, which);
    if (worse) cell.value = value;
    cell.converged = cell.converged && convergence && std::isfinite(*convergence);
    const auto raise = [](std::optional<double>& worst, const std::optional<double>& now) {
      if (now && (!worst || *now > *worst)) worst = now;
    };
    raise(cell.convergence_time_s, convergence);
    raise(cell.client_p99_s, latency);
    cell.missing = std::max(cell.missing, missing.value_or(0));
  }

  std::size_t number_of(const Scenario& scenario) {
    if (&scenario != last_) {
      if (last_ != nullptr) ++number_;
      last_ = &scenario;
    }
    return number_;
  }

  static constexpr std::size_t most_cells = 10'000;

  const MapOptions& options_;
  Node fault_;
  std::shared_ptr<const Scenario> scenario_;
  Targets targets_;
  std::vector<Duration> times_;
  bool runs_inline_ = false;
  const Scenario* last_ = nullptr;  // plans list the runs of one combination together
  std::size_t number_ = 0;
};

}  // namespace
}  // namespace hunt

Exit map_command(const Arguments& arguments) {
  auto read = hunt::read_map_options(arguments);
  if (!read) return Exit::ok;
  hunt::MapOptions& options = *read;
  ReportOfBatch page(options.run, "map", arguments);
  hunt::Mapper mapper(options);
  if (!options.json)
    std::cout << (mapper.runs_inline() ? "engine: inline, whose results equal those of actor by contract\n"
                                       : "engine: actor, since processor time is spent\n")
              << std::flush;
  const auto maps = mapper.run();
  if (!maps) {
    page.write(false);
    return Exit::internal;
  }
  const std::string base = (std::filesystem::path(options.output) / maps->front().scenario).string();
  try {
    std::filesystem::create_directories(options.output);
    write_file(base + ".json", hunt::map_json(*maps));
  } catch (const std::exception& error) {
    throw UsageError("--output " + printable(options.output) + ": " + error.what());
  }
  if (options.json)
    std::cout << hunt::map_json(*maps);
  else
    for (const hunt::FaultMap& map : *maps) std::cout << hunt::map_table(map) << "\n";
  page.maps = nlohmann::ordered_json::parse(hunt::map_json(*maps));
  page.write(true);
  if (!options.pictures) return Exit::ok;
  const int status = hunt::call_own_program({"plot", base + ".json", "-o", options.output});
  if (!options.json && status == 0) std::cout << "pictures: " << printable(base) << "-*.png, .svg\n";
  if (status != 0)
    std::cerr << "hearsay: no pictures: on Debian, apt-get install python3-matplotlib python3-pandas; "
              << printable(base) << ".json has the figures\n";
  return Exit::ok;
}

}  // namespace hearsay
