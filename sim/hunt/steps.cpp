#include "sim/hunt/steps.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "sim/hunt/tree.hpp"
#include "sim/scenario/in_memory.hpp"
#include "sim/scenario/units.hpp"

namespace hearsay::hunt {
namespace {

using Path = std::vector<std::size_t>;  // a place of a tree: an entry or item per level

bool identifies(const std::string& key, std::size_t depth) {
  static const std::set<std::string> top{"name", "seed", "protocols", "expect", "faults"};
  static const std::set<std::string> inner{"name", "kind", "at", "node", "script"};
  return depth == 1 ? top.contains(key) : inner.contains(key);
}

// Breadth first, so that large parts go before small ones.
std::vector<Path> places(const Node& tree) {
  std::vector<Path> all, level{{}};
  const auto node_at = [&tree](const Path& path) {
    const Node* node = &tree;
    for (const std::size_t i : path) node = node->is_map() ? &node->entries[i].value : &node->items[i];
    return node;
  };
  while (!level.empty()) {
    std::vector<Path> next;
    for (const Path& path : level) {
      const Node& node = *node_at(path);
      const std::size_t parts = node.is_map() ? node.entries.size() : node.items.size();
      for (std::size_t i = 0; i < parts; ++i) {
        next.push_back(path);
        next.back().push_back(i);
      }
    }
    all.insert(all.end(), next.begin(), next.end());
    level = std::move(next);
  }
  return all;
}

Node& follow(Node& tree, const Path& path, std::size_t levels) {
  Node* node = &tree;
  for (std::size_t i = 0; i < levels; ++i)
    node = node->is_map() ? &node->entries[path[i]].value : &node->items[path[i]];
  return *node;
}

std::optional<std::uint32_t> id_of(const Node& node) {
  if (!node.is_scalar() || node.text.empty() || node.text.size() > 7) return std::nullopt;
  if (node.text.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  return static_cast<std::uint32_t>(std::stoul(node.text));
}

// Ids of a selector, or of a list of them, below `nodes`; the last ones become smaller.
void clamp_ids(Node& node, std::uint32_t nodes) {
  if (const auto id = id_of(node); id && *id >= nodes) node = number(*id % nodes);
  if (!node.is_list()) return;
  std::set<std::uint32_t> seen;
  std::vector<Node> kept;
  for (Node& item : node.items) {
    clamp_ids(item, nodes);
    const auto id = id_of(item);
    if ((!id || seen.insert(*id).second) && !(item.is_list() && item.items.empty())) kept.push_back(std::move(item));
  }
  node.items = std::move(kept);
}

void clamp_fault(Node& fault, std::uint32_t nodes) {
  static const std::set<std::string> timing{"at", "for", "until", "every", "times", "stagger"};
  static const std::set<std::string> selectors{"nodes", "from", "to", "between", "groups", "clients"};
  for (Entry& entry : fault.entries) {
    if (timing.contains(entry.key)) continue;
    if (!entry.value.is_map()) clamp_ids(entry.value, nodes);
    for (Entry& field : entry.value.entries)
      if (selectors.contains(field.key)) clamp_ids(field.value, nodes);
  }
}

std::string step_word(const WorkloadInfo& info, const Operation& operation) {
  for (const ScriptWord& word : info.words)
    if (word.kind == operation.kind && (word.word == operation.method || operation.method.empty())) return word.word;
  return {};
}

Node step_of(const WorkloadInfo& info, const ScheduledOperation& scheduled, const std::string& said) {
  const Operation& operation = scheduled.operation;
  Node step = empty_map();
  put(step, "at", time_node(scheduled.at - Time{}));
  put(step, "node", number(scheduled.target));
  const auto takes =
      std::find_if(info.words.begin(), info.words.end(), [&](const auto& w) { return w.word == said; })->takes;
  const bool own = info.name == "broadcast";  // its keys and values are the workload's own
  const bool valued = !own && takes != ScriptWord::Takes::nothing && !operation.value.empty();
  put(step, said, word(valued ? operation.value : "true"));
  if (!own && !operation.key.empty()) put(step, "key", word(operation.key));
  return step;
}

// The longest unit first that `text`, a time, is not a whole multiple of.
std::vector<Duration> simpler_times(Duration time, bool may_be_zero) {
  std::vector<Duration> simpler;
  const auto add = [&](Duration t) {
    if (t != time && (t > Duration{} || may_be_zero) && std::find(simpler.begin(), simpler.end(), t) == simpler.end())
      simpler.push_back(t);
  };
  for (const Duration unit : {Duration(std::chrono::seconds(1)), Duration(std::chrono::milliseconds(100)),
                              Duration(std::chrono::milliseconds(10)), Duration(std::chrono::milliseconds(1))}) {
    if (time % unit == Duration{}) break;
    add((time + unit / 2) / unit * unit);
    add(time / unit * unit);
  }
  return simpler;
}

}  // namespace

std::vector<Node> without_one_part(const Node& tree) {
  std::vector<Node> smaller;
  for (const Path& path : places(tree)) {
    Node copy = tree;
    Node& parent = follow(copy, path, path.size() - 1);
    const std::size_t i = path.back();
    if (parent.is_map()) {
      if (identifies(parent.entries[i].key, path.size())) continue;
      parent.entries.erase(parent.entries.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      if (parent.items.size() < 2) continue;
      parent.items.erase(parent.items.begin() + static_cast<std::ptrdiff_t>(i));
    }
    smaller.push_back(std::move(copy));
  }
  return smaller;
}

Node* list_at(Node& tree, const std::string& path) {
  const auto dot = path.find('.');
  Node* node = tree.find(path.substr(0, dot));
  if (node != nullptr && dot != std::string::npos)
    return node->is_map() ? list_at(*node, path.substr(dot + 1)) : nullptr;
  return node != nullptr && node->is_list() ? node : nullptr;
}

std::vector<Node> with_fewer_nodes(const Node& tree) {
  std::vector<Node> smaller;
  const Node* nodes = tree.find("nodes");
  const auto now = nodes != nullptr ? id_of(*nodes) : std::optional<std::uint32_t>(5);
  for (std::uint32_t n = 1; now && n < *now; n = n < 8 ? n + 1 : n * 2) {
    Node copy = tree;
    put(copy, "nodes", number(n));
    if (Node* faults = list_at(copy, "faults"))
      for (Node& fault : faults->items) clamp_fault(fault, n);
    if (Node* script = list_at(copy, "workload.script"))
      for (Node& step : script->items)
        if (Node* node = step.find("node")) clamp_ids(*node, n);
    if (Node* workload = copy.find("workload"); workload != nullptr && workload->is_map())
      if (Node* targets = workload->find("targets")) clamp_ids(*targets, n);
    smaller.push_back(std::move(copy));
  }
  return smaller;
}

std::vector<Node> with_earlier_stop(const Node& tree) {
  std::vector<Node> smaller;
  const Node* workload = tree.find("workload");
  const Node* stop = workload != nullptr && workload->is_map() ? workload->find("stop") : nullptr;
  if (stop == nullptr) return smaller;
  const Duration now = parse_duration(stop->text);
  for (const int part : {16, 8, 4, 2}) {
    Node copy = tree;
    put(at(copy, "workload"), "stop",
        time_node(std::max<Duration>(std::chrono::milliseconds(1),
                                     now / part / std::chrono::milliseconds(1) * std::chrono::milliseconds(1))));
    smaller.push_back(std::move(copy));
  }
  return smaller;
}

std::vector<Node> as_script(const Node& tree, const std::string& file) {
  constexpr std::size_t most_steps = 400;
  const Node* workload = tree.find("workload");
  if (workload != nullptr && (!workload->is_map() || workload->find("script") != nullptr)) return {};
  const auto scenario = read_tree(tree, file);
  const WorkloadEntry& entry = scenario->workloads.front();
  const WorkloadInfo& info = *find_workload(entry.kind);
  WorkloadContext context;
  context.seed = scenario->seeds.front();
  context.nodes.resize(scenario->nodes);
  std::iota(context.nodes.begin(), context.nodes.end(), NodeId{0});
  context.duration_end = Time(scenario->duration);
  std::vector<Node> steps;
  const auto schedule = info.make(entry.values, context);
  while (const auto scheduled = schedule->next()) {
    const std::string said = step_word(info, scheduled->operation);
    if (said.empty() || steps.size() == most_steps) return {};
    steps.push_back(step_of(info, *scheduled, said));
  }
  if (steps.empty()) return {};
  Node copy = tree;
  Node& section = at(copy, "workload");
  if (section.is_null()) section = empty_map();
  for (const char* key : {"rate", "operations", "reads", "start", "stop", "arrival", "burst", "roam", "clients",
                          "targets", "final_reads"})
    take(section, key);
  put(section, "script", list_of(std::move(steps)));
  return {copy};
}

std::vector<Node> with_simpler_value(const Node& tree) {
  std::vector<Node> simpler;
  for (const Path& path : places(tree)) {
    Node copy = tree;
    const Node before = follow(copy, path, path.size());
    const Node& parent = follow(copy, path, path.size() - 1);
    const std::string key = parent.is_map() ? parent.entries[path.back()].key : "";
    const std::string& top = tree.entries[path.front()].key;
    if (!before.is_scalar() || before.quoted || top == "name" || top == "seed" || top == "expect" || key == "name")
      continue;
    Duration time{};
    try {
      if (before.text.find_first_of("sm") == std::string::npos) continue;
      time = parse_duration(before.text);
    } catch (const UnitError&) {
      continue;
    }
    std::vector<Duration> times = simpler_times(time, key == "at");
    if (key == "for" || key == "stagger" || key == "duration")
      for (const Duration half : {time / 4, time / 2})
        if (half > Duration{}) times.push_back(half / std::chrono::milliseconds(1) * std::chrono::milliseconds(1));
    for (const Duration t : times) {
      if (t == Duration{} && key != "at") continue;
      follow(copy, path, path.size()) = time_node(t);
      simpler.push_back(copy);
    }
  }
  return simpler;
}

}  // namespace hearsay::hunt
