// Whose turn it is among calls that were asked for together, no more than `workers` of which are in flight at a time
// ("Future Enhancements 4").
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "protocols/common/rpc/call.hpp"

namespace hearsay::rpc {

class Turns {
 public:
  using GroupId = std::uint64_t;  // 0: calls that wait for nobody

  // A group of so many calls, each of which enters and leaves it.
  GroupId begin(std::size_t calls, std::uint32_t workers) {
    if (workers == 0 || calls <= workers) return 0;
    groups_[++last_] = {workers, calls};
    return last_;
  }

  // True if it is the call's turn at once; else leave() of another one names it later.
  bool enter(GroupId group, CallId call) {
    if (group == 0) return true;
    Group& own = groups_.at(group);
    if (own.in_turn >= own.workers) {
      own.waiting.push_back(call);
      return false;
    }
    ++own.in_turn;
    return true;
  }

  // A call is over. Returns the one whose turn it is now, if any: `is_open` says of a waiting call whether it still is.
  template <class IsOpen>
  std::optional<CallId> leave(GroupId group, bool had_turn, IsOpen is_open) {
    if (group == 0) return {};
    Group& own = groups_.at(group);
    if (--own.open == 0) {
      groups_.erase(group);
      return {};
    }
    if (!had_turn) return {};
    --own.in_turn;
    while (!own.waiting.empty()) {
      const CallId next = own.waiting.front();
      own.waiting.pop_front();
      if (!is_open(next)) continue;
      ++own.in_turn;
      return next;
    }
    return {};
  }

 private:
  struct Group {
    std::size_t workers = 0, open = 0;
    std::size_t in_turn = 0;
    std::deque<CallId> waiting{};
  };
  std::map<GroupId, Group> groups_;
  GroupId last_ = 0;
};

}  // namespace hearsay::rpc
