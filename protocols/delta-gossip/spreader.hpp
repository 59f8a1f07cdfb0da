// Spreads values: by rounds of push and pull, by rumours that die out, by delta groups, by eager forwarding, or as the
// full state.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "protocols/delta-gossip/contacts.hpp"
#include "protocols/delta-gossip/parts.hpp"

namespace hearsay::gossip {

class Spreader {
 public:
  explicit Spreader(Parts& parts)
      : parts_(parts),
        params_(parts.params),
        contacts_(parts),
        all_go_on_(params_.max_hops == 0 && params_.never_drops()),
        interval_(parts.params.interval) {}

  void start(Context& context);

  // A value that this node did not hold: written here (`from` is null), or received.
  void fresh(Context& context, Index index, Peer* from);
  // A value that it held was received again, and is processed again (`dedup: false`).
  void again(Index index, Peer& from, std::uint32_t hops);
  // Classic deltas: a group with anything new is passed on whole.
  bool passes_on_whole() const { return params_.delta_groups && !params_.remove_redundancy; }
  // All values of one message were told: forwards what is to go on. `received`: those held now, if it
  // passes_on_whole().
  void end_of_message(Context& context, NodeId from, const std::vector<Index>& received, bool any_fresh);

  void round(Context& context);
  void flush(Context& context);  // the timer of eager forwarding
  void send_backlogs(Context& context);

  // The node leaves: neighbours get what they may lack.
  void hand_over(Context& context);

  // Under a connection limit: a peer calls, or answers a call.
  void called(Context& context, Peer& peer, Hello::Kind kind);
  // A peer asks for hot rumours.
  void answer_request(Context& context, Peer& peer);
  // The fate of a message of ours is known.
  void settle(Context& context, Peer& peer, const Courier::Outcome& outcome);

  // Has as much to spread as it may.
  bool is_full() const { return params_.buffer_limit > 0 && parts_.rumours.size() >= params_.buffer_limit; }

 private:
  struct Delta {  // of the buffer of Enes et al.
    Index index;
    NodeId from;
  };

  bool tracks_interest() const;
  bool may_go_on(Index index) const;
  std::vector<Index> lacking(const Peer& peer, std::size_t limit) const;
  bool is_choosy(bool push) const;
  bool lacks_something(NodeId node) const;
  std::vector<NodeId> partners(Context& context, bool push);
  void send(Context& context, Peer& peer, Courier::Batch&& batch);
  bool has_many_neighbours() const;
  void count_known(Context& context, const Peer& peer);
  void contact(Context& context, Peer& peer);
  void push(Context& context, Peer& peer);
  void pull(Context& context, Peer& peer);
  void push_groups(Context& context);
  void push_full(Context& context);
  void schedule_round(Context& context);
  void forget_dropped();
  void request_flush(Context& context);
  std::vector<NodeId> eager_targets(Context& context);
  bool forward(Context& context, Peer& peer);

  Parts& parts_;
  const Params& params_;
  Contacts contacts_;
  const bool all_go_on_;  // may_go_on() of every value
  Duration interval_;     // adaptive
  bool news_this_round_ = false;
  std::vector<Delta> groups_;  // since the last round
  std::vector<Delta> news_;    // to be forwarded eagerly
  bool flush_waits_ = false;
  bool backlog_waits_ = false;
  Time next_flush_{};                                 // by pacing
  std::shared_ptr<const std::vector<Carried>> full_;  // snapshot; null: to be made again
  std::size_t full_bytes_ = 0;
};

}  // namespace hearsay::gossip
