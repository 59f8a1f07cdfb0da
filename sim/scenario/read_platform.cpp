// `platform`, `topology` and `engine`: what the cluster stands on.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "sim/scenario/parts.hpp"
#include "sim/scenario/sections.hpp"
#include "sim/scenario/shipped.hpp"
#include "sim/scenario/topology.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

const std::vector<std::string> platform_kinds{"file", "star", "uniform"};
constexpr const char* placement_forms = "`round-robin`, `packed`, `{hosts: [a, b]}` or `{zones: {eu: 10, us: 15}}`";

void read_file(const Node& node, Reading& reading) {
  namespace fs = std::filesystem;
  if (!node.is_scalar() || node.text.empty()) {
    reading.mistakes.add(
        node.place, "`file` is " + describe_kind(node) + "; name a SimGrid platform, such as `../platforms/lan.xml`");
    return;
  }
  const FoundFile found = find_platform_file(node.text, reading.mistakes.folder());
  std::error_code error;
  std::string wrong;
  if (!found.wrong.empty())
    reading.mistakes.add(node.place, "the platform " + backquoted(node.text) + " does not exist: " + found.wrong);
  else if (fs::status(found.path, error).type() != fs::file_type::regular)
    wrong = "is not a file";
  else if (!std::ifstream(found.path))
    wrong = "cannot be read";
  if (!wrong.empty())
    reading.mistakes.add(node.place, "the platform " + backquoted(node.text) + " " + wrong +
                                         "; name a SimGrid platform, relative to the scenario's folder");
  reading.scenario.platform.kind = Platform::Kind::file;
  reading.scenario.platform.file = found.path;
}

void read_star(const Node& node, Reading& reading) {
  const GivenValues given =
      read_parameters(node, star_table().parameters(), "`star`", reading.cluster, reading.mistakes);
  reading.scenario.platform = star_table().build(given.values);
  reading.scenario.platform.kind = Platform::Kind::star;
}

void read_uniform(const Node& node, Reading& reading) {
  const GivenValues given =
      read_parameters(node, uniform_table().parameters(), "`uniform`", reading.cluster, reading.mistakes);
  reading.scenario.platform = uniform_table().build(given.values);
  reading.scenario.platform.kind = Platform::Kind::uniform;
  if (given.valid && reading.scenario.platform.max_latency < reading.scenario.platform.min_latency)
    reading.mistakes.add(given.place_of("latency.max"), "`max` is less than `min`; write the smaller latency as `min`");
}

void read_zones(const Node& node, Reading& reading) {
  Placement& placement = reading.scenario.platform.placement;
  placement.kind = Placement::Kind::zones;
  if (!node.is_map() || node.entries.empty()) {
    reading.mistakes.add(node.place,
                         "`zones` needs a number of nodes for each zone; write `{zones: {eu: 10, us: 15}}`");
    return;
  }
  std::uint64_t sum = 0;
  bool valid = true;
  for (const auto& entry : node.entries) {
    const auto count = read_value(entry.value, zone_parameter(), reading.cluster, reading.mistakes);
    reading.cluster.zones.push_back(entry.key);
    if (!count) {
      valid = false;
      continue;
    }
    const auto nodes = static_cast<std::uint32_t>(std::get<std::int64_t>(*count));
    placement.zones.emplace_back(entry.key, nodes);
    sum += nodes;
  }
  if (valid && reading.cluster.nodes && sum != *reading.cluster.nodes)
    reading.mistakes.add(node.place, "the zones hold " + std::to_string(sum) + " nodes but the cluster has " +
                                         std::to_string(*reading.cluster.nodes) +
                                         "; make the numbers add up to `nodes`");
}

void read_hosts(const Node& node, Reading& reading) {
  Platform& platform = reading.scenario.platform;
  platform.placement.kind = Placement::Kind::hosts;
  platform.hosts_place = node.place.place();
  if (!node.is_list() || node.items.empty()) {
    reading.mistakes.add(node.place,
                         "`hosts` needs the hosts to place nodes on; write for example `{hosts: [w1, w2]}`");
    return;
  }
  if (platform.kind != Platform::Kind::file)
    reading.mistakes.add(node.place,
                         "the hosts of a generated platform are all alike; leave `placement` out, or name "
                         "a platform file");
  for (const Node& item : node.items) {
    if (!item.is_scalar() || item.text.empty())
      reading.mistakes.add(
          item.place, "a host cannot be " + describe_kind(item) + "; write its name, or a pattern such as `worker-*`");
    else
      platform.placement.hosts.push_back(item.text);
  }
}

void read_placement(const Node& node, Reading& reading) {
  static const std::vector<std::string> words{"round-robin", "packed", "hosts", "zones"};
  Placement& placement = reading.scenario.platform.placement;
  if (node.is_scalar() && node.text == "round-robin") {
    placement.kind = Placement::Kind::round_robin;
  } else if (node.is_scalar() && node.text == "packed") {
    placement.kind = Placement::Kind::packed;
  } else if (node.is_map()) {
    if (!has_one_key(node, "`placement`", placement_forms, reading.mistakes)) return;
    const Entry& entry = node.entries.front();
    if (entry.key == "zones")
      read_zones(entry.value, reading);
    else if (entry.key == "hosts")
      read_hosts(entry.value, reading);
    else
      reading.mistakes.add(entry.place,
                           "unknown placement " + backquoted(entry.key) + hint(entry.key, words, "placements"));
  } else if (node.is_scalar()) {
    reading.mistakes.add(node.place, backquoted(node.text) + " is no placement" + hint(node.text, words, "placements"));
  } else {
    reading.mistakes.add(node.place, "`placement` cannot be " + describe_kind(node) + "; write " + placement_forms);
  }
}

}  // namespace

void read_platform(Reading& reading) {
  const Node* node = reading.root.find("platform");
  if (node == nullptr) return;
  if (!node->is_map()) {
    reading.mistakes.add(node->place, "`platform` cannot be " + describe_kind(*node) +
                                          "; write `{file: PATH}`, `{star: {latency: 1ms, bandwidth: 1Gbps}}` or "
                                          "`{uniform: {latency: {min: 1ms, max: 10ms}}}`");
    return;
  }
  std::vector<std::string> keys = platform_kinds;
  keys.push_back("placement");
  std::string kind;
  for (const auto& entry : node->entries) {
    if (entry.key == "placement") continue;
    if (std::find(keys.begin(), keys.end(), entry.key) == keys.end()) {
      reading.mistakes.add(entry.place,
                           "unknown key " + backquoted(entry.key) + " in `platform`" + hint(entry.key, keys, "keys"));
    } else if (!kind.empty()) {
      reading.mistakes.add(entry.place, "both " + backquoted(kind) + " and " + backquoted(entry.key) +
                                            " are given; a scenario has one platform");
    } else {
      kind = entry.key;
      if (kind == "file")
        read_file(entry.value, reading);
      else if (kind == "star")
        read_star(entry.value, reading);
      else
        read_uniform(entry.value, reading);
      reading.scenario.platform.place = entry.value.place.place();
    }
  }
  const Node* placement = node->find("placement");
  if (placement == nullptr) return;
  const std::size_t before = reading.mistakes.count();
  read_placement(*placement, reading);
  const Platform& platform = reading.scenario.platform;
  if (reading.mistakes.count() == before && platform.placement.kind == Placement::Kind::zones &&
      platform.kind != Platform::Kind::file)
    reading.mistakes.add(placement->place,
                         "a generated platform has no zones to place nodes in; name a platform with `file`, or leave "
                         "`placement` out");
}

void read_topology(Reading& reading) {
  const Node* node = reading.root.find("topology");
  if (node == nullptr) return;
  static const auto known = names_of(topologies());
  std::string name;
  Location name_place = node->place;
  if (node->is_scalar()) {
    name = node->text;
  } else if (node->is_map()) {
    if (!has_one_key(*node, "`topology`", "for example `full` or `{tree: 4}`", reading.mistakes)) return;
    name = node->entries.front().key;
    name_place = node->entries.front().place;
  } else {
    reading.mistakes.add(node->place,
                         "`topology` cannot be " + describe_kind(*node) + "; write for example `full` or `{tree: 4}`");
    return;
  }
  const TopologyInfo* info = find_topology(name);
  if (info == nullptr) {
    reading.mistakes.add(name_place, "unknown topology " + backquoted(name) + hint(name, known, "topologies"));
    return;
  }
  Node empty;
  empty.kind = Node::Kind::map;
  empty.place = node->place;
  const Node& value = node->is_map() ? node->entries.front().value : empty;
  GivenValues given = read_shorthand(value, info->parameters, info->shorthand, "topology " + backquoted(name),
                                     reading.cluster, reading.mistakes);
  reading.scenario.topology = {name, given.values};
  if (!given.valid || !reading.cluster.nodes) return;
  try {
    info->check(given.values, *reading.cluster.nodes);
  } catch (const ParameterError& error) {
    given.blame(error, reading.mistakes);
  }
}

namespace {

void read_sync_latencies(const Node& list, Reading& reading) {
  for (const Node& item : list.items) {
    const GivenValues given = read_parameters(item, sync_latency_table().parameters(), "an entry of `sync_latency`",
                                              reading.cluster, reading.mistakes);
    if (!given.valid) continue;
    const SyncLatency read = sync_latency_table().build(given.values);
    reading.scenario.engine.sync_latencies.emplace_back(read.nodes, read.latency);
  }
}

}  // namespace

void read_engine(Reading& reading) {
  const Node* node = reading.root.find("engine");
  if (node == nullptr) return;
  const Node* latency = node->find("sync_latency");
  const bool by_node = latency != nullptr && latency->is_list();
  const std::vector<std::string> apart =
      by_node ? std::vector<std::string>{"sync_latency"} : std::vector<std::string>{};
  GivenValues given =
      read_parameters(*node, engine_table().parameters(), "`engine`", reading.cluster, reading.mistakes, apart);
  Engine& engine = reading.scenario.engine;
  engine = engine_table().build(given.values);
  if (by_node) read_sync_latencies(*latency, reading);
  if (engine.dispatch == Engine::Dispatch::inline_ && engine.message_cpu > Duration{})
    reading.mistakes.add(
        given.place_of("message_cpu"),
        "`dispatch: inline` does not model processor time; write `message_cpu: 0s`, or `dispatch: actor`");
}

}  // namespace hearsay
