// Linearizable reads without an entry in the log (the thesis, section 6.4): the leader shows by a round of heartbeats
// that it still leads, or knows by its clock that nobody else can.
#include "protocols/common/raft/core.hpp"

namespace hearsay::raft {

void Core::read(Time now, NodeId from, std::span<const std::uint64_t> reads) {
  note_time(now);
  if (role_ != Role::leader) return;
  // Before an entry of its term is committed it does not know how far the log is (section 6.4, step 1).
  const bool knows_commit = params_.reads == Reads::leader || log_.term(commit_) == term_;
  std::map<NodeId, ReadReply> replies;
  for (const std::uint64_t read : reads) {
    if (!knows_commit) {
      early_reads_.emplace_back(from, read);
    } else if (params_.reads == Reads::leader || lease_holds()) {
      confirm(replies, from, read, commit_);
    } else {
      reads_.push_back({from, read, commit_, 0});
      wants_round_ = true;
    }
  }
  send_replies(replies);
}

void Core::begin_round(Time now) {
  note_time(now);
  if (role_ == Role::leader && wants_round_) send_heartbeats();
}

// The last round of heartbeats that a majority has answered.
std::uint64_t Core::confirmed_round() const {
  std::vector<std::uint64_t> rounds;
  for (const Progress& peer : members_)
    if (peer.voter) rounds.push_back(peer.round);
  if (is_voter()) rounds.push_back(round_);
  const std::size_t quorum = configuration().quorum();
  if (rounds.size() < quorum) return 0;
  const auto place = rounds.begin() + static_cast<std::ptrdiff_t>(quorum - 1);
  std::nth_element(rounds.begin(), place, rounds.end(), std::greater<>());
  return *place;
}

void Core::serve_reads() {
  const auto round_of = [](const Progress& peer) { return peer.round; };
  if (role_ != Role::leader ||
      !majority_may(round_ > majority_round_, rounds_.above(majority_round_, members_, round_of)))
    return;
  const std::uint64_t confirmed = confirmed_round();
  if (confirmed <= majority_round_) return;
  majority_round_ = confirmed;
  for (; !round_sent_.empty() && round_sent_.front().first <= confirmed; round_sent_.pop_front())
    majority_asked_ = round_sent_.front().second;
  std::map<NodeId, ReadReply> replies;
  for (; !reads_.empty() && reads_.front().round != 0 && reads_.front().round <= confirmed; reads_.pop_front())
    confirm(replies, reads_.front().from, reads_.front().read, reads_.front().index);
  send_replies(replies);
}

void Core::confirm(std::map<NodeId, ReadReply>& replies, NodeId from, std::uint64_t read, Index index) {
  if (from == id_) {
    readable_.push_back({read, index});
    return;
  }
  ReadReply& reply = replies[from];
  reply.reads.push_back(read);
  reply.index = std::max(reply.index, index);
}

void Core::send_replies(std::map<NodeId, ReadReply>& replies) {
  for (auto& [node, reply] : replies) send(node, made(std::move(reply)));
}

// Followers refuse others for the least election timeout after they have heard from it, by clocks that may run faster
// than this one (section 6.4.1). The lease begins when a majority was asked, not when it answered.
bool Core::lease_holds() const {
  if (params_.reads != Reads::lease || lease_given_up_ || !majority_asked_) return false;
  const Duration lease = from_seconds(seconds(params_.election_timeout_min) / (1 + params_.clock_drift_bound));
  return now_ < *majority_asked_ + lease;
}

}  // namespace hearsay::raft
