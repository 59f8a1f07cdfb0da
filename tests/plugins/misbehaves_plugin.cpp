// What hearsay_add_protocol() writes for tests/cli/plugins/misbehaves.cpp.
#include "plugin_interface.hpp"
#include "sim/core/plugin.hpp"

namespace hearsay {
ProtocolInfo misbehaves_info();
}

HEARSAY_PLUGIN(hearsay::misbehaves_info)
