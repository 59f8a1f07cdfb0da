// A list whose entries stay where they are while others come and go at its end: memory comes in chunks. Finding one
// takes a shift where std::deque divides.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace hearsay {

// Requires that T can be made from nothing, and that `per_chunk` is a power of two.
template <class T, std::size_t per_chunk = 8>
class StableList {
  static_assert((per_chunk & (per_chunk - 1)) == 0);

 public:
  StableList() = default;
  StableList(const StableList&) = delete;
  StableList& operator=(const StableList&) = delete;
  ~StableList() {
    while (size_ > 0) pop_back();
  }

  std::size_t size() const { return size_; }
  T& operator[](std::size_t place) { return (*chunks_[place / per_chunk])[place % per_chunk]; }
  const T& operator[](std::size_t place) const { return (*chunks_[place / per_chunk])[place % per_chunk]; }
  T& back() { return (*this)[size_ - 1]; }

  T& grow() {  // by an entry made from nothing
    if (size_ % per_chunk == 0) chunks_.push_back(std::make_unique<Chunk>());
    return *std::construct_at(&chunks_.back()->entries[size_++ % per_chunk]);
  }
  void pop_back() {
    std::destroy_at(&back());
    if (--size_ % per_chunk == 0) chunks_.pop_back();
  }

 private:
  // Memory alone: entries are made and destroyed one by one.
  struct Chunk {
    Chunk() {}   // NOLINT(modernize-use-equals-default): a union with members that have constructors
    ~Chunk() {}  // NOLINT(modernize-use-equals-default)
    Chunk(const Chunk&) = delete;
    Chunk& operator=(const Chunk&) = delete;
    T& operator[](std::size_t place) { return entries[place]; }
    const T& operator[](std::size_t place) const { return entries[place]; }
    union {
      std::array<T, per_chunk> entries;
    };
  };

  std::vector<std::unique_ptr<Chunk>> chunks_;  // the last one is not empty
  std::size_t size_ = 0;
};

}  // namespace hearsay
