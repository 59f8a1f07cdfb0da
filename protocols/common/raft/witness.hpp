// Checks the properties that Raft guarantees at all times (Ongaro and Ousterhout 2014, figure 3). It sees all replicas
// of a run, as nobody inside it can; they report to it and never learn from it.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "protocols/common/raft/log.hpp"

namespace hearsay::raft {

class Witness {
 public:
  // Election safety: at most one leader in a term. Each call returns whether its property holds.
  bool elected(Term term, NodeId node) { return leaders_.emplace(term, node).first->second == node; }

  // Leader completeness: what was committed in an earlier term is in its log.
  bool complete(Term term, const Log& log) const {
    Committed last;
    for (const auto& [in_term, committed] : committed_)
      if (in_term < term && committed.index > last.index) last = committed;
    return last.index <= log.base().index || log.prefix(last.index) == last.prefix;
  }

  // Log matching: two logs with an entry of one index and term are equal up to it. `prefix`: the hash of all of that.
  bool appended(Index index, Term term, std::uint64_t prefix) {
    if (index >= entries_.size()) entries_.resize(index + index / 2 + 16);
    First& first = entries_[index];
    if (first.term == 0) first = {term, prefix};
    if (first.term == term) return first.prefix == prefix;
    return others_.emplace(std::pair(index, term), prefix).first->second == prefix;
  }

  // A leader of `term` has committed the log up to `index`, whose hash is `prefix`.
  void committed(Term term, Index index, std::uint64_t prefix) {
    Committed& reached = committed_[term];
    if (index > reached.index) reached = {index, prefix};
  }

  // State machine safety: nobody applies another entry at an index; here even: behind another log.
  bool applied(Index index, std::uint64_t prefix) {
    if (index >= applied_.size()) applied_.resize(index + index / 2 + 16, 0);
    if (applied_[index] == 0) applied_[index] = prefix;
    return applied_[index] == prefix;
  }

  // Another cluster begins, from a snapshot of the one that was seen: what it does once more is no violation.
  void begin_again() { *this = Witness(); }

 private:
  struct Committed {
    Index index = 0;
    std::uint64_t prefix = 0;
  };
  struct First {
    Term term = 0;
    std::uint64_t prefix = 0;
  };
  std::map<Term, NodeId> leaders_;
  std::vector<First> entries_;                              // by index: the first that anybody appended there,
  std::map<std::pair<Index, Term>, std::uint64_t> others_;  // and those of other terms
  std::map<Term, Committed> committed_;                     // how far, by the leader's term
  std::vector<std::uint64_t> applied_;                      // by index; 0: nobody
};

}  // namespace hearsay::raft
