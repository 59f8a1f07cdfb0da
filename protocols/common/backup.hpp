// Snapshots of a whole cluster while it runs (Chandy and Lamport 1985, "Distributed snapshots: determining global
// states of distributed systems"), and a store outside of the cluster that keeps them when all disks are lost.
//
// A node that is reached by the first marker of a snapshot records its state and sends a marker to each other node,
// before anything else. What comes from a node until its marker comes was on its way when the cut went through: it
// belongs to the snapshot, too. Channels have to keep the order, as connections do. State: what a node records of
// itself, a value.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"

namespace hearsay {

using BackupId = std::uint64_t;  // ascending: the later snapshot has the higher one

// What one node adds to a snapshot.
template <class State>
struct BackupPart {
  State state;
  std::vector<std::pair<NodeId, MessagePtr>> transit{};  // from whom, in order of arrival
};

// The store: as a bucket that all nodes can write to, which is no part of what fails. Replicas of a run share it.
template <class State>
class BackupStore {
 public:
  using Part = BackupPart<State>;

  BackupId open(std::vector<NodeId> participants) {
    open_ = {++last_, std::move(participants), {}};
    return last_;
  }
  // True if that was the last part: the snapshot takes the place of the one before. Parts of one that another has been
  // opened after are dropped.
  bool store(BackupId id, NodeId node, Part part) {
    if (id != open_.id) return false;
    open_.parts.insert_or_assign(node, std::move(part));
    if (open_.parts.size() < open_.participants.size()) return false;
    complete_ = std::move(open_);
    open_ = {};
    lost_.clear();
    restored_ = false;
    return true;
  }

  bool has_snapshot() const { return complete_.id != 0; }
  // A node has come up with an empty disk. Once all that took part in the snapshot have, it is to be restored.
  void disk_lost(NodeId node) { lost_.insert(node); }
  bool all_lost() const {
    return std::includes(lost_.begin(), lost_.end(), complete_.participants.begin(), complete_.participants.end());
  }
  // Requires has_snapshot(). Null for a node that was not there.
  const Part* part(NodeId node) const {
    const auto found = complete_.parts.find(node);
    return found == complete_.parts.end() ? nullptr : &found->second;
  }
  const std::map<NodeId, Part>& parts() const { return complete_.parts; }
  bool first_to_restore() { return !std::exchange(restored_, true); }

 private:
  struct Snapshot {
    BackupId id = 0;
    std::vector<NodeId> participants;  // ascending
    std::map<NodeId, Part> parts;
  };
  BackupId last_ = 0;
  Snapshot open_, complete_;
  std::set<NodeId> lost_;
  bool restored_ = false;
};

// One node's side: what has been recorded of the snapshot that is under way. A later one takes the place of one that
// has not come to its end, because a node of it is gone or a marker was lost with its connection.
template <class State>
class BackupRecorder {
 public:
  using Part = BackupPart<State>;

  // The cut goes through this node now. Requires that it is not known.
  void begin(BackupId id, const std::vector<NodeId>& participants, NodeId self, State state) {
    id_ = id;
    part_ = {std::move(state), {}};
    awaited_ = {participants.begin(), participants.end()};
    awaited_.erase(self);
  }
  bool knows(BackupId id) const { return id <= id_; }
  // Anything but a marker has come from `from`.
  void message(NodeId from, const Message& message) {
    if (part_ && awaited_.contains(from)) part_->transit.emplace_back(from, MessagePtr(&message));
  }
  void marker(BackupId id, NodeId from) {
    if (id == id_) awaited_.erase(from);
  }
  // What this node adds, once all markers have come; once.
  std::optional<Part> take() {
    if (!part_ || !awaited_.empty()) return std::nullopt;
    return std::exchange(part_, std::nullopt);
  }
  // Without markers: what is on its way is left out.
  void await_nothing() { awaited_.clear(); }

 private:
  BackupId id_ = 0;
  std::optional<Part> part_;
  std::set<NodeId> awaited_;  // whose marker is to come
};

}  // namespace hearsay
