// What a leader knows of one other member (etcd/raft's Progress), and what it last sent.
#pragma once

#include <deque>

#include "protocols/common/raft/entry.hpp"
#include "sim/core/time.hpp"

namespace hearsay::raft {

struct Progress {
  enum class Mode : std::uint8_t {
    probe,      // where its log agrees is not known: one message at a time
    replicate,  // entries are sent ahead of its answers
    snapshot,   // a snapshot is on its way to it
  };

  NodeId node = no_node;
  bool voter = false;  // or a learner
  Mode mode = Mode::probe;
  Index match = 0;            // its log equals the leader's up to here
  Index next = 1;             // what is sent to it next
  bool waits = false;         // probe: one has been sent and is not answered
  Index snapshot = 0;         // the index of that on its way,
  std::uint64_t sent_in = 0;  // and the last heartbeat before it
  std::deque<Index> window;   // last indexes of messages with entries that are not answered
  Time heard{};               // when it last answered
  std::uint64_t round = 0;    // of the last heartbeat that it has answered

  void probe(Index from) {
    mode = Mode::probe;
    next = from;
    waits = false;
    window.clear();
  }
  void acknowledge(Index index) {
    if (index > match) match = index;
    if (next <= match) next = match + 1;
    while (!window.empty() && window.front() <= index) window.pop_front();
  }
};

}  // namespace hearsay::raft
