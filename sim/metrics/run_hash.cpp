#include "sim/metrics/run_hash.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace hearsay {

void update_with_avx2(void* state, const void* data, std::size_t size);  // run_hash_avx2.cpp

namespace {

template <class Word>
void put(std::byte*& to, Word value) {
  for (std::size_t i = 0; i < sizeof value; ++i) *to++ = static_cast<std::byte>(value >> (8 * i) & 0xff);
}

// As a little-endian machine has it in memory.
std::array<std::byte, sizeof(EventRecord)> packed(const EventRecord& record) {
  std::array<std::byte, sizeof(EventRecord)> bytes{};
  std::byte* to = bytes.data();
  put(to, static_cast<std::uint64_t>(record.at.time_since_epoch().count()));
  put(to, record.id);
  put(to, record.extra);
  put(to, record.node);
  put(to, record.peer);
  put(to, record.size);
  put(to, record.type);
  put(to, static_cast<std::uint8_t>(record.kind));
  put(to, record.detail);
  return bytes;
}

void update(XXH3_state_t* state, const void* data, std::size_t size) {
#ifdef __x86_64__
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  if (has_avx2) return update_with_avx2(state, data, size);
#endif
  XXH3_64bits_update(state, data, size);
}

}  // namespace

struct RunHash::State {
  XXH3_state_t xxh;
};

RunHash::RunHash() : state_(std::make_unique<State>()) { XXH3_64bits_reset(&state_->xxh); }
RunHash::~RunHash() = default;

void RunHash::fold(std::span<const EventRecord> records, std::uint64_t /*unusual*/) {
  if constexpr (std::endian::native == std::endian::little) {
    update(&state_->xxh, records.data(), records.size_bytes());
  } else {
    for (const EventRecord& record : records) {
      const auto bytes = packed(record);
      update(&state_->xxh, bytes.data(), bytes.size());
    }
  }
}

std::string RunHash::hex() const {
  const std::uint64_t hash = XXH3_64bits_digest(&state_->xxh);
  std::string digits;
  for (int shift = 60; shift >= 0; shift -= 4) digits += "0123456789abcdef"[hash >> shift & 0xf];
  return digits;
}

}  // namespace hearsay
