// Log replication by the leader (Raft, section 5.3): pipelined, with fast back-up and snapshots.
#include "protocols/common/raft/core.hpp"

namespace hearsay::raft {

// Looks first where it stands if the members are all nodes from the first one on, except this one.
Progress* Core::progress_of(NodeId node) {
  if (members_.empty()) return nullptr;
  const std::size_t guess = node - members_.front().node - (node > id_ && id_ > members_.front().node ? 1 : 0);
  if (guess < members_.size() && members_[guess].node == node) return &members_[guess];
  const auto found = std::lower_bound(members_.begin(), members_.end(), node,
                                      [](const Progress& peer, NodeId id) { return peer.node < id; });
  return found == members_.end() || found->node != node ? nullptr : &*found;
}

// After a change of the configuration. One that leaves gets the log until its removal is committed.
void Core::update_members() {
  std::vector<Progress> members;
  std::vector<NodeId> nodes = configuration().members();
  if (log_.configuration_index() > commit_)
    for (const NodeId leaver : leavers_)
      if (!configuration().has(leaver)) nodes.insert(std::lower_bound(nodes.begin(), nodes.end(), leaver), leaver);
  for (const NodeId node : nodes) {
    if (node == id_) continue;
    if (Progress* known = progress_of(node)) {
      members.push_back(std::move(*known));
    } else {
      Progress& fresh = members.emplace_back();
      fresh.node = node;
      fresh.heard = now_;
      fresh.probe(log_.last() + 1);
    }
    members.back().voter = configuration().is_voter(node);
  }
  members_ = std::move(members);
  matches_.forget();
  rounds_.forget();
}

void Core::append(ContentPtr content) {
  const bool changes = content->kind == Content::Kind::configuration;
  log_.append(term_, std::move(content));
  if (changes) update_members();
}

void Core::broadcast(bool though_empty) {
  for (Progress& peer : members_) send_append(peer, though_empty);
}

// What the peer has not been sent yet, as far as its window goes; an empty message carries the commit index.
void Core::send_append(Progress& peer, bool though_empty) {
  const bool probes = peer.mode == Progress::Mode::probe;
  if (peer.mode == Progress::Mode::snapshot || (probes && peer.waits)) return;
  if (peer.window.size() >= params_.max_inflight) return;
  if (now_ - peer.heard >= params_.election_timeout_min) return;  // heartbeats show when it is back
  while (true) {
    const Index prev = peer.next - 1;
    if (!log_.term(prev)) return send_snapshot(peer);
    if (peer.next > log_.last() && !though_empty) return;
    if (made_.next != peer.next || made_.commit != commit_ || made_.round != 0 || made_.last != log_.last() ||
        !made_.message) {
      Entries entries = log_.slice(peer.next, params_.max_append_size);
      made_ = {peer.next, log_.last(), commit_, 0, {}};
      made_.message = made(Append{id_, term_, prev, *log_.term(prev), std::move(entries), commit_, 0});
    }
    const auto& sent = std::get<Append>(payload<AnyMessage>(*made_.message));
    send(peer.node, made_.message);
    if (probes) {
      peer.waits = true;
      return;
    }
    if (sent.entries.empty()) return;
    peer.next += sent.entries.size();
    peer.window.push_back(peer.next - 1);
    though_empty = false;
    if (peer.window.size() >= params_.max_inflight) return;
  }
}

void Core::send_snapshot(Progress& peer) {
  if (snapshot_ == nullptr) return;
  ++counts_.snapshots_sent;
  peer.mode = Progress::Mode::snapshot;
  peer.snapshot = snapshot_->index;
  peer.sent_in = round_;
  peer.window.clear();
  send(peer.node, made(InstallSnapshot{id_, term_, snapshot_}));
}

// Empty appends with a number. Their answers show that the leader still leads, and where a log lacks something.
void Core::send_heartbeats() {
  ++round_;
  wants_round_ = false;
  for (PendingRead& read : reads_)
    if (read.round == 0) read.round = round_;
  if (params_.reads == Reads::lease) round_sent_.emplace_back(round_, now_);
  MessagePtr shared;
  Index shared_prev = 0;
  for (Progress& peer : members_) {
    // The answer to a heartbeat behind a snapshot shows whether it was taken; the snapshot's own answer may be lost.
    Index prev = peer.mode == Progress::Mode::snapshot ? std::max(peer.snapshot, log_.base().index) : peer.next - 1;
    if (!log_.term(prev)) prev = 0;
    const Index commit = prev == 0 ? 0 : commit_;
    if (!shared || shared_prev != prev)
      shared = made(Append{id_, term_, prev, prev == 0 ? 0 : *log_.term(prev), {}, commit, round_});
    shared_prev = prev;
    send(peer.node, shared);
    if (peer.mode == Progress::Mode::probe) peer.waits = false;
  }
  serve_reads();  // if it is a majority alone
}

void Core::on(const AppendReply& reply) {
  Progress* peer = role_ == Role::leader ? progress_of(reply.from) : nullptr;
  if (peer == nullptr) return;
  peer->heard = now_;
  rounds_.moved(peer->round, std::max(peer->round, reply.round));
  peer->round = std::max(peer->round, reply.round);
  if (!reply.ok) {
    refused(*peer, reply);
  } else {
    const bool news = reply.index > peer->match;
    if (news) matches_.moved(peer->match, reply.index);
    peer->acknowledge(reply.index);
    const bool arrived = peer->mode == Progress::Mode::probe
                             ? reply.index + 1 >= peer->next || news
                             : peer->mode == Progress::Mode::snapshot && peer->match >= peer->snapshot;
    if (arrived) {
      peer->mode = Progress::Mode::replicate;
      peer->next = peer->match + 1;
      peer->waits = false;
    }
    if (news) advance_commit();
    // It may have lost its office by that.
    if (role_ == Role::leader && (peer = progress_of(reply.from)) != nullptr) send_append(*peer, false);
    continue_hand_over();
  }
  if (reply.round > 0) serve_reads();
}

void Core::refused(Progress& peer, const AppendReply& reply) {
  ++counts_.refused_appends;
  // Only a heartbeat behind the snapshot shows that it is missing: a process that was not ready yet has dropped it.
  if (peer.mode == Progress::Mode::snapshot && reply.round <= peer.sent_in) return;
  if (peer.mode == Progress::Mode::probe && reply.index + 1 != peer.next) return;  // of an earlier probe
  if (reply.index <= peer.match) {
    if (reply.hint_index >= peer.match) return;  // of an earlier probe
    matches_.moved(peer.match, 0);
    peer.match = 0;  // it has lost what it had acknowledged
  }
  const Index agreed = log_.find_conflict(reply.hint_index, reply.hint_term);
  const Index found = log_.term(agreed).has_value() && agreed <= reply.hint_index ? agreed : reply.hint_index;
  peer.probe(std::max(peer.match, std::min(found, reply.index > 0 ? reply.index - 1 : 0)) + 1);
  send_append(peer, true);
}

// Raft, section 5.4.2: only entries of its own term are committed by counting.
void Core::advance_commit() {
  const auto match_of = [](const Progress& peer) { return peer.match; };
  if (!majority_may(stable_ > commit_, matches_.above(commit_, members_, match_of))) return;
  std::vector<Index> matches;
  for (const NodeId voter : configuration().voters) {
    const Progress* peer = voter == id_ ? nullptr : progress_of(voter);
    matches.push_back(voter == id_ ? stable_ : peer == nullptr ? 0 : peer->match);
  }
  if (matches.empty()) return;
  const auto place = matches.begin() + static_cast<std::ptrdiff_t>(configuration().quorum() - 1);
  std::nth_element(matches.begin(), place, matches.end(), std::greater<>());
  const Index reached = *place;
  if (reached <= commit_ || log_.term(reached) != term_) return;
  commit_ = reached;
  for (Progress& peer : members_)
    if (peer.mode == Progress::Mode::replicate) send_append(peer, true);
  for (const auto& [from, read_number] : std::exchange(early_reads_, {})) read(now_, from, {&read_number, 1});
  committed_configuration();
}

}  // namespace hearsay::raft
