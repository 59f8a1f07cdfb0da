// Raft as a state machine without I/O (Ongaro and Ousterhout 2014; Ongaro 2014, "the thesis"). Its shape is that of
// etcd/raft: messages, clients' wishes and the time go in; what has to be sent and saved, and how far the log is
// committed, comes out. The host
//
//   1. sends what take_messages() gives, at once;
//   2. saves what unsaved() says and syncs its disk, if anything is there to be saved;
//   3. then sends what take_answers() gives, and calls persisted();
//   4. applies entries up to commit(), and serves take_reads() once it has applied their indexes.
//
// Time is the node's own clock. The core draws nothing but its election timeouts.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "protocols/common/raft/ballot.hpp"
#include "protocols/common/raft/log.hpp"
#include "protocols/common/raft/messages.hpp"
#include "protocols/common/raft/params.hpp"
#include "protocols/common/raft/progress.hpp"
#include "protocols/common/raft/snapshot.hpp"
#include "protocols/common/raft/tally.hpp"
#include "sim/core/random.hpp"
#include "sim/core/time.hpp"

namespace hearsay::raft {

enum class Role : std::uint8_t { follower, pre_candidate, candidate, leader };

// What survives a crash (Raft, figure 2: persistent state).
struct Persistent {
  Term term = 0;
  NodeId vote = no_node;  // in that term
  Index commit = 0;       // as far as it was known when something else was saved
  Log log{};              // its base is that of the snapshot
  SnapshotPtr snapshot{};
  std::uint64_t joiner = 0;  // not 0: it has joined without a disk, and has not been admitted yet
};

struct Outgoing {
  NodeId to = no_node;
  MessagePtr message;
};

class Core {
 public:
  Core(NodeId id, const Params& params, Persistent persistent, RandomStream random, Time now);

  // --- in
  void step(Time now, const AnyMessage& message);
  void tick(Time now);                    // the time has come to deadline(), or not yet
  Time deadline() const;                  // when it wants to be called; never: it waits for messages
  void persisted(Time now, Index index);  // the log is on disk up to `index`; requires no truncation since it was saved
  void unreachable(NodeId peer);          // a connection broke: what was on it may be lost
  // Of the leader: appends commands of clients. False if it does not lead, or is handing over: nothing happened.
  bool propose(Time now, std::span<const ContentPtr> contents);
  // Of the leader: a client of `from` wants to read; answered by take_reads() or a ReadReply, or never if the leader
  // loses its office.
  void read(Time now, NodeId from, std::span<const std::uint64_t> reads);
  void begin_round(Time now);  // heartbeats for the reads that wait, at once
  // Of the leader: adds `node` as a learner, or removes it. One change at a time: others are ignored, and asked again.
  // `joiner`: that of the node's request. A former node of its name that is in the group still is removed first, since
  // the new one has forgotten what that one voted and acknowledged.
  void change(Time now, NodeId node, bool leaves, std::uint64_t joiner = 0);
  void hand_over(Time now,
                 NodeId to = no_node);  // of the leader; to the follower with the longest log if none is named
  void compact(SnapshotPtr snapshot, Index keep_from);
  // All that it would need to begin again from here, whether it is on disk or not.
  Persistent record() const { return {term_, vote_, commit_, log_, snapshot_, joiner_}; }

  // --- out
  std::vector<Outgoing> take_messages() { return std::exchange(messages_, {}); }
  std::vector<Outgoing> take_answers() { return std::exchange(answers_, {}); }
  bool has_messages() const { return !messages_.empty(); }
  bool has_answers() const { return !answers_.empty(); }
  bool wants_round() const { return wants_round_; }
  struct Unsaved {
    bool state = false;     // term or vote
    bool snapshot = false;  // the log begins again behind a snapshot that a leader has sent
    Index from = 0;         // the first entry that differs from the disk's
    bool any(Index last) const { return state || snapshot || from <= last; }
  };
  const Unsaved& unsaved() const { return unsaved_; }
  bool has_unsaved() const { return unsaved_.any(log_.last()); }
  void saved() { unsaved_ = {false, false, log_.last() + 1}; }
  struct Readable {
    std::uint64_t read = 0;
    Index index = 0;
  };
  std::vector<Readable> take_reads() { return std::exchange(readable_, {}); }

  // --- what is so
  NodeId id() const { return id_; }
  Role role() const { return role_; }
  Term term() const { return term_; }
  NodeId vote() const { return vote_; }
  std::uint64_t joiner() const { return joiner_; }  // 0: it may vote
  NodeId leader() const { return leader_; }         // of this term, as far as it knows; no_node: none
  Index commit() const { return commit_; }
  const Log& log() const { return log_; }
  const SnapshotPtr& snapshot() const { return snapshot_; }
  const Configuration& configuration() const { return log_.configuration(); }
  bool handing_over() const { return successor_ != no_node; }
  // It has been told to drop entries that were committed: what Raft rests on is gone, such as a voter's disk.
  bool broken() const { return broken_; }
  // How often entries were dropped for a leader's: what was saved before may be other entries than those of now.
  std::uint64_t truncations() const { return truncations_; }

  struct Counts {
    std::uint64_t elections = 0, pre_votes = 0, terms_led = 0, deposed = 0, quorum_lost = 0, refused_appends = 0,
                  snapshots_sent = 0, hand_overs = 0;
  };
  const Counts& counts() const { return counts_; }

 private:
  // core.cpp
  void note_time(Time now);
  void follow(Term term, NodeId leader);
  bool accept_term(Term term, NodeId from, bool from_leader, bool about_pre_vote);
  void on(const Propose&);
  void on(const ReadRequest&);
  void on(const ReadReply&);
  void on(const MemberRequest&);
  void on(const Removed&) {}
  void on(const Marker&) {}
  void on(const Admitted&);
  void send(NodeId to, MessagePtr message) { messages_.push_back({to, std::move(message)}); }
  void answer(NodeId to, MessagePtr message) { answers_.push_back({to, std::move(message)}); }
  bool is_voter() const { return configuration().is_voter(id_); }

  // core_election.cpp
  void draw_election_timeout();
  bool hears_leader() const;
  void campaign(bool pre, bool transfer);
  void count_vote(NodeId from, bool granted);
  void lead();
  void tick_leader();
  void on(const VoteRequest&);
  void on(const VoteReply&);
  void on(const TimeoutNow&);

  // core_replication.cpp, of the leader
  Progress* progress_of(NodeId node);
  void update_members();
  void append(ContentPtr content);
  void send_append(Progress& peer, bool though_empty);
  void send_snapshot(Progress& peer);
  void send_heartbeats();
  void broadcast(bool though_empty);
  void advance_commit();
  // False if something holds for so few of the members, learners included, that it cannot be a majority of voters;
  // `own`: for this node. Asked at each reply, so that a large group finds out how far its majority is only when it may
  // have moved.
  bool majority_may(bool own, std::size_t members) const { return members + (own ? 1 : 0) >= configuration().quorum(); }
  void on(const AppendReply&);
  void refused(Progress& peer, const AppendReply& reply);

  // core_follower.cpp
  void hear(NodeId leader);
  void on(const Append&);
  void on(const InstallSnapshot&);
  void take_entries(const Append& append);

  // core_reads.cpp
  void serve_reads();
  void confirm(std::map<NodeId, ReadReply>& replies, NodeId from, std::uint64_t read, Index index);
  void send_replies(std::map<NodeId, ReadReply>& replies);
  std::uint64_t confirmed_round() const;
  bool lease_holds() const;

  // core_membership.cpp
  bool can_change() const;
  void remove_former(NodeId node);
  void committed_configuration();
  void promote();
  void continue_hand_over();

  NodeId id_;
  const Params& params_;
  RandomStream random_;
  Time now_;

  Term term_;
  NodeId vote_;
  Log log_;
  SnapshotPtr snapshot_;
  std::uint64_t joiner_;
  Index commit_;
  Index stable_;  // on disk up to here
  Unsaved unsaved_;

  Role role_ = Role::follower;
  NodeId leader_ = no_node;
  Time heard_;  // from a leader, or since it runs: a node that restarts may have heard from one just before
  Duration election_timeout_{};
  Time election_due_{};
  Ballot votes_;

  // Of the leader.
  std::vector<Progress> members_;  // all but itself, ascending
  Tally matches_, rounds_;         // of their Progress::match and Progress::round
  Time heartbeat_due_{};
  std::uint64_t round_ = 0;                                // of the last heartbeat
  std::deque<std::pair<std::uint64_t, Time>> round_sent_;  // of those that no majority has answered
  std::uint64_t majority_round_ = 0;                       // the last that a majority has answered,
  std::optional<Time> majority_asked_;  // and when it was sent, by a clock that has not been set since
  struct PendingRead {
    NodeId from;
    std::uint64_t read;
    Index index;
    std::uint64_t round;  // that has to be confirmed
  };
  std::deque<PendingRead> reads_;
  std::vector<std::pair<NodeId, std::uint64_t>> early_reads_;  // before an entry of its term is committed
  bool wants_round_ = false;
  NodeId successor_ = no_node;
  Time successor_until_{};
  bool successor_told_ = false;
  bool lease_given_up_ = false;               // in this term: it has asked another one to campaign in spite of it
  std::map<NodeId, std::uint64_t> admitted_;  // in this term: as which joiner
  std::vector<NodeId> leavers_;               // that wait for their removal to be committed

  std::vector<Outgoing> messages_, answers_;
  std::vector<Readable> readable_;
  // The last append that was made, to be shared by followers that need the same.
  struct Made {
    Index next = 0, last = 0, commit = 0;
    std::uint64_t round = 0;
    MessagePtr message;
  } made_;
  bool broken_ = false;
  std::uint64_t truncations_ = 0;
  Counts counts_;
};

}  // namespace hearsay::raft
