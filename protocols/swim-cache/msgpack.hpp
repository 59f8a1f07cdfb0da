// MessagePack as HashiCorp's go-msgpack 0.5 writes it: texts and bytes alike as raw, maps by ascending key. The bytes
// are never read back; they are what compression is tried on.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace hearsay {

class MessagePack {
 public:
  MessagePack() { bytes_.reserve(usual_bytes); }

  MessagePack& byte(std::uint32_t value) {
    bytes_ += static_cast<char>(value);
    return *this;
  }
  MessagePack& map(std::uint32_t fields) { return head(fields, 16, 0x80, 0xde); }
  MessagePack& list(std::uint32_t items) { return head(items, 16, 0x90, 0xdc); }
  MessagePack& nil() { return byte(0xc0); }
  MessagePack& boolean(bool value) { return byte(value ? 0xc3 : 0xc2); }
  MessagePack& text(std::string_view text) {
    head(static_cast<std::uint32_t>(text.size()), 32, 0xa0, 0xda);
    bytes_ += text;
    return *this;
  }
  MessagePack& number(std::uint64_t value) {
    if (value < 128) return byte(static_cast<std::uint32_t>(value));
    if (value < 256) return byte(0xcc).big_endian(value, 1);
    if (value < 65536) return byte(0xcd).big_endian(value, 2);
    if (value < std::uint64_t{1} << 32) return byte(0xce).big_endian(value, 4);
    return byte(0xcf).big_endian(value, 8);
  }
  MessagePack& real(double value) { return byte(0xcb).big_endian(std::bit_cast<std::uint64_t>(value), 8); }
  // Bytes that are encoded already.
  MessagePack& raw(std::string_view bytes) {
    bytes_ += bytes;
    return *this;
  }

  const std::string& bytes() const { return bytes_; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(bytes_.size()); }
  std::string take() { return std::move(bytes_); }

 private:
  MessagePack& head(std::uint32_t count, std::uint32_t below, std::uint32_t fixed, std::uint32_t of_16_bits) {
    if (count < below) return byte(fixed | count);
    if (count < 65536) return byte(of_16_bits).big_endian(count, 2);
    return byte(of_16_bits + 1).big_endian(count, 4);
  }
  MessagePack& big_endian(std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) byte(static_cast<std::uint32_t>(value >> shift & 0xff));
    return *this;
  }

  static constexpr std::size_t usual_bytes = 256;
  std::string bytes_;
};

}  // namespace hearsay
