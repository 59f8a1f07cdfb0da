// What a node knows of each peer that it has had to do with lately.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "protocols/common/circuit_breaker.hpp"
#include "protocols/common/token_bucket.hpp"
#include "protocols/delta-gossip/index_set.hpp"
#include "protocols/delta-gossip/messages.hpp"
#include "protocols/delta-gossip/mostly_one_map.hpp"
#include "protocols/delta-gossip/params.hpp"
#include "protocols/delta-gossip/place_table.hpp"
#include "sim/core/pool.hpp"
#include "sim/core/protocol.hpp"
#include "sim/core/stable_list.hpp"

namespace hearsay::gossip {

// A message that was neither acknowledged nor given up.
struct Outstanding {
  MessagePtr message;
  std::vector<Index> values;
  Time first_sent{};
  std::uint32_t turn = 0;  // among the messages that wait under shared timers, if it does
  std::uint32_t attempts = 1;
  bool by_pull = false;
};

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

  // What only some parameters ask for.
  struct Extras {
    std::uint64_t met = 0;       // how many peers the node had met before
    std::vector<Index> backlog;  // eager forwarding put off by the rate limit
    std::optional<CircuitBreaker> breaker;
    std::uint32_t batch = 16;  // adaptive limit
    std::optional<TokenBucket> rate_limit, inbound_limit;
    std::size_t full_seen = 0;  // how many values of its last full state were taken in
  };
  // What few peers have at a time.
  struct Side {
    MostlyOneMap<MessageNumber, Outstanding> sent;
    IndexSet awaited;  // the values of all of these, once somebody has asked for them
    bool knows_awaited = false;
    std::unique_ptr<Extras> extras;  // null unless some parameter asks for them

    const IndexSet& all_awaited();
    void put(MessageNumber number, Outstanding&& message);
    Outstanding take(MessageNumber number);  // requires that it is there

    static void* operator new(std::size_t) { return MemoryPool<Side>::take(); }
    static void operator delete(void* memory) { MemoryPool<Side>::give(memory); }
  };
  std::unique_ptr<Side> side;  // null if all of it is empty

  Extras* extras() const { return side ? side->extras.get() : nullptr; }
  CircuitBreaker* breaker() const { return extras() != nullptr && extras()->breaker ? &*extras()->breaker : nullptr; }

  bool has_outstanding() const { return side && !side->sent.empty(); }
  // The values that were sent to it, and neither acknowledged nor given up; null if there are none. Most messages are
  // acknowledged before anybody asks.
  const IndexSet* awaited() const { return has_outstanding() ? &side->all_awaited() : nullptr; }
  bool awaits(Index index) const {
    return has_outstanding() && (side->all_awaited().kept(index / 64) >> index % 64 & 1) != 0;
  }
};

class Peers {
 public:
  explicit Peers(const Params& params);

  // Null for one that this node has had nothing to do with, or has forgotten. References to a peer stay valid until
  // forget().
  Peer* find(NodeId id) {
    const std::uint32_t place = places_.find(id, [this](std::uint32_t at) { return peers_[at].id; });
    return place == PlaceTable::none ? nullptr : &peers_[place];
  }
  // `floor`: nothing below this index is still to be spread. Requires that find() gives null.
  Peer& add(NodeId id, Index floor);
  template <class Visit>
  void each(Visit visit) {
    for (std::size_t place = 0; place < peers_.size(); ++place) visit(peers_[place]);
  }
  // Those to whom eager forwarding owes something, in the order of first contact.
  std::vector<Peer*> with_backlog();

  // Whether there are so many that those which are idle should be forgotten: the work is then a constant each.
  bool are_many() const { return peers_.size() >= enough_; }
  // Forgets peers that nothing is known of which still matters: no message of theirs can come again, and
  // `matters(peer)` is false. So what a node knows is bounded by the peers that it has heard from lately, not by all
  // there are. Numbers of messages to them do not begin again.
  template <class Matters>
  void forget(Time now, Matters matters) {
    const Time silent = now - repeats_for_;
    const bool all_may_repeat = params_.failure_detection == Detection::heartbeats;
    for (std::uint32_t place = 0; place < peers_.size();) {
      const Peer& peer = peers_[place];
      if (is_idle(peer, now, silent, all_may_repeat) && !matters(peer))
        erase(place);  // another one stands there now
      else
        ++place;
    }
    enough_ = std::max(fewest_to_forget, peers_.size() + std::max<std::size_t>(64, peers_.size() / 4));
  }

  // Values that a message to it may hold.
  std::uint32_t batch_limit(const Peer& peer) const;

  // Whether values may be sent to it now, by its breaker and rate limit; takes a token if so.
  bool admit(Context& context, Peer& peer);
  // When the rate limit will let through the next message; requires a rate limit.
  Duration wait(const Peer& peer) const { return peer.extras()->rate_limit->wait(); }

  // A message to it was acknowledged after `delay` / was not in time.
  void answered(Peer& peer, Duration delay);
  void unanswered(Context& context, Peer& peer);

  // Drops what is known below `floor`.
  void trim(Index floor);

 private:
  static constexpr std::size_t fewest_to_forget = 64;

  // One that was last heard from before `silent` repeats none of its messages: until then their numbers must be known,
  // and heartbeats ask when it was heard from.
  bool is_idle(const Peer& peer, Time now, Time silent, bool all_may_repeat) const {
    if (peer.heard > silent && (all_may_repeat || !peer.received.empty())) return false;
    if (peer.unanswered > 0) return false;
    return peer.extras() == nullptr || is_as_new(*peer.extras(), now);
  }
  bool is_as_new(const Peer::Extras& extras, Time now) const;
  void erase(std::uint32_t place);

  const Params& params_;
  const Duration repeats_for_;  // a message, at most
  const bool have_extras_;
  StableList<Peer> peers_;
  PlaceTable places_;
  std::uint64_t met_ = 0;  // peers so far
  std::size_t enough_ = fewest_to_forget;
  MessageNumber forgotten_number_ = 0;  // the highest that was sent to a peer that is forgotten
};

}  // namespace hearsay::gossip
