// Sends messages: numbers those with values, acknowledges the peers' ones, repeats what is not acknowledged
// ("Production-Level Improvements 5"), and adds what security and compression cost.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "protocols/common/backoff.hpp"
#include "protocols/delta-gossip/messages.hpp"
#include "protocols/delta-gossip/params.hpp"
#include "protocols/delta-gossip/peers.hpp"
#include "protocols/delta-gossip/store.hpp"
#include "sim/core/fifo.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::gossip {

class Courier {
 public:
  Courier(const Params& params, Peers& peers, const Store& store);

  void start(Context& context, StartReason reason);

  // A handler begins. Messages with values that it sends wait for their acknowledgements under one timer.
  void begin() { timer_is_set_ = false; }

  // Any message without values of its own.
  template <class M>
  void send(Context& context, Peer& peer, M message) {
    complete(context, peer, message);
    post(context, peer.id, envelope(params_, [&] { return M(std::move(message)); }));
  }

  struct Batch {
    std::vector<Index> values;
    bool asks = false;
    bool by_pull = false;  // answers a request
  };
  // As many values as given, at least one unless it asks for some; in several messages if one may not take them all
  // (Params::most_message_bytes).
  void send_values(Context& context, Peer& peer, Batch&& batch);

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
    std::span<const Index> values;
    bool by_pull = false;
    const Bits* known_before = nullptr;  // by value, in the acknowledgement; null: there is no feedback
  };
  // `settle(outcome)` of the message, unless its number is not in flight any more.
  template <class Settle>
  void acknowledged(Context& context, Peer& peer, const Acknowledgement& acknowledgement, Settle settle) {
    const Outstanding* const sent = answered(context, peer, acknowledgement.number);
    if (sent == nullptr) return;
    settle(Outcome{sent->values, sent->by_pull, acknowledgement.repeated ? nullptr : &acknowledgement.known});
    finish(peer, acknowledgement.number, *sent);
  }
  // Whether that message is still in flight.
  static bool awaits_answer(const Peer& peer, MessageNumber number) {
    return peer.side && peer.side->sent.find(number) != nullptr;
  }
  // The message, which is still in flight, is sent again, or given up: `settle(outcome)`.
  template <class Settle>
  void retry_timer(Context& context, Peer& peer, MessageNumber number, Settle settle) {
    const Outstanding* const sent = unanswered(context, peer, number);
    if (sent == nullptr) return;
    settle(Outcome{sent->values, sent->by_pull});
    finish(peer, number, *sent);
  }
  // The timer that the messages of one handler share: `retry(peer, number)` of each, in the order of sending.
  template <class Retry>
  void retries_timer(Retry retry) {
    do {
      const Sent sent = under_timers_.take_front();
      ++first_turn_;
      if (sent.number != 0) retry(sent.peer, sent.number);
    } while (!under_timers_.empty() && !under_timers_.front().sets_timer);
  }
  // The peer has failed: nothing is sent to it again.
  void abandon(Peer& peer);

  // A connection that was dialled for one message stands, or cannot; no effect for others.
  void dial_over(ConnectionId connection) { dials_.erase(connection); }
  // Messages wait for connections of their own.
  bool dials() const { return !dials_.empty(); }

 private:
  // How many of the values from `begin` on, at most `limit`, one message to the peer takes; at least one.
  std::size_t fitting(const Peer& peer, const std::vector<Index>& values, std::size_t begin, std::size_t limit) const;
  void send_message(Context& context, Peer& peer, Batch&& batch);

  struct Debt {
    Acknowledgements acknowledgements;  // to go with the next message
    std::optional<Time> since;          // when the oldest came
    bool timer = false;
  };

  // A message that has been sent once.
  struct Sent {
    NodeId peer;
    MessageNumber number : 31;  // 0: its fate is known
    bool sets_timer : 1;        // it is the first that its handler has sent
  };
  std::uint32_t await_answer(Context& context, NodeId peer, MessageNumber number);
  const Outstanding* answered(Context& context, Peer& peer, MessageNumber number);    // null: it is not in flight
  const Outstanding* unanswered(Context& context, Peer& peer, MessageNumber number);  // null: it stays in flight
  void finish(Peer& peer, MessageNumber number, const Outstanding& sent);
  static void nothing_outstanding(Peer& peer);

  template <class M>
  void complete(Context& context, Peer& peer, M& message) {
    pay(peer, message);
    message.incarnation = incarnation_;
    message.fixed_bytes = fixed_bytes_;
    if (!takes_work_) return;
    if (params_.sign) context.compute(params_.sign_cpu);
    if (params_.compresses()) compress(context, message, message.body_size());
  }
  void send_ack(Context& context, Peer& peer);
  std::size_t room(const Peer& peer) const;
  void pay(Peer& peer, Header& header);
  void pay_earlier(const Peer& peer, Header& header);
  void post(Context& context, NodeId to, MessagePtr message);
  void compress(Context& context, Header& header, std::size_t body) const;

  const Params& params_;
  Peers& peers_;
  const Store& store_;
  Backoff backoff_;
  const std::uint32_t fixed_bytes_;  // of each message
  const bool takes_work_;            // to sign or compress one
  std::uint32_t incarnation_ = 1;
  bool timer_is_set_ = false;     // in this handler
  std::uint32_t first_turn_ = 0;  // of the first of these
  Fifo<Sent> under_timers_;
  struct {  // of the message that is being handled
    NodeId peer = no_node;
    Acknowledgements acknowledgements;
  } fresh_debt_;
  std::map<NodeId, Debt> debts_;  // by peer, of earlier messages; none of nothing
  std::set<ConnectionId> dials_;  // that have no answer yet
};

// Processor time to compress or expand a body.
Duration compression_work(const Params& params, std::size_t body);

}  // namespace hearsay::gossip
