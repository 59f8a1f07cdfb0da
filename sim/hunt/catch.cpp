#include "sim/hunt/catch.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "sim/cli/version.hpp"
#include "sim/cli/worker_pool.hpp"
#include "sim/core/files.hpp"
#include "sim/core/random.hpp"
#include "sim/core/text.hpp"
#include "sim/faults/fault.hpp"
#include "sim/hunt/picture.hpp"
#include "sim/hunt/tree.hpp"
#include "sim/metrics/explanation.hpp"
#include "sim/report/explanation_text.hpp"
#include "sim/runtime/run.hpp"
#include "sim/scenario/in_memory.hpp"

namespace hearsay::hunt {
namespace {

namespace fs = std::filesystem;

std::set<std::string> verbs_of(const Node& tree) {
  std::set<std::string> verbs;
  if (const Node* faults = tree.find("faults"))
    for (const Node& fault : faults->items)
      for (const Entry& entry : fault.entries)
        if (find_fault(entry.key) != nullptr) verbs.insert(entry.key);
  return verbs;
}

// Letters, digits and single dashes.
std::string slug(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain)
      out += c;
    else if (!out.empty() && out.back() != '-')
      out += '-';
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out.substr(0, 60);
}

std::string name_of(const std::string& key, const Target& target, const std::string& oracle) {
  const std::uint64_t h = hash_text(key);
  std::string hex;
  for (int i = 0; i < 4; ++i) hex += "0123456789abcdef"[h >> 4 * i & 15];
  std::string what = oracle.starts_with("promise ") ? oracle.substr(8) : oracle;
  return slug(target.protocol->name) + "-" + slug(what) + "-" + hex;
}

// Of the sections, as the scenarios that ship have them.
Node in_usual_order(const Node& tree) {
  Node ordered = empty_map();
  for (const char* key : {"name", "description", "seed", "duration", "settle", "nodes", "platform", "topology",
                          "network", "engine", "protocols", "workload", "faults", "expect"})
    if (const Node* value = tree.find(key)) put(ordered, key, *value);
  return ordered;
}

// What parameters name as files, as seen from the folder that the scenario is written to: it stays right where both
// move together.
Node seen_from(const fs::path& folder, const Node& tree, const ProtocolInfo& protocol) {
  Node moved = tree;
  Node* entries = moved.find("protocols");
  for (Node& entry : entries->items)
    for (const Parameter& parameter : protocol.parameters)
      if (Node* params = entry.find("params"); params != nullptr && parameter.type == ValueType::path)
        if (Node* path = params->find(parameter.name)) path->text = fs::relative(path->text, folder).string();
  return moved;
}

std::uint32_t failing_seeds(const CatchContext& context, const Shrunk& shrunk) {
  std::vector<RunRequest> requests;
  const std::uint64_t seed = read_tree(shrunk.tree, context.runner.file)->seeds.front();
  for (std::uint32_t i = 1; i <= seeds_tried; ++i) {
    Node other = shrunk.tree;
    put(other, "seed", number(seed + i));
    requests.push_back({std::move(other)});
  }
  std::uint32_t failing = 0;
  for (const TrialOutcome& outcome : run_all(context.runner, requests).outcomes)
    if (outcome.find(shrunk.finding.oracle) != nullptr) ++failing;
  return failing;
}

// In a worker process, as every run.
std::string explained(const CatchContext& context, const Node& tree) {
  std::string text;
  Pool pool;
  pool.job = [&](std::size_t, const JobLine&) {
    const auto scenario = read_tree(tree, context.runner.file);
    Explainer explainer(scenario->nodes);
    RunOptions options;
    options.simgrid_arguments = context.runner.simgrid;
    options.observers.push_back(&explainer);
    const RunResult result = run_case({scenario, 0, scenario->seeds.front()}, options);
    return explanation_text(explainer.explain(), result);
  };
  pool.finished = [&](std::size_t, const WorkerReport& report) { text = report.text + "\n"; };
  run_pool(pool, 1);
  return text;
}

std::string comment(const CatchContext& context, const Caught& made) {
  const auto size = [](const Size& s) {
    return std::to_string(s.faults) + (s.faults == 1 ? " fault, " : " faults, ") + std::to_string(s.operations) +
           " operations, " + std::to_string(s.nodes) + " nodes";
  };
  const std::string what = printable(context.target.protocol->name + ", " + made.oracle + ": " + made.detail);
  return "# " + what + "\n# Found by `hunt` in trial " + std::to_string(context.trial) + " of seed " +
         std::to_string(context.hunt_seed) + " on " + printable(context.target.name()) + ", version " +
         source_version() + ".\n# Shrunk from " + size(made.before) + " to " + size(made.after) + " in " +
         std::to_string(made.shrink_runs) + " runs. Fails with " + std::to_string(made.other_seeds) + " of " +
         std::to_string(seeds_tried) + " other seeds.\n";
}

}  // namespace

std::string key_of(const Target& target, const Shrunk& shrunk) {
  std::string key = shrunk.finding.oracle + "|" + target.name();
  for (const std::string& verb : verbs_of(shrunk.tree)) key += "|" + verb;
  return key;
}

Caught keep_catch(const CatchContext& context, const Shrunk& shrunk) {
  Caught made;
  made.key = key_of(context.target, shrunk);
  made.name = name_of(made.key, context.target, shrunk.finding.oracle);
  made.target = context.target.name();
  made.oracle = shrunk.finding.oracle;
  made.detail = shrunk.finding.detail;
  made.first_trial = context.trial;
  made.times = 1;
  made.before = shrunk.before;
  made.after = shrunk.after;
  made.shrink_runs = shrunk.runs;
  made.other_seeds = failing_seeds(context, shrunk);

  Node tree = shrunk.tree;
  put(tree, "name", word(made.name));
  if (!shrunk.finding.path.empty()) {
    Mistakes none("");
    put(at(tree, "expect"), shrunk.finding.path, *parse_snippet(shrunk.finding.bound, {}, none));
  }
  tree = in_usual_order(tree);
  fs::create_directories(context.folder);
  const std::string base = (fs::path(context.folder) / made.name).string();
  write_file(base + ".yaml",
             comment(context, made) + block_text(seen_from(context.folder, tree, *context.target.protocol)));
  write_file(base + ".txt", made.oracle + ": " + printable(made.detail) + "\n\n" + explained(context, tree));
  if (context.picture) draw_space_time(base);
  return made;
}

}  // namespace hearsay::hunt
