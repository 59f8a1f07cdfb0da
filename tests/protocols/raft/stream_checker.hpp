// The properties of the paper's figure 3 from what can be seen from outside alone: the messages that nodes send, and
// what they apply. Nobody reports to it, so it is independent of protocols/common/raft/witness.hpp.
#pragma once

#include <map>
#include <utility>

#include "protocols/common/raft/messages.hpp"

namespace hearsay::raft {

class StreamChecker {
 public:
  struct Violations {
    std::size_t election_safety = 0, log_matching = 0, leader_completeness = 0, state_machine_safety = 0;
    std::size_t all() const { return election_safety + log_matching + leader_completeness + state_machine_safety; }
  };

  // Who sends an append leads in its term, and shows a part of its log and how far that is committed.
  void sent(NodeId from, const AnyMessage& message) {
    const auto* append = std::get_if<Append>(&message);
    if (append == nullptr) return;
    if (leaders_.emplace(append->term, from).first->second != from) ++found_.election_safety;
    auto& shown = shown_[append->term];
    Index index = append->prev_index;
    Term before = append->prev_term;
    show(append->term, shown, index, before);
    for (const Entry& entry : append->entries) {
      ++index;
      const auto made = std::pair(before, entry.content->hash);
      if (entries_.emplace(std::pair(index, entry.term), made).first->second != made) ++found_.log_matching;
      before = entry.term;
      show(append->term, shown, index, before);
    }
    for (const auto& [at, term] : shown)
      if (at <= append->commit && committed_.emplace(at, Committed{append->term, term}).first->second.term != term)
        ++found_.state_machine_safety;
  }

  void applied(Index index, const Entry& entry) {
    const auto made = std::pair(entry.term, entry.content->hash);
    if (applied_.emplace(index, made).first->second != made) ++found_.state_machine_safety;
  }

  const Violations& found() const { return found_; }

 private:
  struct Committed {
    Term by = 0;    // the leader's term
    Term term = 0;  // the entry's
  };
  void show(Term leader, std::map<Index, Term>& shown, Index index, Term term) {
    if (index == 0) return;
    shown[index] = term;
    const auto known = committed_.find(index);
    if (known != committed_.end() && known->second.by < leader && known->second.term != term)
      ++found_.leader_completeness;
  }

  std::map<Term, NodeId> leaders_;
  std::map<std::pair<Index, Term>, std::pair<Term, std::uint64_t>> entries_;  // the term before it, and its content
  std::map<Term, std::map<Index, Term>> shown_;                               // by leader: of its log
  std::map<Index, Committed> committed_;
  std::map<Index, std::pair<Term, std::uint64_t>> applied_;
  Violations found_;
};

}  // namespace hearsay::raft
