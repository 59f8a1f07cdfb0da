// Scenarios that a program makes rather than a person: trees, read without a file.
#pragma once

#include <memory>
#include <string>

#include "sim/scenario/document.hpp"
#include "sim/scenario/reader.hpp"

namespace hearsay {

// The scenario that the tree says, without a matrix. It has no content hash. `file`: whose mistakes they are, and what
// a platform's path is relative to. Throws ScenarioError.
std::shared_ptr<const Scenario> read_tree(const Node& root, const std::string& file);

// The tree of a scenario that was read: settings and matrix values put in.
Node tree_of(const Scenario& scenario);
// The same, right wherever it is read: the platform's path and those among parameters are absolute.
Node movable_tree_of(const Scenario& scenario);

}  // namespace hearsay
