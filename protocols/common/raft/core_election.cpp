// Elections (Raft, section 5.2), with pre-vote, check-quorum and leadership transfer (the thesis, sections 9.6, 6.2 and
// 3.10).
#include "protocols/common/raft/core.hpp"

namespace hearsay::raft {

void Core::draw_election_timeout() {
  election_timeout_ = random_.between(params_.election_timeout_min, params_.election_timeout_max);
  election_due_ = now_ + election_timeout_;
}

// Within the least election timeout nobody else can have become leader by a majority that includes this node (the
// thesis, section 4.2.3).
bool Core::hears_leader() const {
  if (role_ == Role::leader) return params_.check_quorum;
  if (leader_ == no_node && !(params_.check_quorum && term_ > 0)) return false;
  return now_ - heard_ < params_.election_timeout_min;
}

void Core::campaign(bool pre, bool transfer) {
  draw_election_timeout();
  leader_ = no_node;
  votes_.clear();
  if (pre) {
    ++counts_.pre_votes;
    role_ = Role::pre_candidate;
  } else {
    ++counts_.elections;
    role_ = Role::candidate;
    ++term_;
    vote_ = id_;
    unsaved_.state = true;
  }
  const MessagePtr request =
      made(VoteRequest{id_, pre ? term_ + 1 : term_, log_.last(), log_.last_term(), pre, transfer});
  for (const NodeId voter : configuration().voters) {
    if (voter == id_) continue;
    if (pre)
      send(voter, request);
    else
      answer(voter, request);  // its own vote must not be forgotten
  }
  count_vote(id_, true);
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): it does not follow MessagePtr's counter

// A joiner does not know what it voted before it lost its disk.
void Core::on(const VoteRequest& request) {
  if (joiner_ != 0) return;
  const bool later = request.pre && request.term > term_;
  const bool free = vote_ == request.from || (vote_ == no_node && leader_ == no_node) || later;
  const bool up_to_date = request.last_term > log_.last_term() ||
                          (request.last_term == log_.last_term() && request.last_index >= log_.last());
  const bool granted = free && up_to_date;
  if (granted && !request.pre) {
    vote_ = request.from;
    unsaved_.state = true;
    election_due_ = now_ + election_timeout_;
  }
  const Term term = granted ? request.term : term_;
  const MessagePtr reply = made(VoteReply{id_, term, granted, request.pre});
  if (request.pre)
    send(request.from, reply);
  else
    answer(request.from, reply);
}

void Core::on(const VoteReply& reply) {
  if (reply.pre ? role_ != Role::pre_candidate : role_ != Role::candidate) return;
  if (reply.pre && reply.granted && reply.term != term_ + 1) return;  // of an earlier attempt
  count_vote(reply.from, reply.granted);
}

void Core::count_vote(NodeId from, bool granted) {
  votes_.cast(from, granted);
  const std::size_t quorum = configuration().quorum();
  if (!votes_.may_decide(quorum)) return;
  std::size_t won = 0, lost = 0;
  for (const auto& [voter, vote] : votes_.votes())
    if (configuration().is_voter(voter)) ++(vote ? won : lost);
  if (won >= quorum) {
    if (role_ == Role::pre_candidate)
      campaign(false, false);
    else
      lead();
  } else if (lost >= quorum) {
    follow(term_, no_node);
  }
}

void Core::lead() {
  ++counts_.terms_led;
  role_ = Role::leader;
  leader_ = id_;
  votes_.clear();
  round_ = majority_round_ = 0;
  majority_asked_.reset();
  successor_ = no_node;
  lease_given_up_ = false;
  members_.clear();
  update_members();
  append(noop());  // an entry of its own term commits those before it (Raft, section 8)
  broadcast(false);
  heartbeat_due_ = now_ + params_.heartbeat_interval;
}

void Core::tick_leader() {
  if (successor_ != no_node && now_ >= successor_until_) successor_ = no_node;
  if (now_ < heartbeat_due_) return;
  std::size_t heard = is_voter() ? 1 : 0;
  for (const Progress& peer : members_)
    if (peer.voter && now_ - peer.heard < params_.election_timeout_min) ++heard;
  if (params_.check_quorum && heard < configuration().quorum()) {
    ++counts_.quorum_lost;
    follow(term_, no_node);
    return;
  }
  heartbeat_due_ = now_ + params_.heartbeat_interval;
  send_heartbeats();
  promote();
  if (params_.preferred_leader && *params_.preferred_leader != static_cast<std::int64_t>(id_))
    hand_over(now_, static_cast<NodeId>(*params_.preferred_leader));
}

void Core::on(const TimeoutNow&) {
  if (is_voter() && joiner_ == 0 && role_ != Role::leader) campaign(false, true);
}

}  // namespace hearsay::raft
