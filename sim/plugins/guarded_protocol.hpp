// A plugin's protocol as the rest of the program sees it: every call into the plugin is recorded (plugin_call.hpp), and
// what it throws names it.
#pragma once

#include "protocols/registry.hpp"

namespace hearsay {

// `info` with its functions guarded. `plugin` outlives it.
ProtocolInfo guarded(ProtocolInfo info, const Plugin& plugin);

}  // namespace hearsay
