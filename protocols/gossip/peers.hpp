// What a node knows of each peer that it has had to do with.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "protocols/gossip/messages.hpp"
#include "protocols/gossip/params.hpp"
#include "protocols/state/circuit_breaker.hpp"
#include "protocols/state/index_set.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::gossip {

struct Peer {
  NodeId id = no_node;
  std::uint32_t incarnation = 0;  // that was last heard of; 0: none yet
  bool active = false;            // a neighbour that has not failed

  // Of the values that are still to be spread, by Index.
  IndexSet known;              // held by it: it sent or acknowledged them, or its digest says so
  IndexSet in_flight;          // sent, and neither acknowledged nor given up
  std::vector<Index> backlog;  // eager forwarding put off by the rate limit

  MessageNumber last_sent = 0;
  IndexSet received;                  // numbers of its messages, in a window
  std::vector<Acknowledgement> owed;  // to go with the next message to it
  std::optional<Time> owed_since;     // the oldest of them
  bool ack_timer = false;
  std::size_t full_seen = 0;  // how many values of its last full state were taken in

  std::uint32_t unanswered = 0;  // messages and heartbeats in a row, without a sign of life
  Time heard{};                  // last
  std::optional<CircuitBreaker> breaker;
  std::uint32_t batch = 16;  // adaptive limit
  double tokens = 0;         // of the rate limit
  Time refilled{};

  // Sent to it, and its acknowledgement may still come.
  bool awaits(Index index) const { return index >= in_flight.floor() && in_flight.contains(index); }
};

class Peers {
 public:
  explicit Peers(const Params& params) : params_(params) {}

  // Null for one that this node has had nothing to do with.
  Peer* find(NodeId id);
  // `floor`: nothing below this index is still to be spread. Requires that find() gives null.
  Peer& add(NodeId id, Index floor);
  // In the order of first contact.
  template <class Visit>
  void each(Visit visit) {
    for (Peer& peer : peers_) visit(peer);
  }

  // Values that a message to it may hold.
  std::uint32_t batch_limit(const Peer& peer) const;

  // Whether values may be sent to it now, by its breaker and rate limit; takes a token if so.
  bool admit(Context& context, Peer& peer);
  // When the rate limit will let through the next message; requires a rate limit.
  Duration wait(const Peer& peer) const;

  // A message to it was acknowledged after `delay` / was not in time.
  void answered(Peer& peer, Duration delay);
  void unanswered(Context& context, Peer& peer);

  // Drops what is known below `floor`.
  void trim(Index floor);

 private:
  const Params& params_;
  std::deque<Peer> peers_;                            // in the order of first contact; references stay valid
  std::unordered_map<NodeId, std::uint32_t> places_;  // looked up only
  Index trimmed_ = 0;
};

}  // namespace hearsay::gossip
