// The replicated log in memory: entries behind a base that a snapshot stands for.
#pragma once

#include <deque>
#include <optional>
#include <utility>

#include "protocols/common/raft/entry.hpp"

namespace hearsay::raft {

class Log {
 public:
  // Where the entries begin: everything up to `index` is gone.
  struct Base {
    Index index = 0;
    Term term = 0;
    std::uint64_t prefix = 0;
    Configuration configuration{};  // in force there
  };

  Log() = default;
  explicit Log(Base base) : configurations_{{base.index, base.configuration}}, base_(std::move(base)) {}

  const Base& base() const { return base_; }
  Index last() const { return base_.index + entries_.size(); }
  Term last_term() const { return entries_.empty() ? base_.term : entries_.back().term; }
  std::uint64_t last_prefix() const { return entries_.empty() ? base_.prefix : entries_.back().prefix; }

  // Of the entry at `index`, or of the base; nothing below it or behind the last one.
  std::optional<Term> term(Index index) const;
  std::optional<std::uint64_t> prefix(Index index) const;
  // Requires base().index < index <= last().
  const Entry& at(Index index) const { return entries_[static_cast<std::size_t>(index - base_.index - 1)]; }

  void append(Term term, ContentPtr content);
  void truncate_after(Index index);  // drops the entries behind it; requires index >= base().index
  void compact(Index index);         // moves the base up to it; no effect if it is there, or is not held

  // Entries from `from` on that take at most `bytes` together, one at least if there is one.
  Entries slice(Index from, std::uint32_t bytes) const;
  // The last index up to `index` whose entry is of no later term than `term`: where logs can agree that differ at
  // `index`, all entries of a term being skipped in one step (Raft, section 5.3). The base if there is none.
  Index find_conflict(Index index, Term term) const;

  // The newest configuration in the log, committed or not, and its index (Ongaro 2014, section 4.1: a server uses the
  // latest one in its log).
  const Configuration& configuration() const { return configurations_.back().second; }
  Index configuration_index() const { return configurations_.back().first; }
  const Configuration& configuration_at(Index index) const;  // in force there; requires index >= base().index

 private:
  std::vector<std::pair<Index, Configuration>> configurations_{{0, {}}};  // that of the base, and those behind it
  Base base_;
  std::deque<Entry> entries_;
};

}  // namespace hearsay::raft
