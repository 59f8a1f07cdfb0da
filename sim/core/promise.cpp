#include "sim/core/promise.hpp"

#include <array>

namespace hearsay {

std::string_view name_of(Hazard hazard) {
  static constexpr std::array<std::string_view, hazard_kinds> names{"restart",
                                                                    "loss of unsynced writes",
                                                                    "loss of a disk",
                                                                    "join or leave",
                                                                    "lost packets",
                                                                    "corrupt packets",
                                                                    "partition",
                                                                    "duplicate packets",
                                                                    "reordering",
                                                                    "wrong clocks",
                                                                    "stall",
                                                                    "roaming clients",
                                                                    "two nodes with one name",
                                                                    "joins while others cannot be reached"};
  return names[static_cast<std::size_t>(hazard)];
}

}  // namespace hearsay
