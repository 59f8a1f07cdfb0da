// `delta-gossip`: epidemic spreading of a growing set of values. Rounds of rumour mongering send a peer what it is not
// known to hold, acknowledgements and anti-entropy see to the rest.
#pragma once

#include "sim/core/protocol_info.hpp"

namespace hearsay {

ProtocolInfo delta_gossip_info();

}  // namespace hearsay
