// A list of mostly one entry, or none: the first one takes no memory besides.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace hearsay {

// One that was moved from is to be assigned to or destroyed.
template <class T>
class ShortList {
 public:
  ShortList() = default;
  ShortList(std::initializer_list<T> entries) {
    for (const T& entry : entries) push_back(entry);
  }
  ShortList(const ShortList& other) : first_(other.first_) {
    if (other.later_) later_ = std::make_unique<std::vector<T>>(*other.later_);
  }
  ShortList(ShortList&&) noexcept = default;
  ShortList& operator=(ShortList other) noexcept {
    first_ = std::move(other.first_);
    later_ = std::move(other.later_);
    return *this;
  }
  [[gnu::always_inline]] ~ShortList() = default;

  std::size_t size() const { return !first_ ? 0 : later_ ? 1 + later_->size() : 1; }
  bool empty() const { return !first_; }
  const T& operator[](std::size_t place) const {  // requires place < size()
    return place == 0 ? *first_ : (*later_)[place - 1];
  }

  void push_back(T entry) {
    if (!first_) {
      first_.emplace(std::move(entry));
      return;
    }
    if (!later_) later_ = std::make_unique<std::vector<T>>();
    later_->push_back(std::move(entry));
  }
  // Takes all of `list`, which is empty then.
  void take_from(ShortList& list) {
    if (list.empty()) return;
    push_back(std::move(*list.first_));
    list.first_.reset();
    if (!list.later_) return;
    for (T& entry : *list.later_) push_back(std::move(entry));
    list.later_.reset();
  }

  class Iterator {
   public:
    Iterator(const ShortList& list, std::size_t place) : list_(&list), place_(place) {}
    const T& operator*() const { return (*list_)[place_]; }
    Iterator& operator++() {
      ++place_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return place_ == other.place_; }

   private:
    const ShortList* list_;
    std::size_t place_;
  };
  // Valid until the next change.
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size()}; }

 private:
  std::optional<T> first_;
  std::unique_ptr<std::vector<T>> later_;  // null if there is no first one, or no other
};

}  // namespace hearsay
