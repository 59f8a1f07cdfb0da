#include "protocols/swim-cache/lzw.hpp"

#include <array>
#include <cstddef>

namespace hearsay {
namespace {

constexpr std::uint32_t first_width = 9, first_code = 257, last_code = 4095;

// From (code, next byte) to code. A dictionary has at most 4096 entries, so probing ends soon.
class Dictionary {
 public:
  // The code of `prefix` and `next`, or 0.
  std::uint32_t find(std::uint32_t prefix, std::uint8_t next) const {
    const std::uint32_t key = key_of(prefix, next);
    for (std::uint32_t slot = slot_of(key); keys_[slot] != 0; slot = (slot + 1) % slots)
      if (keys_[slot] == key) return codes_[slot];
    return 0;
  }
  void add(std::uint32_t prefix, std::uint8_t next, std::uint32_t code) {
    const std::uint32_t key = key_of(prefix, next);
    std::uint32_t slot = slot_of(key);
    while (keys_[slot] != 0) slot = (slot + 1) % slots;
    keys_[slot] = key;
    codes_[slot] = static_cast<std::uint16_t>(code);
    used_[used_count_++] = static_cast<std::uint16_t>(slot);
  }
  void clear() {
    while (used_count_ > 0) keys_[used_[--used_count_]] = 0;
  }

 private:
  static constexpr std::uint32_t slots = 8192;
  static std::uint32_t key_of(std::uint32_t prefix, std::uint8_t next) { return (prefix << 8 | next) + 1; }
  static std::uint32_t slot_of(std::uint32_t key) { return key * 2654435761U >> 19; }

  std::array<std::uint32_t, slots> keys_{};
  std::array<std::uint16_t, slots> codes_{};
  std::array<std::uint16_t, last_code - first_code> used_{};  // slots; most texts use few of 8192
  std::size_t used_count_ = 0;
};

}  // namespace

std::uint32_t lzw_size(std::string_view bytes) {
  static thread_local Dictionary dictionary;
  dictionary.clear();
  std::uint32_t width = first_width, highest = first_code;
  std::uint64_t bits = width;  // of the code that clears the dictionary
  // One more code is in use; false if the dictionary was full and starts over.
  const auto next_code = [&] {
    if (++highest == 1U << width) ++width;
    if (highest < last_code) return true;
    bits += width;
    width = first_width;
    highest = first_code;
    dictionary.clear();
    return false;
  };
  if (!bytes.empty()) {
    std::uint32_t code = static_cast<std::uint8_t>(bytes.front());
    for (const char character : bytes.substr(1)) {
      const auto next = static_cast<std::uint8_t>(character);
      if (const std::uint32_t longer = dictionary.find(code, next); longer != 0) {
        code = longer;
        continue;
      }
      bits += width;
      const std::uint32_t prefix = code;
      code = next;
      if (next_code()) dictionary.add(prefix, next, highest);
    }
    bits += width;
    next_code();
  }
  bits += width;  // the end
  return static_cast<std::uint32_t>((bits + 7) / 8);
}

}  // namespace hearsay
