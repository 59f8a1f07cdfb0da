// The messages of Raft (Ongaro and Ousterhout 2014, figures 2 and 13; Ongaro 2014 for the rest). All travel on
// connections. `from` is the sender's name, which a cloned machine shares with its original; it is there where the
// receiver asks for it.
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <variant>
#include <vector>

#include "protocols/common/raft/entry.hpp"
#include "sim/core/message.hpp"

namespace hearsay::raft {

inline constexpr std::uint32_t header_size = 24;  // kind, length, sender, term
inline constexpr std::uint32_t number_size = 8;

struct Snapshot;
using SnapshotPtr = std::shared_ptr<const Snapshot>;

struct VoteRequest {
  NodeId from = no_node;
  Term term = 0;  // of a pre-vote: the one that the sender would begin
  Index last_index = 0;
  Term last_term = 0;
  bool pre = false;
  bool transfer = false;  // the leader has asked for this election: nobody refuses for having heard from it

  std::uint32_t wire_size() const { return header_size + 2 * number_size + 1; }
  void describe(std::ostream& out) const;
};

struct VoteReply {
  NodeId from = no_node;
  Term term = 0;
  bool granted = false;
  bool pre = false;

  std::uint32_t wire_size() const { return header_size + 1; }
  void describe(std::ostream& out) const;
};

struct Append {
  NodeId from = no_node;
  Term term = 0;
  Index prev_index = 0;
  Term prev_term = 0;
  Entries entries;
  Index commit = 0;
  std::uint64_t round = 0;  // of a heartbeat: its number, which the answer repeats; 0: none

  std::uint32_t wire_size() const;
  void describe(std::ostream& out) const;
};

struct AppendReply {
  NodeId from = no_node;
  Term term = 0;
  bool ok = false;
  Index index = 0;          // ok: the log equals the leader's up to it; else: the prev_index that was refused
  Index hint_index = 0;     // not ok: where the logs can agree at most,
  Term hint_term = 0;       // and the term of the entry there
  std::uint64_t round = 0;  // of the heartbeat that it answers

  std::uint32_t wire_size() const { return header_size + 4 * number_size + 1; }
  void describe(std::ostream& out) const;
};

struct InstallSnapshot {
  NodeId from = no_node;
  Term term = 0;
  SnapshotPtr snapshot;

  std::uint32_t wire_size() const;
  void describe(std::ostream& out) const;
};

struct TimeoutNow {
  NodeId from = no_node;
  Term term = 0;

  std::uint32_t wire_size() const { return header_size; }
  void describe(std::ostream& out) const { out << "term " << term; }
};

// --- between a node with clients and the leader

struct Propose {
  std::vector<ContentPtr> contents;

  std::uint32_t wire_size() const;
  void describe(std::ostream& out) const;
};

struct ReadRequest {
  NodeId from = no_node;
  std::vector<std::uint64_t> reads;  // numbers of the sender's own

  std::uint32_t wire_size() const { return header_size + number_size * static_cast<std::uint32_t>(reads.size()); }
  void describe(std::ostream& out) const;
};

struct ReadReply {
  std::vector<std::uint64_t> reads;
  Index index = 0;  // a state that has applied it is recent enough

  std::uint32_t wire_size() const { return header_size + number_size * static_cast<std::uint32_t>(reads.size() + 1); }
  void describe(std::ostream& out) const;
};

struct MemberRequest {
  NodeId from = no_node;  // who wants to be in, or out
  bool leaves = false;
  bool forwarded = false;  // by a follower to its leader
  std::uint64_t joiner =
      0;  // of one that has joined without a disk: by which it differs from a former node of its name

  std::uint32_t wire_size() const { return header_size + 1 + (joiner != 0 ? number_size : 0); }
  void describe(std::ostream& out) const { out << (leaves ? "remove " : "add ") << from; }
};

struct Removed {
  std::uint32_t wire_size() const { return header_size; }
  void describe(std::ostream&) const {}
};

// A snapshot of the whole cluster goes through the sender (protocols/common/backup.hpp).
struct Marker {
  NodeId from = no_node;
  std::uint64_t snapshot = 0;
  std::vector<NodeId> participants;
  bool alone = false;  // without markers: nobody else is told

  std::uint32_t wire_size() const {
    return header_size + number_size * static_cast<std::uint32_t>(1 + participants.size());
  }
  void describe(std::ostream& out) const { out << "snapshot " << snapshot; }
};

// To a joiner: whoever had its name before is out of the group, and it is in.
struct Admitted {
  NodeId from = no_node;
  Term term = 0;
  std::uint64_t joiner = 0;

  std::uint32_t wire_size() const { return header_size + number_size; }
  void describe(std::ostream& out) const { out << "term " << term; }
};

using AnyMessage = std::variant<VoteRequest, VoteReply, Append, AppendReply, InstallSnapshot, TimeoutNow, Propose,
                                ReadRequest, ReadReply, MemberRequest, Removed, Marker, Admitted>;
std::vector<MessageKind> message_kinds();  // in the order of AnyMessage

template <class Alternative>
MessagePtr made(Alternative alternative) {
  return make_message<AnyMessage>(std::move(alternative));
}

}  // namespace hearsay::raft
