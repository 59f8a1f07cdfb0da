// A list of mostly one entry, which lies in the list itself: moving it copies a few words, where boost's small_vector
// goes through its entries.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace hearsay {

template <class T>
class MostlyOneList {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  MostlyOneList() = default;
  MostlyOneList(const MostlyOneList&) = delete;
  MostlyOneList& operator=(const MostlyOneList&) = delete;
  // What was moved from is empty.
  MostlyOneList(MostlyOneList&& other) noexcept
      : one_(other.one_), has_one_(std::exchange(other.has_one_, false)), many_(std::move(other.many_)) {}
  MostlyOneList& operator=(MostlyOneList&& other) noexcept {
    one_ = other.one_;
    has_one_ = std::exchange(other.has_one_, false);
    many_ = std::move(other.many_);
    return *this;
  }
  ~MostlyOneList() = default;

  bool empty() const { return !has_one_ && many_.empty(); }
  std::size_t size() const { return has_one_ ? 1 : many_.size(); }
  const T& front() const { return *begin(); }  // requires !empty()
  const T* begin() const { return has_one_ ? &one_ : many_.data(); }
  const T* end() const { return begin() + size(); }
  std::span<const T> all() const { return {begin(), size()}; }

  void push_back(const T& entry) {
    if (empty()) {
      one_ = entry;
      has_one_ = true;
      return;
    }
    if (std::exchange(has_one_, false)) many_.push_back(one_);
    many_.push_back(entry);
  }
  // Calls `unwanted` of each entry, in order, and takes out those of which it says true.
  template <class Unwanted>
  void remove_if(Unwanted unwanted) {
    if (has_one_)
      has_one_ = !unwanted(std::as_const(one_));
    else
      std::erase_if(many_, [&](const T& entry) { return unwanted(entry); });
  }

 private:
  T one_{};
  bool has_one_ = false;  // then many_ is empty
  std::vector<T> many_;
};

}  // namespace hearsay
