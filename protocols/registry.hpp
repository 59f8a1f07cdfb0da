// The protocols that a scenario can name.
#pragma once

#include <span>
#include <string_view>

#include "sim/core/protocol_info.hpp"

namespace hearsay {

// All of them, in the order of `list`. Adding a protocol: its folder, and one line in registry.cpp.
std::span<const ProtocolInfo> protocols();

// Null if there is none of this name.
const ProtocolInfo* find_protocol(std::string_view name);

}  // namespace hearsay
