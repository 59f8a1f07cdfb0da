// What the buckets of a ladder hold, in no order: keys, side by side, so that those of a bucket are read without a look
// at the entries that they stand for.
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/core/time.hpp"

namespace hearsay {

// When an entry is due, and where it lies. Of entries that are due at the same instant these hold the order.
struct LadderKey {
  Time due{};
  std::uint32_t slot = 0;
};

class LadderBuckets {
  static constexpr std::uint32_t none = 0xffffffff;

 public:
  // Some keys, and the others in chunks, of which the one named here is filled.
  struct alignas(64) Bucket {
    std::uint32_t size = 0;
    std::uint32_t chunk = none;
    std::array<LadderKey, 3> some;
  };

  void add(Bucket& bucket, const LadderKey& key) {
    if (bucket.size < bucket.some.size()) {
      bucket.some[bucket.size] = key;
    } else {
      if (bucket.chunk == none || chunks_[bucket.chunk].size == chunks_[bucket.chunk].keys.size())
        bucket.chunk = claim(bucket.chunk);
      Chunk& chunk = chunks_[bucket.chunk];
      chunk.keys[chunk.size++] = key;
    }
    ++bucket.size;
  }

  // Empties the bucket. `visit` may add to others.
  template <class Visit>
  void take_all(Bucket& bucket, Visit visit) {
    const std::uint32_t size = std::exchange(bucket.size, 0);
    for (std::uint32_t i = 0; i < size && i < bucket.some.size(); ++i) visit(bucket.some[i]);
    for (std::uint32_t number = std::exchange(bucket.chunk, none); number != none;) {
      const Chunk chunk = chunks_[number];  // `visit` may make others
      for (std::uint32_t i = 0; i < chunk.size; ++i) visit(chunk.keys[i]);
      chunks_[number].size = 0;
      chunks_[number].next = std::exchange(free_, number);
      number = chunk.next;
    }
  }

 private:
  struct alignas(64) Chunk {
    std::uint32_t size = 0;
    std::uint32_t next = none;  // of this bucket; or free
    std::array<LadderKey, 15> keys;
  };

  // An empty chunk, before `next`.
  std::uint32_t claim(std::uint32_t next) {
    if (free_ == none) {
      chunks_.emplace_back();
      free_ = static_cast<std::uint32_t>(chunks_.size() - 1);
    }
    const std::uint32_t chunk = free_;
    free_ = std::exchange(chunks_[chunk].next, next);
    return chunk;
  }

  std::vector<Chunk> chunks_;
  std::uint32_t free_ = none;
};

}  // namespace hearsay
