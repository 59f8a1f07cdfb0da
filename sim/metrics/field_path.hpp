// Finds the declaration of what a dotted path of `expect` or `check --metric` names, or says at which level it goes
// wrong.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "sim/metrics/field.hpp"

namespace hearsay {

// The names in the maps of a result whose keys depend on scenario and protocol, by the name of the field: `params`,
// `case`, `protocol_metrics`, `messages.by_type`.
using MapNames = std::map<std::string, std::vector<std::string>>;

// What a path names: a field with a single value, or a single value in a list or map. For a value in a map without
// `parts` that is the map, whose `values` says its kind.
struct NamedField {
  const Field* field = nullptr;
  FieldKind kind = FieldKind::number;
  bool nullable = false;
};

struct PathMistake {
  std::string within;                   // the path up to the part that is wrong, without it; empty: the top level
  std::string wrong;                    // that part; empty: the path ends too early
  std::vector<std::string> candidates;  // what could stand there; empty: nothing, `within` has no parts
  bool index = false;                   // an index of a list should stand there
};

std::variant<NamedField, PathMistake> find_path(const std::string& path, const MapNames& names);

// What `path`, which named this, is for tables: the field, or for a value in a map, such as
// `protocol_metrics.handoffs`, a field made for it, headed by its name in the map, that lives as long as the program.
// Null if it is no number of a whole run.
const Field* table_field(const NamedField& named, const std::string& path);

}  // namespace hearsay
