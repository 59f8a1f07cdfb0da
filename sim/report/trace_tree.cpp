// `.tree`: by which way each write spread, as a tree of nodes in text. A node stands under the sender of the message
// that it handled when it reported the write as applied.
//
// A tree is known at the end of the run only: until then 24 bytes per write and node are kept.
#include <utility>

#include "sim/core/check.hpp"
#include "sim/core/text.hpp"
#include "sim/report/spread.hpp"
#include "sim/report/trace_file.hpp"
#include "sim/report/trace_formats.hpp"

namespace hearsay {
namespace {

constexpr std::string_view tree_legend =
    "# How each write spread. A node stands under the one whose message it handled when it applied the write.\n"
    "# Beside it: hops from the origin, time since the client's invocation, kind of that message.\n";

constexpr std::size_t shown_levels = 32;  // of indentation: a line of 10 000 nodes must not take 10^8 characters

std::string hop_text(std::uint32_t hop) { return "hop " + (hop == SpreadTree::none ? "?" : std::to_string(hop)); }

std::string milliseconds(Duration time) { return decimal(Time(time), 6) + " ms"; }

class TreeTrace final : public Observer {
 public:
  TreeTrace(const std::string& file, std::uint32_t nodes, std::vector<MessageKind> kinds)
      : out_(file), kinds_(std::move(kinds)), last_(nodes) {
    out_.buffer() += tree_legend;
  }

  bool wants(EventKind kind) const override;
  void observe(const Event& event) override;

 private:
  struct Delivery {
    NodeId from = no_node;
    KindIndex type = 0;
  };
  struct Write {
    Spread spread;
    std::string key;
    std::string value;
  };

  void invoked(const Event& event);
  void arrived(const Event& event);
  void write(const Write& write, WriteId id);
  void write_summary(const Spread& spread, const SpreadTree& tree);
  void write_tree(const Spread& spread, const SpreadTree& tree);
  void write_node(const Spread& spread, const SpreadTree& tree, std::uint32_t vertex);
  std::string way_of(const Spread& spread, const SpreadTree& tree, std::uint32_t vertex) const;

  TraceFile out_;
  std::vector<MessageKind> kinds_;
  std::vector<Delivery> last_;  // by node: its last delivery, unless it was otherwise called since
  std::vector<Write> writes_;
};

bool TreeTrace::wants(EventKind kind) const {
  switch (kind) {
    case EventKind::invoke:
    case EventKind::deliver:
    case EventKind::connected:
    case EventKind::disconnected:
    case EventKind::applied:
    case EventKind::recovered:
    case EventKind::join:
    case EventKind::restart:
    case EventKind::finish: return true;
    default: return false;
  }
}

void TreeTrace::observe(const Event& event) {
  if (event.kind == EventKind::finish) {
    for (std::size_t id = 0; id < writes_.size(); ++id) write(writes_[id], static_cast<WriteId>(id));
    return out_.finish();
  }
  HEARSAY_CHECK(event.node < last_.size(), "an event of a node that the trace was not told of");
  if (event.kind == EventKind::applied || event.kind == EventKind::recovered) return arrived(event);
  if (event.kind == EventKind::deliver)
    last_[event.node] = {event.peer, event.type};
  else
    last_[event.node] = {};
  if (event.kind == EventKind::invoke && event.operation->kind == OperationKind::write) invoked(event);
}

void TreeTrace::invoked(const Event& event) {
  const Operation& operation = *event.operation;
  HEARSAY_CHECK(operation.write == writes_.size(), "writes are numbered in order of invocation");
  writes_.push_back({{event.at, event.node, {}}, operation.key, operation.value});
}

void TreeTrace::arrived(const Event& event) {
  HEARSAY_CHECK(event.id < writes_.size(), "a write that no client invoked");
  const Delivery& last = last_[event.node];
  Arrival arrival{event.at, event.node, last.from, last.type, Arrival::Way::alone};
  if (event.kind == EventKind::recovered) {
    arrival.way = Arrival::Way::recovered;
  } else if (event.cause != no_node) {
    arrival.from = event.cause;
    arrival.type = event.cause_type;
    arrival.way = Arrival::Way::message;
  }
  writes_[event.id].spread.arrivals.push_back(arrival);
}

void TreeTrace::write(const Write& write, WriteId id) {
  const Spread& spread = write.spread;
  out_.buffer() += "\nwrite " + std::to_string(id) + ": " + printable(write.key) + " = " + printable(write.value) +
                   ", at node " + std::to_string(spread.origin) + ", " + decimal(spread.invoked, 9) + " s\n";
  const SpreadTree tree(spread, static_cast<std::uint32_t>(last_.size()));
  write_summary(spread, tree);
  if (tree.reached() > 0) write_tree(spread, tree);
  out_.wrote();
}

void TreeTrace::write_summary(const Spread& spread, const SpreadTree& tree) {
  std::string& out = out_.buffer();
  out += "reached " + std::to_string(tree.reached()) + " of " + std::to_string(last_.size()) + " nodes";
  if (tree.reached() > 0) {
    const SpreadTree::Vertex& last = tree[tree.last()];
    const Arrival& arrival = spread.arrivals[last.arrival];
    out += ", depth " + std::to_string(tree.depth()) + ", last node " + std::to_string(arrival.node) + " at " +
           hop_text(last.hop) + " after " + milliseconds(arrival.at - spread.invoked);
  }
  if (tree.again() > 0) out += ", again " + std::to_string(tree.again());
  out += '\n';
}

// Depth first without recursion: a chain of nodes may be longer than the stack.
void TreeTrace::write_tree(const Spread& spread, const SpreadTree& tree) {
  std::vector<std::pair<std::uint32_t, std::size_t>> pending{{SpreadTree::root, 0}};  // vertex, level
  std::vector<bool> open;  // by level: whether the vertex there has a sibling still to come
  while (!pending.empty()) {
    const auto [vertex, level] = pending.back();
    pending.pop_back();
    const SpreadTree::Vertex& v = tree[vertex];
    open.resize(level);
    open.push_back(v.next_sibling != SpreadTree::none);
    if (level > shown_levels) out_.buffer() += "… ";
    for (std::size_t i = level > shown_levels ? level - shown_levels + 1 : 1; i < level; ++i)
      out_.buffer() += open[i] ? "│  " : "   ";
    if (level > 0) out_.buffer() += open[level] ? "├─ " : "└─ ";
    write_node(spread, tree, vertex);
    if (v.next_sibling != SpreadTree::none) pending.emplace_back(v.next_sibling, level);
    if (v.first_child != SpreadTree::none) pending.emplace_back(v.first_child, level + 1);
  }
}

void TreeTrace::write_node(const Spread& spread, const SpreadTree& tree, std::uint32_t vertex) {
  const SpreadTree::Vertex& v = tree[vertex];
  const bool applied = v.arrival != SpreadTree::none;
  const NodeId node = applied ? spread.arrivals[v.arrival].node : spread.origin;
  out_.buffer() += "node " + std::to_string(node) + (v.again ? " again  " : "  ") + hop_text(v.hop) + "  ";
  if (applied) out_.buffer() += "+" + milliseconds(spread.arrivals[v.arrival].at - spread.invoked) + "  ";
  out_.buffer() += way_of(spread, tree, vertex) + '\n';
  out_.wrote();
}

std::string TreeTrace::way_of(const Spread& spread, const SpreadTree& tree, std::uint32_t vertex) const {
  const SpreadTree::Vertex& v = tree[vertex];
  if (v.arrival == SpreadTree::none) return "origin, never applied it";
  const Arrival& arrival = spread.arrivals[v.arrival];
  const std::string kind(arrival.from == no_node ? "" : kinds_.at(arrival.type).name);
  const std::string sender = " from node " + std::to_string(arrival.from);
  if (vertex == SpreadTree::root) {
    if (arrival.way == Arrival::Way::recovered) return "origin, recovered from its disk";
    if (arrival.way == Arrival::Way::alone || arrival.at == spread.invoked) return "origin";
    return "origin, " + kind + sender;
  }
  switch (arrival.way) {
    case Arrival::Way::recovered: return "recovered from its disk";
    case Arrival::Way::alone:
      return "while it handled no message" + (arrival.from == no_node ? "" : "; the last before: " + kind + sender);
    case Arrival::Way::message: break;
  }
  return v.parent == SpreadTree::none ? kind + sender + ", which had not applied it" : kind;
}

}  // namespace

std::unique_ptr<Observer> make_tree_trace(const std::string& file, std::uint32_t nodes,
                                          std::vector<MessageKind> kinds) {
  return std::make_unique<TreeTrace>(file, nodes, std::move(kinds));
}

}  // namespace hearsay
