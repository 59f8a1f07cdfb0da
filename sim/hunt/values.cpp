#include "sim/hunt/values.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "sim/hunt/tree.hpp"

namespace hearsay::hunt {
namespace {

// One of the values within the bounds; the nearest bound if none is.
double bounded(RandomStream& random, const Parameter& parameter, std::span<const double> values) {
  const double value = values[static_cast<std::size_t>(random.below(values.size()))];
  const double within = std::clamp(value, parameter.minimum, std::max(parameter.minimum, parameter.maximum));
  return within > 0 && within < parameter.least_above_zero ? parameter.least_above_zero : within;
}

Node of_duration(RandomStream& random, const Parameter& parameter, Duration longest) {
  static constexpr std::array steps{0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0};
  // A period of a microsecond is allowed, and makes a run of millions of rounds.
  const double value = bounded(random, parameter, steps);
  const double most = std::max(seconds(longest), parameter.minimum);
  return time_node(from_seconds(std::min(value, most)));
}

Node of_selectors(RandomStream& random, const ValueRange& range) {
  std::vector<NodeId> all(range.nodes);
  std::iota(all.begin(), all.end(), NodeId{0});
  random.shuffle_front(all, all.size());
  const std::size_t first = 1 + static_cast<std::size_t>(random.below(std::max<std::size_t>(1, all.size() - 1)));
  std::vector<NodeId> a = all, b;
  while (a.size() > first) {
    b.push_back(a.back());
    a.pop_back();
  }
  if (b.empty()) b = {all.front()};
  const auto sorted = [](std::vector<NodeId>& nodes) { std::sort(nodes.begin(), nodes.end()); };
  sorted(a);
  sorted(b);
  const auto as_list = [](const std::vector<NodeId>& nodes) {
    Node node = nodes_node(nodes);
    return node.is_list() ? node : list_of({node});
  };
  return list_of({as_list(a), as_list(b)});
}

std::string plain(double value) { return to_string(Value(value), ValueType::number); }

Node of_words(RandomStream& random, const Parameter& parameter, const ValueRange& range) {
  const std::vector<std::string>& choices = parameter.name == "kinds" ? range.kinds : parameter.choices;
  std::vector<Node> items;
  for (const std::string& choice : choices)
    if (random.chance(1.0 / static_cast<double>(std::max<std::size_t>(2, choices.size()))))
      items.push_back(word(choice));
  if (items.empty() && !choices.empty()) items.push_back(word(one_of(random, choices)));
  return list_of(std::move(items));
}

}  // namespace

std::vector<NodeId> random_nodes(RandomStream& random, std::uint32_t nodes) {
  std::vector<NodeId> all(nodes);
  std::iota(all.begin(), all.end(), NodeId{0});
  const double kind = random.uniform();
  const std::size_t count = kind < 0.6   ? 1
                            : kind < 0.8 ? 2
                            : kind < 0.9 ? all.size()
                                         : 1 + static_cast<std::size_t>(random.below(all.size()));
  random.shuffle_front(all, std::min(count, all.size()));
  all.resize(std::min(count, all.size()));
  std::sort(all.begin(), all.end());
  return all;
}

Node random_value(RandomStream& random, const Parameter& parameter, const ValueRange& range) {
  static constexpr std::array integers{0.0, 1.0, 2.0, 3.0, 5.0, 10.0, 100.0};
  static constexpr std::array numbers{0.1, 0.5, 1.0, 1.5, 2.0, 5.0, 10.0};
  static constexpr std::array shares{0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0};
  static constexpr std::array rates{1.0, 5.0, 20.0, 100.0};
  static constexpr std::array sizes{0.0, 1.0, 64.0, 500.0, 1500.0, 20'000.0};
  static constexpr std::array bandwidths{1250.0, 12'500.0, 125'000.0, 1.25e7};
  switch (parameter.type) {
    case ValueType::boolean: return word(random.chance(0.5) ? "true" : "false");
    case ValueType::integer:
      return number(static_cast<std::uint64_t>(std::max(0.0, bounded(random, parameter, integers))));
    case ValueType::number: return word(plain(bounded(random, parameter, numbers)));
    case ValueType::share: return word(to_string(Value(bounded(random, parameter, shares)), ValueType::share));
    case ValueType::duration: return of_duration(random, parameter, range.longest);
    case ValueType::rate: return word(to_string(Value(bounded(random, parameter, rates)), ValueType::rate));
    case ValueType::size:
      return word(to_string(Value(static_cast<std::int64_t>(bounded(random, parameter, sizes))), ValueType::size));
    case ValueType::bandwidth:
      return word(to_string(Value(bounded(random, parameter, bandwidths)), ValueType::bandwidth));
    case ValueType::choice: return word(one_of(random, parameter.choices));
    case ValueType::text_list: return of_words(random, parameter, range);
    case ValueType::selector: return nodes_node(random_nodes(random, range.nodes));
    case ValueType::selector_list: return of_selectors(random, range);
    case ValueType::distribution: return of_duration(random, parameter, range.longest);
    case ValueType::text:
    case ValueType::path:
    case ValueType::edge_list: break;
  }
  return word("x");
}

Node random_map(RandomStream& random, std::span<const Parameter> parameters, const ValueRange& range, double share) {
  Node map = empty_map();
  for (const Parameter& parameter : parameters) {
    const bool chosen = random.chance(share);  // drawn in any case, so that one parameter does not shift the next
    if (!parameter.required && !chosen) continue;
    put_path(map, parameter.name, random_value(random, parameter, range));
  }
  return map;
}

}  // namespace hearsay::hunt
