// Changes of the membership, one server at a time (the thesis, chapter 4), and leadership transfer (section 3.10).
#include "protocols/common/raft/core.hpp"

namespace hearsay::raft {

// One change at a time, and none before an entry of the leader's own term is committed: else two changes of different
// leaders could have majorities without a node in common (Ongaro, raft-dev, July 2015).
bool Core::can_change() const {
  return role_ == Role::leader && !handing_over() && log_.configuration_index() <= commit_ &&
         log_.term(commit_) == term_;
}

void Core::change(Time now, NodeId node, bool leaves, std::uint64_t joiner) {
  note_time(now);
  if (role_ != Role::leader) return;
  const Configuration& current = configuration();
  if (!leaves && joiner != 0 && current.has(node)) {
    const auto admitted = admitted_.find(node);
    if (admitted == admitted_.end() || admitted->second != joiner) return remove_former(node);
    if (log_.configuration_index() <= commit_) send(node, made(Admitted{id_, term_, joiner}));
    return;
  }
  if (leaves && !current.has(node) && log_.configuration_index() <= commit_) send(node, made(Removed{}));
  if (leaves && node == id_) hand_over(now);
  if (node == id_ || leaves != current.has(node) || !can_change()) return;
  if (leaves && current.voters.size() == 1 && current.is_voter(node)) return;
  if (leaves) leavers_.push_back(node);
  if (!leaves) admitted_[node] = joiner;
  append(content_of(leaves ? current.without(node) : current.with_learner(node)));
  broadcast(false);
}

void Core::remove_former(NodeId node) {
  if (!can_change() || configuration().voters == NodeRanges{node}) return;
  append(content_of(configuration().without(node)));
  broadcast(false);
}

// It has not voted in this term, nor will it for anybody else: its leader is known.
void Core::on(const Admitted& admitted) {
  if (admitted.joiner != joiner_) return;
  joiner_ = 0;
  if (vote_ == no_node) vote_ = admitted.from;
  unsaved_.state = true;
  draw_election_timeout();
}

// A learner that has caught up takes the place of a voter (section 4.2.1).
void Core::promote() {
  const Configuration& current = configuration();
  if (!can_change() || (params_.voters != 0 && current.voters.size() >= params_.voters)) return;
  for (const NodeId learner : current.learners) {
    const Progress* peer = progress_of(learner);
    if (peer == nullptr || peer->mode != Progress::Mode::replicate || peer->match < commit_) continue;
    if (now_ - peer->heard >= params_.election_timeout_min) continue;
    append(content_of(current.with_voter(learner)));
    broadcast(false);
    return;
  }
}

void Core::committed_configuration() {
  if (log_.configuration_index() > commit_) return;
  if (!leavers_.empty()) {
    for (const NodeId leaver : leavers_)
      if (!configuration().has(leaver)) send(leaver, made(Removed{}));
    leavers_.clear();
    update_members();
  }
  if (!is_voter()) follow(term_, no_node);
}

void Core::hand_over(Time now, NodeId to) {
  note_time(now);
  if (role_ != Role::leader || handing_over()) return;
  const Progress* chosen = nullptr;
  for (const Progress& peer : members_) {
    if (!configuration().is_voter(peer.node) || (to != no_node && peer.node != to)) continue;
    if (peer.mode != Progress::Mode::replicate || now_ - peer.heard >= params_.election_timeout_min) continue;
    if (chosen == nullptr || peer.match > chosen->match) chosen = &peer;
  }
  if (chosen == nullptr) return;
  ++counts_.hand_overs;
  successor_ = chosen->node;
  successor_until_ = now_ + params_.election_timeout_min;
  successor_told_ = false;
  continue_hand_over();
}

void Core::continue_hand_over() {
  if (role_ != Role::leader || successor_ == no_node || successor_told_) return;
  const Progress* peer = progress_of(successor_);
  if (peer == nullptr || peer->match < log_.last()) return;
  successor_told_ = lease_given_up_ = true;
  send(successor_, made(TimeoutNow{id_, term_}));
}

}  // namespace hearsay::raft
