// A value that many hold and nobody changes, counted where it lies. As std::shared_ptr, for one thread: half the size,
// and a copy is an addition.
#pragma once

#include <cstdint>
#include <utility>

namespace hearsay {

template <class T>
class SharedValue {
 public:
  SharedValue() = default;
  explicit SharedValue(T value) : counted_(new Counted{std::move(value)}) {}
  SharedValue(const SharedValue& other) : counted_(other.counted_) {
    if (counted_ != nullptr) ++counted_->references;
  }
  SharedValue(SharedValue&& other) noexcept : counted_(std::exchange(other.counted_, nullptr)) {}
  SharedValue& operator=(SharedValue other) noexcept {
    std::swap(counted_, other.counted_);
    return *this;
  }
  ~SharedValue() {
    if (counted_ != nullptr && --counted_->references == 0) delete counted_;
  }

  const T& operator*() const { return counted_->value; }  // requires that there is one
  const T* operator->() const { return &counted_->value; }

 private:
  struct Counted {
    const T value;
    std::uint32_t references = 1;
  };
  Counted* counted_ = nullptr;
};

}  // namespace hearsay
