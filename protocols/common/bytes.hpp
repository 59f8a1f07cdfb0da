// Records on a node's disk: little-endian words, numbers that take as many bytes as they need (LEB128), and counted
// texts.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/core/check.hpp"

namespace hearsay {

class ByteWriter {
 public:
  explicit ByteWriter(std::size_t expected = 0) { bytes_.reserve(expected); }

  ByteWriter& word(std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) bytes_.push_back(static_cast<char>(value >> shift & 0xff));
    return *this;
  }
  ByteWriter& number(std::uint64_t value) {
    std::array<char, 10> digits;  // 7 bits each
    std::size_t count = 0;
    for (; value >= 0x80; value >>= 7) digits[count++] = static_cast<char>(value | 0x80);
    digits[count++] = static_cast<char>(value);
    bytes_.append(digits.data(), count);
    return *this;
  }
  ByteWriter& text(std::string_view value) {
    number(value.size());
    bytes_.append(value);
    return *this;
  }
  ByteWriter& bytes(std::string_view value) {
    bytes_.append(value);
    return *this;
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads what ByteWriter wrote, in the same order; a record that is too short is a broken invariant.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t word() {
    const auto bytes = next(8);
    std::uint64_t value = 0;
    for (std::size_t i = 8; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return value;
  }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(next(1)[0]);
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) break;
    }
    return value;
  }
  std::string text() { return std::string(next(static_cast<std::size_t>(number()))); }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view next(std::size_t count) {
    HEARSAY_CHECK(count <= rest_.size(), "a record on disk is too short");
    const auto bytes = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return bytes;
  }
  std::string_view rest_;
};

}  // namespace hearsay
