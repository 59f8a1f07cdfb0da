// Smaller versions of a scenario: what shrinking tries.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/document.hpp"

namespace hearsay::hunt {

// Without one entry of a map or item of a list, outermost first. What identifies the run stays.
std::vector<Node> without_one_part(const Node& tree);

// The list at `path` ("faults", "workload.script"); null pointer if there is none.
Node* list_at(Node& tree, const std::string& path);

// With fewer nodes, fewest first: the ids that faults and steps name go with them.
std::vector<Node> with_fewer_nodes(const Node& tree);

// With an earlier end of the drawn operations.
std::vector<Node> with_earlier_stop(const Node& tree);

// The drawn operations spelt out as a script; nothing where they cannot be.
std::vector<Node> as_script(const Node& tree, const std::string& file);

// With a rounder or shorter time, smaller number or share in one place.
std::vector<Node> with_simpler_value(const Node& tree);

}  // namespace hearsay::hunt
