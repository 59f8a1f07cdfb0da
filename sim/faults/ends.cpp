#include "sim/faults/ends.hpp"

#include <algorithm>
#include <set>

namespace hearsay {
namespace {

const ParameterTable<Ends>& filter_table() {
  static const auto built = [] {
    ParameterTable<Ends> t;
    t.add_choice("transport", &Ends::transport, {"datagram", "stream"},
                 "only what travels by this transport; a stream's handshakes included");
    t.add("kinds", ValueType::text_list, &Ends::kinds, any_bounds,
          "only messages of these kinds, as `describe PROTOCOL` names them; a kind that a protocol does not have meets "
          "none of its messages");
    return t;
  }();
  return built;
}

const ParameterTable<Ends>& ends_table() {
  static const auto built = [] {
    ParameterTable<Ends> t;
    t.add("from", ValueType::selector, &Ends::from, any_bounds, "senders concerned; default: all");
    t.add("to", ValueType::selector, &Ends::to, any_bounds, "receivers concerned; default: all");
    t.add("between", ValueType::selector_list, &Ends::between, any_bounds,
          "two sets of nodes, `[A, B]`, instead of `from` and `to`: messages from A to B and from B to A");
    return t;
  }();
  return built;
}

}  // namespace

std::vector<Parameter> with_pairs(std::vector<Parameter> own) {
  own.insert(own.end(), ends_table().parameters().begin(), ends_table().parameters().end());
  return own;
}

std::vector<Parameter> with_ends(std::vector<Parameter> own) {
  own = with_pairs(std::move(own));
  own.insert(own.end(), filter_table().parameters().begin(), filter_table().parameters().end());
  return own;
}

Ends ends_of(const ParameterValues& values) {
  Ends ends = ends_table().build(values);
  const Ends filter = filter_table().build(values);
  ends.transport = filter.transport;
  ends.kinds = filter.kinds;
  return ends;
}

void Ends::check() const {
  if (between && one_way())
    throw ParameterError("between", "both `between` and `from` or `to` are given; keep one way to name the pairs");
  if (between && between->size() != 2)
    throw ParameterError("between", "`between` names " + std::to_string(between->size()) +
                                        " sets of nodes; write two, such as `between: [[0, 1], [2]]`");
  if (kinds && kinds->empty())
    throw ParameterError("kinds", "the list of kinds is empty; name at least one, or leave `kinds` out");
}

PacketFilter Ends::filter(FaultScope& scope) const {
  PacketFilter filter;
  filter.transport = transport;
  if (!kinds) return filter;
  const auto known = scope.message_kinds();
  filter.kinds.emplace();
  for (std::size_t i = 0; i < known.size(); ++i)
    if (std::find(kinds->begin(), kinds->end(), known[i].name) != kinds->end())
      filter.kinds->push_back(static_cast<KindIndex>(i));
  return filter;
}

std::string Ends::filter_text() const {
  std::string text;
  if (kinds)
    for (const auto& kind : *kinds) text += (text.empty() ? " of " : ", ") + kind;
  if (transport) text += *transport == Transport::datagram ? " by datagram" : " by stream";
  return text;
}

std::string Ends::add_rules(FaultScope& scope, const LinkRule& rule) const {
  const auto everyone = all_nodes(scope.node_count());
  const auto add = [&](const std::vector<NodeId>& senders, const std::vector<NodeId>& receivers) {
    LinkRule one = rule;
    one.id = scope.rule();
    one.stream = scope.random().next();
    one.from = NodeSet(scope.node_count(), senders);
    one.to = NodeSet(scope.node_count(), receivers);
    one.filter = filter(scope);
    scope.links().add(std::move(one));
  };
  const auto first = choose(scope, between ? (*between)[0] : from.value_or(Selector::all()), everyone);
  const auto second = choose(scope, between ? (*between)[1] : to.value_or(Selector::all()), everyone);
  add(first, second);
  if (between) add(second, first);
  if (between) return "between " + spell(first) + " and " + spell(second) + filter_text();
  const bool everywhere = first.size() == everyone.size() && second.size() == everyone.size();
  return (everywhere ? "between all nodes" : "from " + spell(first) + " to " + spell(second)) + filter_text();
}

}  // namespace hearsay
