// Node selectors of a scenario: `all`, `7`, `[0, 3, 5..9]`, `{random: 3}`, `{zone: eu}`, `{not: SELECTOR}`.
#include <algorithm>
#include <set>

#include "sim/scenario/units.hpp"
#include "sim/scenario/values.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

constexpr std::uint64_t most_named_ids = 20'000'000;  // all selectors of one reading: bounds its time and memory
constexpr const char* selector_forms =
    "write `all`, `7`, `[0, 3, 5..9]`, `{random: 3}`, `{random: 20%}`, `{zone: NAME}` or `{not: ...}`";

// Keeps the first of equal ids and the order.
std::vector<NodeId> without_repetition(std::vector<NodeId> ids) {
  std::vector<NodeId> sorted = ids;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end()) return ids;
  std::set<NodeId> seen;
  std::erase_if(ids, [&seen](NodeId id) { return !seen.insert(id).second; });
  return ids;
}

class SelectorReader {
 public:
  SelectorReader(const ClusterShape& cluster, Mistakes& mistakes) : cluster_(cluster), mistakes_(mistakes) {}

  std::optional<Selector> read(const Node& node) {
    switch (node.kind) {
      case Node::Kind::null: return fail(node, std::string("no nodes are named; ") + selector_forms);
      case Node::Kind::scalar: return node.text == "all" ? Selector::all() : read_ids(node, std::span(&node, 1));
      case Node::Kind::list: return read_ids(node, node.items);
      case Node::Kind::map: return read_map(node);
    }
    return std::nullopt;
  }

 private:
  std::nullopt_t fail(const Node& node, const std::string& message) {
    mistakes_.add(node.place, message);
    return std::nullopt;
  }

  std::optional<Selector> read_ids(const Node& whole, std::span<const Node> items) {
    if (items.empty()) return fail(whole, std::string("the list of nodes is empty; ") + selector_forms);
    std::vector<NodeId> ids;
    for (const auto& item : items) {
      if (!item.is_scalar() || item.text.empty() || item.text.find_first_not_of("0123456789.-") != std::string::npos)
        return fail(item, describe_kind(item) + " names no nodes; " + selector_forms);
      const auto range = read_range(item);
      if (!range) return std::nullopt;
      cluster_.named_ids += range->last - range->first + 1;
      if (cluster_.named_ids > most_named_ids)
        return fail(item, "the selectors name more than " + std::to_string(most_named_ids) +
                              " nodes in all; write `all`, `{not: ...}` or `{random: ...}` instead of long lists");
      for (std::uint64_t id = range->first; id <= range->last; ++id) ids.push_back(static_cast<NodeId>(id));
    }
    return Selector::of(without_repetition(std::move(ids)));
  }

  std::optional<IntegerRange> read_range(const Node& item) {
    IntegerRange range;
    try {
      range = parse_range(item.text, "nodes", most_scenario_nodes);
    } catch (const UnitError& error) {
      return fail(item, error.what());
    }
    const std::uint64_t limit = cluster_.nodes.value_or(most_scenario_nodes);
    if (range.last >= limit)
      return fail(item, "there is no node " + std::to_string(range.last) + "; the " + std::to_string(limit) +
                            " nodes are 0.." + std::to_string(limit - 1));
    return range;
  }

  std::optional<Selector> read_map(const Node& node) {
    static const std::vector<std::string> keys{"random", "zone", "not"};
    if (node.entries.size() != 1)
      return fail(node, std::string("a node selector has exactly one key; ") + selector_forms);
    const Entry& entry = node.entries.front();
    if (entry.key == "random") return read_random(entry.value);
    if (entry.key == "zone") return read_zone(entry.value);
    if (entry.key == "not") return read_negation(entry.value);
    mistakes_.add(entry.place, "unknown node selector " + backquoted(entry.key) + hint(entry.key, keys, "selectors"));
    return std::nullopt;
  }

  std::optional<Selector> read_random(const Node& value) {
    if (!value.is_scalar())
      return fail(value, "`random` needs a count or a share; write `{random: 3}` or `{random: 20%}`");
    Selector selector;
    try {
      if (value.text.find_first_of("%.") != std::string::npos) {
        selector.kind = Selector::Kind::random_share;
        selector.share = parse_share(value.text);
        if (selector.share <= 0)
          return fail(value, "a random share of nothing names no nodes; write for example `{random: 20%}`");
        return selector;
      }
      const std::int64_t count = parse_integer(value.text);
      if (count < 1) return fail(value, backquoted(value.text) + " names no nodes; write a count of at least 1");
      if (cluster_.nodes && count > *cluster_.nodes)
        return fail(value, backquoted(value.text) + " is more than there are; the cluster has " +
                               std::to_string(*cluster_.nodes) + " nodes");
      selector.kind = Selector::Kind::random_count;
      selector.count = static_cast<std::uint64_t>(count);
      return selector;
    } catch (const UnitError& error) {
      return fail(value, error.what());
    }
  }

  std::optional<Selector> read_zone(const Node& value) {
    if (!value.is_scalar()) return fail(value, "`zone` needs the name of a zone; write for example `{zone: eu}`");
    if (std::find(cluster_.zones.begin(), cluster_.zones.end(), value.text) == cluster_.zones.end())
      return fail(value,
                  cluster_.zones.empty()
                      ? "there is no zone " + backquoted(value.text) +
                            "; name zones in the platform's placement: `placement: {zones: {eu: 10, us: 15}}`"
                      : "there is no zone " + backquoted(value.text) + hint(value.text, cluster_.zones, "zones"));
    Selector selector;
    selector.kind = Selector::Kind::zone;
    selector.zone = value.text;
    return selector;
  }

  std::optional<Selector> read_negation(const Node& value) {
    auto operand = read(value);
    if (!operand) return std::nullopt;
    if (operand->kind == Selector::Kind::all)
      return fail(value, "`{not: all}` names no nodes; name those to leave out");
    Selector selector;
    selector.kind = Selector::Kind::negation;
    selector.operand = std::make_shared<const Selector>(std::move(*operand));
    return selector;
  }

  const ClusterShape& cluster_;
  Mistakes& mistakes_;
};

}  // namespace

std::optional<Selector> read_selector(const Node& node, const ClusterShape& cluster, Mistakes& mistakes) {
  return SelectorReader(cluster, mistakes).read(node);
}

}  // namespace hearsay
