// Runs of trials in worker processes, several runs at a time.
#include <chrono>
#include <nlohmann/json.hpp>

#include "sim/cli/worker_pool.hpp"
#include "sim/hunt/outcome.hpp"
#include "sim/hunt/tree.hpp"
#include "sim/runtime/run.hpp"
#include "sim/scenario/in_memory.hpp"

namespace hearsay::hunt {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const TrialOutcome& outcome) {
  Json findings = Json::array();
  for (const Finding& f : outcome.findings) findings.push_back({f.oracle, f.path, f.bound, f.detail});
  return {{"skipped", outcome.skipped},   {"ran", outcome.ran},          {"findings", findings},
          {"run_hash", outcome.run_hash}, {"idle", outcome.idle_faults}, {"operations", outcome.operations}};
}

TrialOutcome from_json(const std::string& text) {
  const Json json = Json::parse(text);
  TrialOutcome outcome;
  outcome.skipped = json["skipped"];
  outcome.ran = json["ran"];
  for (const Json& f : json["findings"]) outcome.findings.push_back({f[0], f[1], f[2], f[3]});
  outcome.run_hash = json["run_hash"];
  outcome.idle_faults = json["idle"].get<std::vector<std::uint32_t>>();
  outcome.operations = json["operations"];
  return outcome;
}

// Read with dispatch inline if that is asked for, or if the protocol spends no processor time.
std::shared_ptr<const Scenario> read_request(const RunRequest& request, const std::string& file) {
  const Node original = request.make ? request.make() : request.tree;
  Node tree = original;
  if (!request.dispatch.empty()) {
    put(at(tree, "engine"), "dispatch", word(request.dispatch));
    return read_tree(tree, file);
  }
  put(at(tree, "engine"), "dispatch", word("inline"));
  try {
    return read_tree(tree, file);
  } catch (const ScenarioError&) {
    return read_tree(original, file);
  }
}

void note_idle_faults(const RunResult& result, TrialOutcome& outcome, std::size_t entries) {
  std::vector<bool> touched(entries, false);
  for (const FaultRecord& fault : result.faults) {
    const bool counted = std::any_of(fault.effects.begin(), fault.effects.end(), [](auto count) { return count > 0; });
    if (fault.entry < entries && (fault.counts ? counted : !fault.nodes.empty())) touched[fault.entry] = true;
  }
  for (std::uint32_t i = 0; i < entries; ++i)
    if (!touched[i]) outcome.idle_faults.push_back(i);
}

// Nothing if it needs a process of its own.
std::optional<TrialOutcome> run_one(const RunRequest& request, const RunnerOptions& options, const JobLine& line) {
  TrialOutcome outcome;
  outcome.skipped = options.deadline && std::chrono::steady_clock::now() > *options.deadline;
  if (outcome.skipped) return outcome;
  std::shared_ptr<const Scenario> scenario;
  try {
    scenario = read_request(request, options.file);
  } catch (const ScenarioError&) {
    return outcome;  // a step of shrinking that leaves no valid scenario
  }
  const Case which{scenario, 0, scenario->seeds.front()};
  RunOptions run;
  run.simgrid_arguments = options.simgrid;
  run.shares_process = true;
  if (!can_run_here(which, run)) return std::nullopt;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(options.most_wall_s);
  std::uint64_t events = 0;
  run.progress = [&](const Progress& progress) {
    events = progress.events;
    line.progress(progress);
  };
  run.stop_requested = [&] {
    return line.stop_requested() || events > options.most_events || std::chrono::steady_clock::now() > deadline;
  };
  RunResult result;
  try {
    result = run_case(which, run);
  } catch (const RunError& error) {
    outcome.ran = true;
    outcome.findings.push_back({"the run stays within engine.max_in_flight", "", "", error.what()});
    return outcome;
  }
  if (result.stopped) return outcome;
  outcome.ran = true;
  outcome.findings = judge_run(*scenario, result);
  outcome.run_hash = result.run_hash;
  outcome.operations = result.operations.attempted;
  note_idle_faults(result, outcome, scenario->faults.size());
  return outcome;
}

}  // namespace

RunnerResult run_all(const RunnerOptions& options, const std::vector<RunRequest>& requests,
                     const std::function<void(std::size_t)>& tick) {
  RunnerResult results;
  results.outcomes.resize(requests.size());
  Pool pool;
  pool.jobs = options.jobs;
  pool.shared = true;
  pool.job = [&](std::size_t i, const JobLine& line) -> std::optional<std::string> {
    const auto outcome = run_one(requests[i], options, line);
    if (!outcome) return std::nullopt;
    return to_json(*outcome).dump(-1, ' ', false, Json::error_handler_t::replace);
  };
  pool.finished = [&](std::size_t i, const WorkerReport& report) {
    if (report.completed) {
      results.outcomes[i] = from_json(report.text);
    } else {
      results.outcomes[i].ran = true;
      results.outcomes[i].findings.push_back({"the simulator does not crash", "", "", report.text});
    }
  };
  pool.tick = [&](const PoolState& state) {
    if (tick) tick(state.done);
  };
  results.interrupted = !run_pool(pool, requests.size());
  return results;
}

}  // namespace hearsay::hunt
