// As many objects of one type as are asked for, side by side, built in place: for a million of them, finding one must
// not cost a pointer's way. Large arrays ask the system for large pages.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <memory>
#include <new>
#include <utility>

namespace hearsay {

template <class T>
class FixedArray {
 public:
  explicit FixedArray(std::size_t capacity) : capacity_(capacity) {
    items_ = static_cast<T*>(::operator new(capacity * sizeof(T), alignment()));
    if (large()) madvise(items_, capacity * sizeof(T), MADV_HUGEPAGE);  // it is as well without
  }
  ~FixedArray() {
    std::destroy_n(items_, size_);
    ::operator delete(items_, alignment());
  }
  FixedArray(const FixedArray&) = delete;
  FixedArray& operator=(const FixedArray&) = delete;

  // Requires size() < capacity.
  template <class... Arguments>
  void emplace_back(Arguments&&... arguments) {
    std::construct_at(items_ + size_, std::forward<Arguments>(arguments)...);
    ++size_;
  }

  std::size_t size() const { return size_; }
  T& operator[](std::size_t i) { return items_[i]; }
  const T& operator[](std::size_t i) const { return items_[i]; }

 private:
  static constexpr std::size_t large_page = std::size_t{2} << 20;
  bool large() const { return capacity_ * sizeof(T) >= 2 * large_page; }
  std::align_val_t alignment() const { return std::align_val_t{large() ? large_page : alignof(T)}; }

  std::size_t capacity_;
  std::size_t size_ = 0;
  T* items_;
};

}  // namespace hearsay
