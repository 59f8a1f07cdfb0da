// What a node knows of each peer that it has had to do with lately.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "protocols/common/circuit_breaker.hpp"
#include "protocols/common/token_bucket.hpp"
#include "protocols/delta-gossip/index_set.hpp"
#include "protocols/delta-gossip/messages.hpp"
#include "protocols/delta-gossip/params.hpp"
#include "protocols/delta-gossip/place_table.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::gossip {

struct Peer {
  NodeId id = no_node;
  std::uint32_t incarnation = 0;  // that was last heard of; 0: none yet
  MessageNumber last_sent = 0;
  std::uint32_t unanswered : 31 = 0;  // messages and heartbeats in a row, without a sign of life
  bool active : 1 = false;            // a neighbour that has not failed
  Time heard{};                       // last

  IndexSet known;     // values that are still to be spread and that it holds: it sent or acknowledged them, or its
                      // digest says so
  IndexSet received;  // numbers of its messages, in a window

  // What only some parameters ask for; null unless one of them is set.
  struct Extras {
    std::vector<Index> backlog;  // eager forwarding put off by the rate limit
    std::optional<CircuitBreaker> breaker;
    std::uint32_t batch = 16;  // adaptive limit
    std::optional<TokenBucket> rate_limit, inbound_limit;
    std::size_t full_seen = 0;  // how many values of its last full state were taken in
  };
  std::unique_ptr<Extras> extras;

  CircuitBreaker* breaker() const { return extras && extras->breaker ? &*extras->breaker : nullptr; }
};

class Peers {
 public:
  explicit Peers(const Params& params) : params_(params) {}

  // Null for one that this node has had nothing to do with, or has forgotten. References to a peer stay valid until
  // forget().
  Peer* find(NodeId id);
  // `floor`: nothing below this index is still to be spread. Requires that find() gives null.
  Peer& add(NodeId id, Index floor);
  // In the order of first contact.
  template <class Visit>
  void each(Visit visit) {
    for (Peer& peer : peers_) visit(peer);
  }

  // Whether there are so many that those which are idle should be forgotten: the work is then a constant each.
  bool are_many() const { return peers_.size() >= enough_; }
  // Forgets peers that nothing is known of which still matters: no message of theirs can come again, and
  // `matters(peer)` is false. So what a node knows is bounded by the peers that it has heard from lately, not by all
  // there are. Numbers of messages to them do not begin again.
  template <class Matters>
  void forget(Time now, Matters matters) {
    const std::size_t forgotten = std::erase_if(peers_, [&](const Peer& peer) {
      if (!is_idle(peer, now) || matters(peer)) return false;
      forgotten_number_ = std::max(forgotten_number_, peer.last_sent);
      return true;
    });
    enough_ = std::max(fewest_to_forget, peers_.size() + std::max<std::size_t>(32, peers_.size() / 8));
    if (forgotten > 0)
      places_.refill(static_cast<std::uint32_t>(peers_.size()),
                     [this](std::uint32_t place) { return peers_[place].id; });
  }

  // Values that a message to it may hold.
  std::uint32_t batch_limit(const Peer& peer) const;

  // Whether values may be sent to it now, by its breaker and rate limit; takes a token if so.
  bool admit(Context& context, Peer& peer);
  // When the rate limit will let through the next message; requires a rate limit.
  Duration wait(const Peer& peer) const { return peer.extras->rate_limit->wait(); }

  // A message to it was acknowledged after `delay` / was not in time.
  void answered(Peer& peer, Duration delay);
  void unanswered(Context& context, Peer& peer);

  // Drops what is known below `floor`.
  void trim(Index floor);

 private:
  static constexpr std::size_t fewest_to_forget = 64;

  bool is_idle(const Peer& peer, Time now) const;

  const Params& params_;
  std::deque<Peer> peers_;  // in the order of first contact
  PlaceTable places_;
  std::size_t enough_ = fewest_to_forget;
  MessageNumber forgotten_number_ = 0;  // the highest that was sent to a peer that is forgotten
};

}  // namespace hearsay::gossip
