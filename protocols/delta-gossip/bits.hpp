// A list of bits that grows at its end. Up to 64 take no memory besides.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hearsay {

class Bits {
 public:
  std::size_t size() const { return size_; }
  bool operator[](std::size_t place) const {  // requires place < size()
    return ((place < 64 ? first_ : later_[place / 64 - 1]) >> place % 64 & 1) != 0;
  }
  void push_back(bool bit) {
    if (size_ >= 64 && size_ % 64 == 0) later_.push_back(0);
    (size_ < 64 ? first_ : later_.back()) |= std::uint64_t{bit} << size_ % 64;
    ++size_;
  }

 private:
  std::uint64_t first_ = 0;
  std::vector<std::uint64_t> later_;
  std::size_t size_ = 0;
};

}  // namespace hearsay
