// Routes of a SimGrid platform go through gateways of zones. Where a zone with `routing="Full"` has no route between
// two of its parts, SimGrid leaves that segment out in silence, and the rest of the route passes for the whole.
#pragma once

#include <optional>
#include <simgrid/s4u/Host.hpp>
#include <string>
#include <utility>

namespace hearsay {

// The ends of the first segment that is left out between two hosts, whose route has so many links; nothing if none is.
std::optional<std::pair<std::string, std::string>> missing_segment(const simgrid::s4u::Host& from,
                                                                   const simgrid::s4u::Host& to, std::size_t links);

}  // namespace hearsay
