// `raft`: consensus by an elected leader that replicates a log (Ongaro and Ousterhout 2014).
#pragma once

#include "sim/core/protocol_info.hpp"

namespace hearsay {

ProtocolInfo raft_info();

}  // namespace hearsay
