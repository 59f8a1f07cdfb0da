// What a follower does with what its leader sends (Raft, figure 2: AppendEntries; figure 13: InstallSnapshot).
#include "protocols/common/raft/core.hpp"

namespace hearsay::raft {

// Its own name on a message is that of a clone (fault `clone`), which nothing can be sent to by name.
void Core::hear(NodeId leader) {
  if (leader == id_) leader = no_node;
  if (role_ != Role::follower) follow(term_, leader);
  leader_ = leader;
  heard_ = now_;
  election_due_ = now_ + election_timeout_;
}

void Core::on(const Append& append) {
  hear(append.from);
  AppendReply reply{.from = id_, .term = term_, .ok = true, .round = append.round};
  if (append.prev_index > log_.base().index && log_.term(append.prev_index) != append.prev_term) {
    reply.ok = false;
    reply.index = append.prev_index;
    reply.hint_index = log_.find_conflict(append.prev_index, append.prev_term);
    reply.hint_term = log_.term(reply.hint_index).value_or(0);
    answer(append.from, made(reply));
    return;
  }
  take_entries(append);
  reply.index = append.prev_index + append.entries.size();
  commit_ = std::max(commit_, std::min(append.commit, std::min(reply.index, log_.last())));
  if (!append.entries.empty() || append.round > 0) answer(append.from, made(reply));
}

// Entries that are held already stay: the message may be an old one (Raft, figure 2, step 3).
void Core::take_entries(const Append& append) {
  Index index = append.prev_index;
  for (const Entry& entry : append.entries) {
    ++index;
    if (index <= log_.base().index) continue;
    const std::optional<Term> held = log_.term(index);
    if (held == entry.term) continue;
    if (held) {
      if (index <= commit_) {
        broken_ = true;
        return;
      }
      log_.truncate_after(index - 1);
      stable_ = std::min(stable_, index - 1);
      unsaved_.from = std::min(unsaved_.from, index);
      ++truncations_;
    }
    log_.append(entry.term, entry.content);
  }
}

void Core::on(const InstallSnapshot& install) {
  hear(install.from);
  const Snapshot& snapshot = *install.snapshot;
  if (snapshot.index > commit_) {
    commit_ = snapshot.index;
    if (log_.term(snapshot.index) != snapshot.term) {
      log_ = Log(snapshot.base());
      snapshot_ = install.snapshot;
      stable_ = snapshot.index;
      unsaved_ = {unsaved_.state, true, snapshot.index + 1};
      ++truncations_;
    }
  }
  answer(install.from, made(AppendReply{.from = id_, .term = term_, .ok = true, .index = commit_}));
}

}  // namespace hearsay::raft
