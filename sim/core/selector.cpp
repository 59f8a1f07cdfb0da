#include "sim/core/selector.hpp"

#include <algorithm>
#include <cmath>

namespace hearsay {
namespace {

std::vector<NodeId> sample(std::span<const NodeId> candidates, std::size_t count, RandomStream& random) {
  std::vector<NodeId> chosen(candidates.begin(), candidates.end());
  count = std::min(count, chosen.size());
  random.shuffle_front(chosen, count);
  chosen.resize(count);
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace

Selector Selector::of(std::vector<NodeId> ids) {
  Selector selector;
  selector.kind = Kind::nodes;
  selector.nodes = std::move(ids);
  return selector;
}

bool Selector::is_random() const {
  if (kind == Kind::negation) return operand->is_random();
  return kind == Kind::random_count || kind == Kind::random_share;
}

bool Selector::operator==(const Selector& other) const { return to_string(*this) == to_string(other); }

std::vector<NodeId> select(const Selector& selector, std::span<const NodeId> candidates, const ZoneMap& zones,
                           RandomStream& random) {
  std::vector<NodeId> chosen;
  switch (selector.kind) {
    case Selector::Kind::all: chosen.assign(candidates.begin(), candidates.end()); break;
    case Selector::Kind::nodes: {
      std::vector<NodeId> wanted = selector.nodes;
      std::sort(wanted.begin(), wanted.end());
      std::set_intersection(candidates.begin(), candidates.end(), wanted.begin(), wanted.end(),
                            std::back_inserter(chosen));
      break;
    }
    case Selector::Kind::random_count: return sample(candidates, static_cast<std::size_t>(selector.count), random);
    case Selector::Kind::random_share: {
      const auto exact = selector.share * static_cast<double>(candidates.size());
      auto count = static_cast<std::size_t>(std::llround(exact));
      if (count == 0 && selector.share > 0) count = 1;
      return sample(candidates, count, random);
    }
    case Selector::Kind::zone:
      for (const NodeId node : candidates)
        if (node < zones.zone_of_node.size() && zones.names[zones.zone_of_node[node]] == selector.zone)
          chosen.push_back(node);
      break;
    case Selector::Kind::negation: {
      const auto excluded = select(*selector.operand, candidates, zones, random);
      std::set_difference(candidates.begin(), candidates.end(), excluded.begin(), excluded.end(),
                          std::back_inserter(chosen));
      break;
    }
  }
  return chosen;
}

std::string to_string(const Selector& selector) {
  switch (selector.kind) {
    case Selector::Kind::all: return "all";
    case Selector::Kind::random_count: return "{random: " + std::to_string(selector.count) + "}";
    case Selector::Kind::random_share: {
      std::string percent = std::to_string(selector.share * 100);
      percent.erase(percent.find_last_not_of('0') + 1);
      if (percent.back() == '.') percent.pop_back();
      return "{random: " + percent + "%}";
    }
    case Selector::Kind::zone: return "{zone: " + selector.zone + "}";
    case Selector::Kind::negation: return "{not: " + to_string(*selector.operand) + "}";
    case Selector::Kind::nodes: break;
  }
  std::string text = "[";
  for (std::size_t i = 0; i < selector.nodes.size(); ++i) {
    std::size_t last = i;
    while (last + 1 < selector.nodes.size() && selector.nodes[last + 1] == selector.nodes[last] + 1) ++last;
    if (i != 0) text += ", ";
    text += std::to_string(selector.nodes[i]);
    if (last > i) text += (last == i + 1 ? ", " : "..") + std::to_string(selector.nodes[last]);
    i = last;
  }
  return text + "]";
}

}  // namespace hearsay
