// Asks the processor to bring memory into its cache before it is needed.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hearsay {

// The lines from `begin` on, which may be null or lie behind what is there: nothing is read. Inlined, since GCC leaves
// out calls of functions that do nothing but prefetch.
[[gnu::always_inline]] inline void fetch_lines(const void* begin, std::size_t bytes) {
  constexpr std::size_t line = 64;
  for (std::size_t offset = 0; offset < bytes; offset += line)
    __builtin_prefetch(reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(begin) + offset), 1);
}

}  // namespace hearsay
