// The protocols that a scenario can name: those that are built in, and those of plugins that were loaded
// (sim/plugins/plugins.hpp).
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "sim/core/protocol_info.hpp"

namespace hearsay {

// The shared object that a protocol came from.
struct Plugin {
  std::string file;         // absolute
  std::string content;      // hash of its bytes: runs of different contents are different runs
  bool everywhere = false;  // any scenario may name its protocol: it was loaded for the command, not for one scenario
};

// All of them, in the order of `list`; those of plugins last. Adding one that is built in: its folder, and one line in
// registry.cpp. References to them stay valid.
const std::deque<ProtocolInfo>& protocols();

// Null if there is none of this name.
const ProtocolInfo* find_protocol(std::string_view name);

// Null for a protocol that is built in, and for one that is not there.
Plugin* plugin_of(std::string_view protocol);

// Requires that no protocol has its name, and that `plugin` is never destroyed.
void add_protocol(ProtocolInfo info, Plugin& plugin);

}  // namespace hearsay
