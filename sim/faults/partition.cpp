// The verb `partition`: explicit groups, Jepsen's named shapes, or one direction only.
#include <algorithm>
#include <set>

#include "sim/faults/verbs.hpp"

namespace hearsay {
namespace {

enum class Shape : std::uint8_t { halves, random_halves, isolate, minority_third, majorities_ring, bridge };
enum class Behavior : std::uint8_t { drop, reject };

struct PartitionFields {
  std::optional<std::vector<Selector>> groups;
  std::optional<Shape> kind;
  std::optional<Selector> from, to;
  Behavior behavior = Behavior::drop;
};

const std::vector<std::string> shape_names{"halves",         "random-halves",   "isolate",
                                           "minority-third", "majorities-ring", "bridge"};

const ParameterTable<PartitionFields>& table() {
  static const auto built = [] {
    ParameterTable<PartitionFields> t;
    t.add("groups", ValueType::selector_list, &PartitionFields::groups, any_bounds,
          "groups that cannot reach each other; a node in no group reaches everybody");
    t.add_choice(
        "kind", &PartitionFields::kind, shape_names,
        "a shape of Jepsen's: halves (by id), random-halves, isolate (one random node), minority-third (a random "
        "third, less than half), majorities-ring (every node sees a different majority), bridge (two halves that "
        "only one node connects)",
        "jepsen.nemesis");
    t.add("from", ValueType::selector, &PartitionFields::from, any_bounds,
          "one-way: senders whose messages to `to` are cut (default: all)");
    t.add("to", ValueType::selector, &PartitionFields::to, any_bounds,
          "one-way: receivers that messages of `from` do not reach (default: all)");
    t.add_choice("behavior", &PartitionFields::behavior, {"drop", "reject"},
                 "silence, or a refusal that the sender of a stream sees at once");
    return t;
  }();
  return built;
}

using Groups = std::vector<std::vector<NodeId>>;

// Two halves; with an odd number the first is smaller, as in Jepsen's `bisect`.
Groups split(const std::vector<NodeId>& nodes, std::size_t first_size) {
  const auto middle = nodes.begin() + static_cast<std::ptrdiff_t>(first_size);
  return {{nodes.begin(), middle}, {middle, nodes.end()}};
}

std::string spell_groups(const Groups& groups) {
  std::string text = "groups [";
  for (std::size_t i = 0; i < groups.size(); ++i) text += (i != 0 ? ", " : "") + spell(groups[i]);
  return text + "]";
}

class Partition final : public Fault {
 public:
  explicit Partition(PartitionFields fields) : fields_(std::move(fields)) {}

  FaultChoice begin(FaultScope& scope) const override {
    if (fields_.kind == Shape::majorities_ring) return majorities_ring(scope);
    if (fields_.kind == Shape::bridge) return bridge(scope);
    if (fields_.from || fields_.to) return one_way(scope);
    return grouped(scope, fields_.kind ? shape(scope) : explicit_groups(scope));
  }

  void end(FaultScope& scope, const FaultChoice&) const override { scope.links().remove(scope.rule()); }

 private:
  bool reject() const { return fields_.behavior == Behavior::reject; }

  Groups explicit_groups(FaultScope& scope) const {
    Groups groups;
    std::set<NodeId> taken;
    for (const auto& selector : *fields_.groups) {
      std::vector<NodeId> group;
      for (const NodeId node : choose(scope, selector, all_nodes(scope.node_count())))
        if (taken.insert(node).second) group.push_back(node);
      groups.push_back(std::move(group));
    }
    return groups;
  }

  Groups shape(FaultScope& scope) const {
    auto nodes = scope.present();
    const std::size_t n = nodes.size();
    if (fields_.kind != Shape::halves) scope.random().shuffle_front(nodes, n);
    Groups groups =
        split(nodes, fields_.kind == Shape::isolate          ? std::min<std::size_t>(1, n)
                     : fields_.kind == Shape::minority_third ? (n > 2 ? std::max<std::size_t>(1, (n - 1) / 3) : 0)
                                                             : n / 2);
    for (auto& group : groups) std::sort(group.begin(), group.end());
    return groups;
  }

  FaultChoice grouped(FaultScope& scope, const Groups& groups) const {
    LinkGroups rule;
    rule.id = scope.rule();
    rule.reject = reject();
    rule.group_of_node.assign(scope.node_count(), LinkGroups::no_group);
    for (std::size_t g = 0; g < groups.size(); ++g)
      for (const NodeId node : groups[g]) rule.group_of_node[node] = static_cast<std::uint32_t>(g);
    scope.links().add(std::move(rule));
    return {{}, spell_groups(groups)};
  }

  void cut(FaultScope& scope, const std::vector<NodeId>& from, const std::vector<NodeId>& to) const {
    LinkRule rule;
    rule.id = scope.rule();
    rule.from = NodeSet(scope.node_count(), from);
    rule.to = NodeSet(scope.node_count(), to);
    rule.cut = true;
    rule.reject = reject();
    scope.links().add(std::move(rule));
  }

  FaultChoice one_way(FaultScope& scope) const {
    const auto everyone = all_nodes(scope.node_count());
    const auto from = choose(scope, fields_.from.value_or(Selector::all()), everyone);
    const auto to = choose(scope, fields_.to.value_or(Selector::all()), everyone);
    cut(scope, from, to);
    return {{}, "from " + spell(from) + " to " + spell(to)};
  }

  // Jepsen's majorities-ring: on a random ring, each node hears the smallest majority whose middle it is. Where that is
  // an even number the window is lopsided, and some pairs hear each other in one direction only.
  FaultChoice majorities_ring(FaultScope& scope) const {
    auto ring = scope.present();
    const std::size_t n = ring.size();
    scope.random().shuffle_front(ring, n);
    const std::size_t majority = n / 2 + 1, before = majority / 2, after = majority - 1 - before;
    for (std::size_t i = 0; i < n; ++i) {
      std::vector<NodeId> unheard;
      for (std::size_t step = after + 1; step + before < n; ++step) unheard.push_back(ring[(i + step) % n]);
      if (!unheard.empty()) cut(scope, unheard, {ring[i]});
    }
    return {{}, "majorities-ring " + to_text(ring)};
  }

  // Two halves that only the bridge node, which is in neither, connects.
  FaultChoice bridge(FaultScope& scope) const {
    auto nodes = scope.present();
    scope.random().shuffle_front(nodes, nodes.size());
    if (nodes.empty()) return {{}, "bridge []"};
    const NodeId middle = nodes.back();
    nodes.pop_back();
    Groups groups = split(nodes, nodes.size() / 2);
    for (auto& group : groups) std::sort(group.begin(), group.end());
    FaultChoice choice = grouped(scope, groups);
    choice.text += " bridge " + std::to_string(middle);
    return choice;
  }

  static std::string to_text(const std::vector<NodeId>& ring) {
    std::string text = "[";
    for (std::size_t i = 0; i < ring.size(); ++i) text += (i != 0 ? ", " : "") + std::to_string(ring[i]);
    return text + "]";
  }

  PartitionFields fields_;
};

void check_disjoint(const std::vector<Selector>& groups) {
  std::set<NodeId> taken;
  for (const auto& group : groups)
    if (group.kind == Selector::Kind::nodes)
      for (const NodeId node : group.nodes)
        if (!taken.insert(node).second)
          throw ParameterError("groups",
                               "node " + std::to_string(node) + " is in two groups; groups must not share nodes");
}

std::unique_ptr<Fault> make_partition(const ParameterValues& values, std::uint32_t) {
  auto fields = table().build(values);
  const int ways = (fields.groups ? 1 : 0) + (fields.kind ? 1 : 0) + (fields.from || fields.to ? 1 : 0);
  if (ways != 1) throw ParameterError("", "a partition needs exactly one of `groups`, `kind`, or `from` and `to`");
  if (fields.groups) {
    if (fields.groups->size() < 2) throw ParameterError("groups", "a partition needs at least two groups");
    check_disjoint(*fields.groups);
  }
  return std::make_unique<Partition>(std::move(fields));
}

}  // namespace

FaultInfo partition_verb() {
  return {"partition", "messages between groups of nodes are cut, those in flight included",
          "",          table().parameters(),
          false,       make_partition};
}

}  // namespace hearsay
