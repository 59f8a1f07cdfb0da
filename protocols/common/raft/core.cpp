#include "protocols/common/raft/core.hpp"

namespace hearsay::raft {

Core::Core(NodeId id, const Params& params, Persistent persistent, RandomStream random, Time now)
    : id_(id),
      params_(params),
      random_(std::move(random)),
      now_(now),
      term_(persistent.term),
      vote_(persistent.vote),
      log_(std::move(persistent.log)),
      snapshot_(std::move(persistent.snapshot)),
      commit_(std::clamp(persistent.commit, log_.base().index, log_.last())),
      stable_(log_.last()),
      unsaved_{false, false, log_.last() + 1},
      heard_(now) {
  draw_election_timeout();
}

// A clock that goes backwards shows that it was set: no time has passed by it, and a lease cannot rest on it.
void Core::note_time(Time now) {
  if (now < now_) {
    const Duration back = now_ - now;
    heard_ -= back;
    election_due_ -= back;
    heartbeat_due_ -= back;
    successor_until_ -= back;
    for (Progress& peer : members_) peer.heard -= back;
    round_sent_.clear();
    majority_asked_.reset();
  }
  now_ = now;
}

Time Core::deadline() const {
  if (role_ == Role::leader) return heartbeat_due_;
  return is_voter() ? election_due_ : never;
}

void Core::tick(Time now) {
  note_time(now);
  if (role_ == Role::leader)
    tick_leader();
  else if (is_voter() && now_ >= election_due_)
    campaign(params_.pre_vote, false);
}

void Core::step(Time now, const AnyMessage& message) {
  note_time(now);
  std::visit(
      [this](const auto& m) {
        if constexpr (requires { m.term; }) {
          using M = std::decay_t<decltype(m)>;
          constexpr bool from_leader = std::is_same_v<M, Append> || std::is_same_v<M, InstallSnapshot>;
          bool about_pre_vote = false;
          if constexpr (requires { m.pre; }) about_pre_vote = m.pre;
          if constexpr (requires { m.granted; }) about_pre_vote = m.pre && m.granted;
          if constexpr (std::is_same_v<M, VoteRequest>)
            if (m.term > term_ && !m.transfer && (m.pre || params_.check_quorum) && hears_leader()) return;
          if (!accept_term(m.term, m.from, from_leader, about_pre_vote)) return;
        }
        on(m);
      },
      message);
}

// Whether a message of this term is to be handled. A later term than one's own makes a follower of anybody; whoever is
// behind is told.
bool Core::accept_term(Term term, NodeId from, bool from_leader, bool about_pre_vote) {
  if (term > term_ && !about_pre_vote) follow(term, from_leader && from != id_ ? from : no_node);
  if (term >= term_) return true;
  if (from_leader) answer(from, made(AppendReply{.from = id_, .term = term_, .ok = false}));
  return false;
}

void Core::follow(Term term, NodeId leader) {
  if (role_ == Role::leader) {
    ++counts_.deposed;
    reads_.clear();
    early_reads_.clear();
    members_.clear();
    round_sent_.clear();
    leavers_.clear();
    wants_round_ = false;
    successor_ = no_node;
  }
  const bool resets = params_.term_resets_timeout && (term > term_ || role_ != Role::follower);
  if (resets || role_ == Role::leader) draw_election_timeout();
  if (term > term_) {
    term_ = term;
    vote_ = no_node;
    unsaved_.state = true;
  }
  role_ = Role::follower;
  leader_ = leader;
  votes_.clear();
}

void Core::persisted(Time now, Index index) {
  note_time(now);
  stable_ = std::max(stable_, index);
  if (role_ == Role::leader) advance_commit();
}

void Core::unreachable(NodeId peer) {
  if (Progress* progress = role_ == Role::leader ? progress_of(peer) : nullptr)
    if (progress->mode != Progress::Mode::probe) progress->probe(progress->match + 1);
}

// --- of clients

bool Core::propose(Time now, std::span<const ContentPtr> contents) {
  note_time(now);
  if (role_ != Role::leader || handing_over()) return false;
  for (const ContentPtr& content : contents) append(content);
  broadcast(false);
  return true;
}

void Core::on(const Propose& proposed) { propose(now_, proposed.contents); }

void Core::on(const ReadRequest& request) { read(now_, request.from, request.reads); }

void Core::on(const ReadReply& reply) {
  for (const std::uint64_t read : reply.reads) readable_.push_back({read, reply.index});
}

void Core::on(const MemberRequest& request) {
  if (role_ == Role::leader)
    change(now_, request.from, request.leaves);
  else if (leader_ != no_node && !request.forwarded)
    send(leader_, made(MemberRequest{request.from, request.leaves, true}));
}

// The log up to the snapshot is no longer needed, except what slow followers may ask for.
void Core::compact(SnapshotPtr snapshot, Index keep_from) {
  snapshot_ = std::move(snapshot);
  log_.compact(std::min(keep_from, snapshot_->index));
}

}  // namespace hearsay::raft
