// Memory for objects of one type, of which a run makes and destroys millions: what was given back is used again before
// more is asked for. One thread, as a run is.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <new>
#include <unordered_map>
#include <utility>

namespace hearsay {

// Hidden, as plugins may have types of equal names.
template <class T>
class [[gnu::visibility("hidden")]] MemoryPool {
 public:
#ifdef __SANITIZE_ADDRESS__  // which sees who uses an object that is gone
  static void* take() { return ::operator new(sizeof(T)); }
  static void give(void* memory) { ::operator delete(memory); }
#else
  static void* take() {
    if (free_ == nullptr) return ::operator new(sizeof(T));
    return std::exchange(free_, free_->next);
  }
  static void give(void* memory) { free_ = new (memory) Free{free_}; }

 private:
  struct Free {
    Free* next;
  };
  static_assert(sizeof(T) >= sizeof(Free) && alignof(T) <= alignof(std::max_align_t));
  static inline Free* free_ = nullptr;
#endif
};

// For containers that make a node for each entry, and have many come and go.
template <class T>
struct PoolAllocator {
  using value_type = T;

  PoolAllocator() = default;
  template <class Other>
  PoolAllocator(const PoolAllocator<Other>&) {}  // NOLINT(google-explicit-constructor): containers rebind it

  T* allocate(std::size_t count) {
    return static_cast<T*>(count == 1 ? MemoryPool<T>::take() : ::operator new(count * sizeof(T)));
  }
  void deallocate(T* memory, std::size_t count) {
    if (count == 1)
      MemoryPool<T>::give(memory);
    else
      ::operator delete(memory);
  }
  bool operator==(const PoolAllocator&) const { return true; }
};

template <class Key, class Value>
using PooledMap = std::map<Key, Value, std::less<Key>, PoolAllocator<std::pair<const Key, Value>>>;
template <class Key, class Value>
using PooledHashMap =
    std::unordered_map<Key, Value, std::hash<Key>, std::equal_to<Key>, PoolAllocator<std::pair<const Key, Value>>>;

}  // namespace hearsay
