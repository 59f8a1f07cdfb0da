// The protocol `maelstrom`: nodes that are programs of their own, of any language.
#pragma once

#include "sim/core/protocol_info.hpp"

namespace hearsay {

ProtocolInfo maelstrom_info();

}  // namespace hearsay
