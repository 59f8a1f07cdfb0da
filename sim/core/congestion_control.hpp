// Which congestion control the streams of a scenario have.
#pragma once

#include <cstdint>

namespace hearsay {

enum class Congestion : std::uint8_t {
  cubic,  // RFC 9438
  reno,   // RFC 5681
  none,   // no window: everything goes at once
};

}  // namespace hearsay
