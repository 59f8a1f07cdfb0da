// Sends messages: numbers those with values, acknowledges the peers' ones, repeats what is not acknowledged
// ("Production-Level Improvements 5"), and adds what security and compression cost.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "protocols/common/backoff.hpp"
#include "protocols/delta-gossip/messages.hpp"
#include "protocols/delta-gossip/params.hpp"
#include "protocols/delta-gossip/peers.hpp"
#include "protocols/delta-gossip/store.hpp"
#include "sim/core/pool.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::gossip {

class Courier {
 public:
  Courier(const Params& params, Peers& peers, const Store& store);

  void start(Context& context, StartReason reason);

  // Any message without values of its own.
  template <class M>
  void send(Context& context, Peer& peer, M message) {
    complete(context, peer, message);
    post(context, peer.id, envelope(params_, std::move(message)));
  }

  struct Batch {
    std::vector<Index> values;
    bool asks = false;
    bool by_pull = false;  // answers a request
  };
  // As many values as given, at least one unless it asks for some; in several messages if one may not take them all
  // (Params::most_message_bytes).
  void send_values(Context& context, Peer& peer, Batch batch);

  // Values that answer a digest, in messages of at most the batch limits, as far as the peer may be sent to; not
  // acknowledged, the next digest shows what is missing.
  void send_repair(Context& context, Peer& peer, const Store::Missing& missing);

  // A numbered message of the peer. False if it came before: then it was acknowledged again and nothing else is due.
  bool accept(Context& context, Peer& peer, MessageNumber number);
  // What the acknowledgement of it says; goes with the next message to the peer, or with flush().
  void owe(Peer& peer, Acknowledgement acknowledgement) {
    fresh_debt_.peer = peer.id;
    fresh_debt_.acknowledgements.push_back(std::move(acknowledgement));
  }
  // At the end of each handler that received from the peer.
  void flush(Context& context, Peer& peer);
  void acknowledge_timer(Context& context, Peer& peer);

  // A message whose fate is known.
  struct Outcome {
    std::vector<Index> values;
    bool by_pull = false;
    const Bits* known_before = nullptr;  // by value, in the acknowledgement; null: there is no feedback
  };
  // Nothing if the number is not in flight any more.
  std::optional<Outcome> acknowledged(Context& context, Peer& peer, const Acknowledgement& acknowledgement);
  // Whether that message is still in flight.
  bool awaits_answer(NodeId peer, MessageNumber number) const { return outstanding_.contains({peer, number}); }
  // The message is sent again, or given up. Nothing while it stays in flight.
  std::optional<Outcome> retry_timer(Context& context, Peer& peer, MessageNumber number);
  // The peer has failed: nothing is sent to it again.
  void abandon(Peer& peer);

  // The values that were sent to it, and neither acknowledged nor given up; null if there are none.
  const IndexSet* awaited(const Peer& peer) const {
    const auto found = in_flight_.find(peer.id);
    return found == in_flight_.end() ? nullptr : &found->second;
  }
  bool awaits(const Peer& peer, Index index) const {
    const IndexSet* values = awaited(peer);
    return values != nullptr && (values->kept(index / 64) >> index % 64 & 1) != 0;
  }
  // Drops what is known below `floor`.
  void trim(Index floor);

  // A connection that was dialled for one message stands, or cannot; no effect for others.
  void dial_over(ConnectionId connection) { dials_.erase(connection); }
  // Messages wait for connections of their own.
  bool dials() const { return !dials_.empty(); }

 private:
  // How many of the values from `begin` on, at most `limit`, one message to the peer takes; at least one.
  std::size_t fitting(const Peer& peer, const std::vector<Index>& values, std::size_t begin, std::size_t limit) const;
  void send_message(Context& context, Peer& peer, Batch batch);

  struct Debt {
    std::vector<Acknowledgement> acknowledgements;  // to go with the next message
    std::optional<Time> since;                      // when the oldest came
    bool timer = false;
  };
  struct Outstanding {
    MessagePtr message;
    std::vector<Index> values;
    std::uint32_t attempts = 1;
    Time first_sent{};
    bool by_pull = false;
  };
  using Outstandings = PooledMap<std::pair<NodeId, MessageNumber>, Outstanding>;

  Outcome finish(Outstandings::iterator sent);  // its fate is known

  template <class M>
  void complete(Context& context, Peer& peer, M& message) {
    pay(peer, message);
    fill_header(context, message, message.body_size());
  }
  std::size_t room(const Peer& peer) const;
  void pay(Peer& peer, Header& header);
  void post(Context& context, NodeId to, const MessagePtr& message);
  std::uint32_t fixed_bytes() const;
  void fill_header(Context& context, Header& header, std::size_t body) const;

  const Params& params_;
  Peers& peers_;
  const Store& store_;
  Backoff backoff_;
  std::uint32_t incarnation_ = 1;
  Outstandings outstanding_;
  PooledMap<NodeId, IndexSet> in_flight_;  // values, by peer; none of a peer without outstanding messages
  Index trimmed_ = 0;
  struct {  // of the message that is being handled
    NodeId peer = no_node;
    std::vector<Acknowledgement> acknowledgements;
  } fresh_debt_;
  std::map<NodeId, Debt> debts_;  // by peer, of earlier messages; none of nothing
  std::set<ConnectionId> dials_;  // that have no answer yet
};

// Processor time to compress or expand a body.
Duration compression_work(const Params& params, std::size_t body);

}  // namespace hearsay::gossip
