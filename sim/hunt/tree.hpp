// Scenarios as trees that are put together and taken apart.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/parameters.hpp"
#include "sim/scenario/document.hpp"

namespace hearsay::hunt {

Node word(std::string text);
Node number(std::uint64_t value);
Node time_node(Duration time);
Node list_of(std::vector<Node> items);
Node empty_map();

// Puts a value at a key of a map; a null node becomes one. The second takes a dotted name, as parameters have.
void put(Node& map, const std::string& key, Node value);
void put_path(Node& map, const std::string& path, Node value);
void take(Node& map, std::string_view key);

// What a key of a map holds; it is made, null, if it is not there.
Node& at(Node& map, const std::string& key);

// A list of node ids; one of them alone as a plain number.
Node nodes_node(const std::vector<NodeId>& nodes);

// In block style, as a person would write it: a line per key, lists of maps one item a line.
std::string block_text(const Node& root);

}  // namespace hearsay::hunt
