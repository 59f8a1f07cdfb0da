// The verb `partition`: explicit groups, named shapes, some pairs of nodes, one direction only, or clients from nodes.
#include <algorithm>
#include <set>

#include "sim/faults/ends.hpp"

namespace hearsay {
namespace {

enum class Shape : std::uint8_t { halves, random_halves, isolate, minority_third, majorities_ring, bridge, swizzle };
enum class Behavior : std::uint8_t { drop, reject };

struct PartitionFields {
  std::optional<std::vector<Selector>> groups;
  std::optional<Shape> kind;
  std::optional<Selector> nodes, clients;
  Behavior behavior = Behavior::drop;
};

const std::vector<std::string> shape_names{"halves",          "random-halves", "isolate", "minority-third",
                                           "majorities-ring", "bridge",        "swizzle"};

const ParameterTable<PartitionFields>& table() {
  static const auto built = [] {
    ParameterTable<PartitionFields> t;
    t.add("groups", ValueType::selector_list, &PartitionFields::groups, any_bounds,
          "groups that cannot reach each other; a node in no group reaches everybody, and everybody reaches it");
    t.add_choice(
        "kind", &PartitionFields::kind, shape_names,
        "a shape of Jepsen's: halves (by id), random-halves, isolate (one random node), minority-third (a random "
        "third, less than half), majorities-ring (every node sees a different majority), bridge (two halves that "
        "only one node connects), swizzle (`nodes` are cut off from all others one by one in a random order, one every "
        "`stagger`, and from the end of `for` on come back one by one in another)",
        "jepsen.nemesis; FoundationDB: swizzle-clogging");
    t.add("nodes", ValueType::selector, &PartitionFields::nodes, any_bounds,
          "with `kind: swizzle`: the nodes that are cut off; default: all");
    t.add("clients", ValueType::selector, &PartitionFields::clients, any_bounds,
          "the clients of these nodes are cut off from them; the nodes reach each other");
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
  Partition(PartitionFields fields, Ends ends) : fields_(std::move(fields)), ends_(std::move(ends)) {}

  FaultChoice begin(FaultScope& scope) const override {
    if (fields_.kind == Shape::majorities_ring) return majorities_ring(scope);
    if (fields_.kind == Shape::bridge) return bridge(scope);
    if (fields_.kind == Shape::swizzle) return swizzle(scope);
    if (fields_.clients) return cut_clients(scope);
    if (ends_.one_way() || ends_.between) return {{}, ends_.add_rules(scope, cut_rule()), {}, {}};
    return grouped(scope, fields_.kind ? shape(scope) : explicit_groups(scope));
  }

  void end(FaultScope& scope, const FaultChoice& choice) const override {
    scope.links().remove(scope.rule());
    if (fields_.clients)
      for (const NodeId node : choice.nodes) scope.restore_clients(node);
  }

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
    rule.filter = ends_.filter(scope);
    rule.group_of_node.assign(scope.node_count(), LinkGroups::no_group);
    for (std::size_t g = 0; g < groups.size(); ++g)
      for (const NodeId node : groups[g]) rule.group_of_node[node] = static_cast<std::uint32_t>(g);
    scope.links().add(std::move(rule));
    return {{}, spell_groups(groups) + ends_.filter_text(), {}, {}};
  }

  LinkRule cut_rule() const {
    LinkRule rule;
    rule.cut = true;
    rule.reject = reject();
    return rule;
  }

  void cut(FaultScope& scope, const std::vector<NodeId>& from, const std::vector<NodeId>& to,
           std::uint32_t part = 0) const {
    LinkRule rule = cut_rule();
    rule.id = scope.rule();
    rule.part = part;
    rule.filter = ends_.filter(scope);
    rule.from = NodeSet(scope.node_count(), from);
    rule.to = NodeSet(scope.node_count(), to);
    scope.links().add(std::move(rule));
  }

  FaultChoice cut_clients(FaultScope& scope) const {
    FaultChoice choice;
    choice.nodes = choose(scope, *fields_.clients, scope.present());
    for (const NodeId node : choice.nodes) scope.cut_clients(node, reject());
    choice.text = "clients from " + spell(choice.nodes);
    return choice;
  }

  // Each node is cut off as a part of its own, which ends by itself. One whose turn to come back is before its turn to
  // go, because `for` is short, is not cut off at all.
  FaultChoice swizzle(FaultScope& scope) const {
    auto going = choose(scope, fields_.nodes.value_or(Selector::all()), scope.present());
    auto coming = going;
    scope.random().shuffle_front(going, going.size());
    scope.random().shuffle_front(coming, coming.size());
    const Duration stagger = scope.stagger();
    const auto turn = [&](const std::vector<NodeId>& order, NodeId node) {
      return stagger * (std::find(order.begin(), order.end(), node) - order.begin());
    };
    FaultChoice choice;
    for (const NodeId node : going) {
      const Duration goes = turn(going, node);
      if (scope.lasts()) {
        const Duration comes = *scope.lasts() + turn(coming, node);
        if (comes <= goes) continue;
        scope.after(comes, [node](FaultScope& later) { later.links().remove(later.rule(), node); });
      }
      scope.after(goes, [this, node](FaultScope& later) { isolate(later, node); });
    }
    choice.extends = stagger * static_cast<std::int64_t>(going.empty() ? 0 : going.size() - 1);
    choice.text = "swizzle " + to_text(going) + (scope.lasts() ? ", back " + to_text(coming) : "");
    return choice;
  }

  void isolate(FaultScope& scope, NodeId node) const {
    auto others = all_nodes(scope.node_count());
    std::erase(others, node);
    cut(scope, {node}, others, node);
    cut(scope, others, {node}, node);
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
    return {{}, "majorities-ring " + to_text(ring) + ends_.filter_text(), {}, {}};
  }

  // Two halves that only the bridge node, which is in neither, connects.
  FaultChoice bridge(FaultScope& scope) const {
    auto nodes = scope.present();
    scope.random().shuffle_front(nodes, nodes.size());
    if (nodes.empty()) return {{}, "bridge []", {}, {}};
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
  Ends ends_;
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
  const Ends ends = ends_of(values);
  ends.check();
  const int ways = (fields.groups ? 1 : 0) + (fields.kind ? 1 : 0) + (fields.clients ? 1 : 0) +
                   (ends.one_way() || ends.between ? 1 : 0);
  if (ways != 1)
    throw ParameterError("",
                         "a partition needs exactly one of `groups`, `kind`, `between`, `clients`, or `from` and `to`");
  if (fields.nodes && fields.kind != Shape::swizzle)
    throw ParameterError("nodes",
                         "`nodes` says whom `kind: swizzle` cuts off; for other nodes write `groups` or `from`");
  if (fields.clients && (ends.kinds || ends.transport))
    throw ParameterError(ends.kinds ? "kinds" : "transport",
                         "clients send no messages of the protocol; leave it out, or cut nodes off from each other");
  if (fields.groups) {
    if (fields.groups->size() < 2) throw ParameterError("groups", "a partition needs at least two groups");
    check_disjoint(*fields.groups);
  }
  return std::make_unique<Partition>(std::move(fields), ends);
}

}  // namespace

FaultInfo partition_verb() {
  FaultInfo info{"partition", "messages between groups of nodes are cut, those in flight included",
                 "",          with_ends(table().parameters()),
                 false,       make_partition};
  info.staggers = [](const ParameterValues& values) {
    return table().build(values).kind == Shape::swizzle ? FaultInfo::Staggers::must : FaultInfo::Staggers::no;
  };
  return info;
}

}  // namespace hearsay
