// Last writer wins (Johnson, Thomas 1975; Shapiro et al. 2011, specification 8) as a join map: of the assignments to a
// key that with the later time at its writer stays, and of equal times that with the higher name, in whatever order and
// however often they arrive.
#pragma once

#include "protocols/common/crdt/join_map.hpp"
#include "sim/core/time.hpp"

namespace hearsay::crdt {

// The delta of an assignment. Requires that (at, name) is of this assignment alone. A register is a map of one key.
inline JoinEntry assigned(JoinEntry::Key key, Time at, Dot name) {
  return {key, {at.time_since_epoch().count(), name}, 0, no_write};
}

}  // namespace hearsay::crdt
