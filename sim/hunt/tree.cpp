#include "sim/hunt/tree.hpp"

#include <algorithm>

namespace hearsay::hunt {

Node word(std::string text) { return scalar_node(std::move(text), {}); }
Node number(std::uint64_t value) { return word(std::to_string(value)); }
Node time_node(Duration time) { return word(to_string(Value(time), ValueType::duration)); }

Node list_of(std::vector<Node> items) {
  Node list;
  list.kind = Node::Kind::list;
  list.items = std::move(items);
  return list;
}

Node empty_map() {
  Node map;
  map.kind = Node::Kind::map;
  return map;
}

Node& at(Node& map, const std::string& key) {
  if (map.is_null()) map = empty_map();
  if (Node* found = map.find(key)) return *found;
  map.entries.push_back({key, {}, {}});
  return map.entries.back().value;
}

void put(Node& map, const std::string& key, Node value) { at(map, key) = std::move(value); }

void put_path(Node& map, const std::string& path, Node value) {
  const auto dot = path.find('.');
  if (dot == std::string::npos)
    put(map, path, std::move(value));
  else
    put_path(at(map, path.substr(0, dot)), path.substr(dot + 1), std::move(value));
}

void take(Node& map, std::string_view key) {
  std::erase_if(map.entries, [key](const Entry& entry) { return entry.key == key; });
}

Node nodes_node(const std::vector<NodeId>& nodes) {
  if (nodes.size() == 1) return number(nodes.front());
  std::vector<Node> items;
  for (const NodeId node : nodes) items.push_back(number(node));
  return list_of(std::move(items));
}

std::string block_text(const Node& root) {
  std::string text;
  for (const Entry& entry : root.entries) {
    const Node& value = entry.value;
    const bool lines = value.is_list() && !value.items.empty() &&
                       std::any_of(value.items.begin(), value.items.end(), [](const Node& n) { return n.is_map(); });
    text += entry.key + ":";
    if (lines) {
      text += "\n";
      for (const Node& item : value.items) text += "  - " + flow_text(item) + "\n";
    } else if (const Node* script = value.find("script"); entry.key == "workload" && script != nullptr) {
      text += "\n";
      for (const Entry& part : value.entries) {
        if (part.key != "script") {
          text += "  " + part.key + ": " + flow_text(part.value) + "\n";
          continue;
        }
        text += "  script:\n";
        for (const Node& step : script->items) text += "    - " + flow_text(step) + "\n";
      }
    } else {
      text += " " + flow_text(value) + "\n";
    }
  }
  return text;
}

}  // namespace hearsay::hunt
