// From a scenario file to the documents that are read: the command line's overrides put in, then one document a
// combination of the matrix.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/scenario/document.hpp"

namespace hearsay {

inline constexpr std::size_t most_combinations = 10'000;

// Puts `--protocol`, `--seeds` and `--set` into the document.
void apply_overrides(Node& root, const Overrides& overrides, Mistakes& mistakes);

// One key of the matrix and its values.
struct Axis {
  std::string path;
  Location place;
  std::vector<Node> values;
};
// Takes the matrix out of the document. Empty, and mistakes, if it is not one.
std::vector<Axis> take_matrix(Node& root, Mistakes& mistakes);

// The document with the given combination (one index an axis) put in.
Node with_combination(const Node& root, const std::vector<Axis>& axes, const std::vector<std::size_t>& combination,
                      Mistakes& mistakes);

// The canonical text of what decides a run: the document without seeds, protocols, description, expectations and the
// path of the platform file. Equal for equal content, whatever the order of keys.
std::string canonical_text(const Node& root);

}  // namespace hearsay
