// A list whose entries stay where they are while others come and go at its end: memory comes in chunks of eight.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

namespace hearsay {

// Requires that T can be made from nothing.
template <class T>
class StableList {
 public:
  std::size_t size() const { return size_; }
  T& operator[](std::size_t place) { return (*chunks_[place / per_chunk])[place % per_chunk]; }
  const T& operator[](std::size_t place) const { return (*chunks_[place / per_chunk])[place % per_chunk]; }
  T& back() { return (*this)[size_ - 1]; }

  T& grow() {  // by an entry made from nothing
    if (size_ == per_chunk * chunks_.size()) chunks_.push_back(std::make_unique<Chunk>());
    return (*this)[size_++];
  }
  void pop_back() {
    T& last = back();
    std::destroy_at(&last);
    std::construct_at(&last);
    if (--size_ % per_chunk == 0) chunks_.pop_back();
  }

 private:
  static constexpr std::size_t per_chunk = 8;
  using Chunk = std::array<T, per_chunk>;

  std::vector<std::unique_ptr<Chunk>> chunks_;  // the last one is not empty
  std::size_t size_ = 0;
};

}  // namespace hearsay
