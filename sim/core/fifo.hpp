// First in, first out, without memory of its own while it is empty: most nodes' queues are, most of the time, and there
// may be a million of them. `List`: a vector, or one that keeps a few in itself.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "sim/core/fetch.hpp"

namespace hearsay {

template <class T, class List = std::vector<T>>
class Fifo {
 public:
  bool empty() const { return items_.empty(); }
  std::size_t size() const { return items_.size() - head_; }
  void push_back(T item) { items_.push_back(std::move(item)); }

  [[gnu::always_inline]] void fetch_front() const { fetch_lines(items_.data() + head_, 1); }  // into the cache
  const T& front() const { return items_[head_]; }                                            // requires !empty()
  // The i-th from the front. Requires i < size().
  T& operator[](std::size_t i) { return items_[head_ + i]; }
  const T& operator[](std::size_t i) const { return items_[head_ + i]; }

  // Requires !empty().
  T take_front() {
    T item = std::move(items_[head_]);
    ++head_;
    if (head_ == items_.size())
      clear();
    else if (head_ >= worth_closing_up && head_ * 2 >= items_.size())
      close_up();
    return item;
  }
  // Without effect if it holds nothing equal; else the first of these goes. Constant work for the front.
  void erase(const T& item) {
    const auto first = items_.begin() + static_cast<std::ptrdiff_t>(head_);
    const auto found = std::find(first, items_.end(), item);
    if (found == items_.end()) return;
    if (found == first)
      take_front();
    else
      items_.erase(found);
  }
  // Requires !empty().
  T take_back() {
    T item = std::move(items_.back());
    items_.pop_back();
    if (head_ == items_.size()) clear();
    return item;
  }

  void clear() {
    if (items_.capacity() > keeps)
      items_ = {};
    else
      items_.clear();
    head_ = 0;
  }

 private:
  void close_up() {
    items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }

  static constexpr std::size_t keeps = 64;
  static constexpr std::size_t worth_closing_up = 32;
  List items_;
  std::size_t head_ = 0;  // those before it are gone
};

}  // namespace hearsay
