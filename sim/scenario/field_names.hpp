// Paths into a result as users write them, for `expect` and `check --metric`.
#pragma once

#include <string>

#include "protocols/registry.hpp"
#include "sim/metrics/field_path.hpp"

namespace hearsay {

// Adds the names that the result of this protocol has in `params`, `protocol_metrics` and `messages.by_type`.
void add_names(const ProtocolInfo& protocol, MapNames& names);
// Those of every protocol that there is.
MapNames names_of_protocols();

// "a result has no field `x`; did you mean ...".
std::string describe_mistake(const PathMistake& mistake);

}  // namespace hearsay
