// Name, duration, number of nodes, seeds and the like.
#include <algorithm>
#include <set>

#include "sim/scenario/parts.hpp"
#include "sim/scenario/sections.hpp"
#include "sim/scenario/units.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

void read_seed(const Node& node, Reading& reading) {
  if (auto value = read_value(node, seed_parameter(), reading.cluster, reading.mistakes))
    reading.scenario.seeds = {static_cast<std::uint64_t>(std::get<std::int64_t>(*value))};
}

// `1..10`, `7`, `[1, 4, 7..9]`.
void read_seeds(const Node& node, Reading& reading) {
  const auto items = node.is_list() ? std::span<const Node>(node.items) : std::span(&node, 1);
  std::vector<std::uint64_t> seeds;
  std::set<std::uint64_t> seen;
  for (const auto& item : items) {
    if (!item.is_scalar()) {
      reading.mistakes.add(item.place, "`seeds` cannot be " + describe_kind(item) + "; write a range such as `1..10`");
      return;
    }
    try {
      for (const std::uint64_t seed : parse_seeds(item.text)) {
        if (!seen.insert(seed).second) {
          reading.mistakes.add(item.place, "seed " + std::to_string(seed) + " is named twice; each seed is one run");
          return;
        }
        seeds.push_back(seed);
      }
    } catch (const UnitError& error) {
      reading.mistakes.add(item.place, error.what());
      return;
    }
    if (seeds.size() > most_seeds) {
      reading.mistakes.add(item.place, "these are more than " + std::to_string(most_seeds) + " seeds; use fewer");
      return;
    }
  }
  if (seeds.empty())
    reading.mistakes.add(node.place, "the list of seeds is empty; write a range such as `1..10`");
  else
    reading.scenario.seeds = std::move(seeds);
}

void check_name(const std::string& name, const Location& place, Mistakes& mistakes) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  if (name.empty())
    mistakes.add(place, "the name is empty; use letters, digits and '-'");
  else if (name.size() > 100)
    mistakes.add(place, "the name is longer than 100 characters; choose a shorter one");
  else if (!std::all_of(name.begin(), name.end(), allowed))
    mistakes.add(place, backquoted(name) + " is no name for a scenario; use letters, digits and '-' only");
}

}  // namespace

void read_top_level(Reading& reading) {
  const auto& table = root_table();
  const auto sections = names_of(section_meanings());
  GivenValues given =
      read_parameters(reading.root, table.parameters(), "the scenario", reading.cluster, reading.mistakes, sections);
  const Scenario read = table.build(given.values);
  reading.scenario.name = read.name;
  reading.scenario.description = read.description;
  reading.scenario.duration = read.duration;
  reading.scenario.settle = read.settle;
  reading.scenario.nodes = read.nodes;
  if (given.values.contains("nodes")) reading.cluster.nodes = read.nodes;
  if (given.values.contains("name")) check_name(read.name, given.place_of("name"), reading.mistakes);

  const Node* seed = reading.root.find("seed");
  const Node* seeds = reading.root.find("seeds");
  if (seed != nullptr && seeds != nullptr)
    reading.mistakes.add(seeds->place, "both `seed` and `seeds` are given; keep one of them");
  if (seed != nullptr) read_seed(*seed, reading);
  if (seeds != nullptr) read_seeds(*seeds, reading);
}

bool has_one_key(const Node& map, const std::string& what, const std::string& forms, Mistakes& mistakes) {
  if (map.entries.size() == 1) return true;
  mistakes.add(map.place,
               what + " needs exactly one key, not " + std::to_string(map.entries.size()) + "; write " + forms);
  return false;
}

}  // namespace hearsay
