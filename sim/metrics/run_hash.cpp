// Packs events into blocks and hashes them.
#include "sim/metrics/run_hash.hpp"

#include <bit>
#include <cstdint>
#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace hearsay {
namespace {

template <class Word>
std::byte* put(std::byte* to, Word value) {
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(to, &value, sizeof value);
  } else {
    for (std::size_t i = 0; i < sizeof value; ++i) to[i] = static_cast<std::byte>(value >> (8 * i) & 0xff);
  }
  return to + sizeof value;
}

}  // namespace

struct RunHash::State {
  XXH3_state_t xxh;
};

RunHash::RunHash() : state_(std::make_unique<State>()) { XXH3_64bits_reset(&state_->xxh); }
RunHash::~RunHash() = default;

void RunHash::observe(const Event& event) {
  std::byte* to = block_.data() + filled_;
  to = put(to, static_cast<std::uint64_t>(event.at.time_since_epoch().count()));
  to = put(to, event.id);
  to = put(to, event.extra);
  to = put(to, event.node);
  to = put(to, event.peer);
  to = put(to, event.size);
  to = put(to, event.type);
  to = put(to, static_cast<std::uint8_t>(event.kind));
  put(to, event.detail);
  filled_ += packed_size;
  if (filled_ == block_.size() || event.kind == EventKind::finish) flush();
}

void RunHash::flush() {
  XXH3_64bits_update(&state_->xxh, block_.data(), filled_);
  filled_ = 0;
}

std::string RunHash::hex() const {
  const std::uint64_t hash = XXH3_64bits_digest(&state_->xxh);
  std::string digits;
  for (int shift = 60; shift >= 0; shift -= 4) digits += "0123456789abcdef"[hash >> shift & 0xf];
  return digits;
}

}  // namespace hearsay
