// How many bytes LZW leaves of others, as Go's compress/lzw does it with 8-bit literals: codes of 9 to 12 bits, and a
// new dictionary once it is full (Welch 1984).
#pragma once

#include <cstdint>
#include <string_view>

namespace hearsay {

std::uint32_t lzw_size(std::string_view bytes);

}  // namespace hearsay
