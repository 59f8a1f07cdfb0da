// A list of bits that grows at its end. Up to 64 take no memory besides, and a list is 16 bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace hearsay {

class Bits {
 public:
  Bits() = default;
  Bits(const Bits& other) : word_(other.word_), size_(other.size_) {
    if (has_list()) list_ = new std::vector<std::uint64_t>(*other.list_);
  }
  Bits(Bits&& other) noexcept : word_(other.word_), size_(std::exchange(other.size_, 0)) { other.word_ = 0; }
  Bits& operator=(Bits other) noexcept {
    std::swap(word_, other.word_);  // or list_, of the same size
    std::swap(size_, other.size_);
    return *this;
  }
  ~Bits() {
    if (has_list()) delete list_;
  }

  std::size_t size() const { return size_; }
  bool operator[](std::size_t place) const {  // requires place < size()
    return ((has_list() ? (*list_)[place / 64] : word_) >> place % 64 & 1) != 0;
  }
  void push_back(bool bit) {  // at most 2^32 - 1
    const std::uint64_t value = std::uint64_t{bit} << size_ % 64;
    if (size_ < 64) [[likely]]
      word_ |= value;
    else
      put_late(value);
    ++size_;
  }

 private:
  bool has_list() const { return size_ > 64; }

  [[gnu::noinline]] void put_late(std::uint64_t value) {
    if (size_ == 64)
      list_ = new std::vector<std::uint64_t>{word_, value};
    else if (size_ % 64 == 0)
      list_->push_back(value);
    else
      list_->back() |= value;
  }

  union {
    std::uint64_t word_ = 0;
    std::vector<std::uint64_t>* list_;
  };
  std::uint32_t size_ = 0;
};

}  // namespace hearsay
