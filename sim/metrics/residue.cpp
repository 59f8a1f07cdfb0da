// Counts missing writes, following who replaced whom.
#include "sim/metrics/residue.hpp"

#include <algorithm>
#include <utility>

namespace hearsay {

// An id that is out of all proportion comes from garbage that was believed.
constexpr std::size_t limit = std::size_t{1} << 28;

void Residue::observe(const Event& event) {
  const auto write = static_cast<WriteId>(event.id);
  switch (event.kind) {
    case EventKind::replaced: return replace(write, static_cast<WriteId>(event.extra));
    case EventKind::reapplied: undo_winners_over(write, event.node); [[fallthrough]];
    default:
      if (const auto it = undone_.find(write); it != undone_.end()) it->second.erase(event.node);
  }
}

void Residue::replace(WriteId loser, WriteId winner) {
  if (loser == winner || loser >= limit || winner >= limit) return;
  if (loser >= winners_.size()) winners_.resize(loser + 1, no_write);
  if (winners_[loser] == no_write || winners_[loser] == winner) {
    winners_[loser] = winner;
    return;
  }
  std::vector<WriteId>& others = other_winners_[loser];
  if (std::find(others.begin(), others.end(), winner) == others.end()) others.push_back(winner);
}

WriteId Residue::winner_over(WriteId write, std::size_t index) const {
  if (write >= winners_.size()) return no_write;
  if (index == 0) return winners_[write];
  const auto others = other_winners_.find(write);
  return others != other_winners_.end() && index <= others->second.size() ? others->second[index - 1] : no_write;
}

void Residue::undo_winners_over(WriteId write, NodeId node) {
  std::set<WriteId> reached{write};
  std::vector<WriteId> next{write};
  while (!next.empty()) {
    const WriteId loser = next.back();
    next.pop_back();
    for (std::size_t i = 0; winner_over(loser, i) != no_write; ++i) {
      const WriteId winner = winner_over(loser, i);
      if (!reached.insert(winner).second) continue;
      undone_[winner].insert(node);
      next.push_back(winner);
    }
  }
}

// On which live nodes a write or anything that replaces it is visible. Each write is looked at once, however long the
// chains of winners are: what it is worth is its own nodes and those of its winners. Winners may run in circles; the
// writes of a circle are a group, with one answer (Tarjan, Depth-first search and linear graph algorithms, 1972).
class Residue::Presence {
 public:
  struct Group {
    bool everywhere = false;  // one of them is wherever it ought to be
    std::vector<bool> nodes;  // by position in `live`; empty if everywhere
  };

  Presence(const Residue& residue, const Coverage& coverage, const std::vector<NodeId>& live)
      : residue_(residue), coverage_(coverage), live_(live) {}

  const Group& of(WriteId write) {
    if (mark(write).entered == 0) walk(write);
    return groups_[marks_[write].group];
  }

 private:
  struct Mark {
    std::uint32_t entered = 0;  // 1 is the first; 0: not yet
    std::uint32_t lowest = 0;   // entered, of those on the stack that it leads to
    std::uint32_t group = no_write;
  };
  struct Step {
    WriteId write;
    std::size_t winners;  // followed so far
  };

  Mark& mark(WriteId write) {
    if (write >= marks_.size()) marks_.resize(write + std::size_t{1});
    return marks_[write];
  }

  void enter(WriteId write) {
    mark(write).entered = marks_[write].lowest = ++entered_;
    stack_.push_back(write);
    path_.push_back({write, 0});
  }

  void walk(WriteId root) {
    for (enter(root); !path_.empty();) {
      const WriteId write = path_.back().write;
      const WriteId winner = residue_.winner_over(write, path_.back().winners);
      if (winner == no_write) {
        path_.pop_back();
        if (!path_.empty()) lower(path_.back().write, marks_[write].lowest);
        if (marks_[write].lowest == marks_[write].entered) close_group(write);
        continue;
      }
      ++path_.back().winners;
      if (mark(winner).entered == 0)
        enter(winner);
      else if (marks_[winner].group == no_write)
        lower(write, marks_[winner].entered);
    }
  }

  void lower(WriteId write, std::uint32_t entered) { marks_[write].lowest = std::min(marks_[write].lowest, entered); }

  // The writes of the stack from `first` on.
  void close_group(WriteId first) {
    Group group{false, std::vector<bool>(live_.size())};
    for (WriteId write = no_write; write != first;) {
      write = stack_.back();
      stack_.pop_back();
      marks_[write].group = static_cast<std::uint32_t>(groups_.size());
      add(group, write);
    }
    if (group.everywhere) group.nodes = {};
    groups_.push_back(std::move(group));
  }

  void add(Group& group, WriteId write) const {
    if (coverage_.known(write)) {
      group.everywhere = group.everywhere || coverage_.on_all(write);
      for (std::size_t i = 0; i < live_.size() && !group.everywhere; ++i)
        if (coverage_.visible(write, live_[i])) group.nodes[i] = true;
    }
    for (std::size_t w = 0; !group.everywhere && residue_.winner_over(write, w) != no_write; ++w) {
      const std::uint32_t won_by = marks_[residue_.winner_over(write, w)].group;
      if (won_by == groups_.size() || won_by == no_write) continue;  // this one
      group.everywhere = groups_[won_by].everywhere;
      for (std::size_t i = 0; i < groups_[won_by].nodes.size(); ++i)
        if (groups_[won_by].nodes[i]) group.nodes[i] = true;
    }
  }

  const Residue& residue_;
  const Coverage& coverage_;
  const std::vector<NodeId>& live_;
  std::vector<Mark> marks_;  // by write
  std::vector<Group> groups_;
  std::vector<WriteId> stack_;  // entered, of no group yet
  std::vector<Step> path_;      // from the root to where the walk is
  std::uint32_t entered_ = 0;
};

// The nodes that lack a write and everything that replaces it.
class Residue::Search {
 public:
  Search(const Residue& residue, const Coverage& coverage)
      : residue_(residue), coverage_(coverage), presence_(residue, coverage, live_) {
    for (NodeId node = 0; node < coverage.population().capacity(); ++node)
      if (coverage.population().live(node)) live_.push_back(node);
  }

  std::size_t live() const { return live_.size(); }

  // Of all live nodes, unless it is present wherever it ought to be.
  std::vector<NodeId> lacking(WriteId write) {
    const auto undone = residue_.undone_.find(write);
    if (undone != residue_.undone_.end() && !undone->second.empty()) return lacking_undone(write, undone->second);
    if (coverage_.on_all(write)) return {};
    const Presence::Group& present = presence_.of(write);
    std::vector<NodeId> lacking;
    for (std::size_t i = 0; i < live_.size() && !present.everywhere; ++i)
      if (!present.nodes[i]) lacking.push_back(live_[i]);
    return lacking;
  }

 private:
  // Of a write that counts as visible on some nodes no more, though its winners do if it is in a circle with them: the
  // chains are followed for it alone. What replaced it had its time even if that is undone.
  std::vector<NodeId> lacking_undone(WriteId write, const std::set<NodeId>& undone) const {
    std::vector<NodeId> lacking = live_;
    std::vector<WriteId> next{write};
    std::set<WriteId> reached{write};
    for (; !next.empty() && !lacking.empty();) {
      const WriteId holder = next.back();
      next.pop_back();
      if (coverage_.known(holder)) {
        if (holder != write && coverage_.on_all(holder)) return {};
        std::erase_if(lacking, [&](NodeId node) {
          return coverage_.visible(holder, node) && (holder != write || undone.count(node) == 0);
        });
      }
      for (std::size_t w = 0; residue_.winner_over(holder, w) != no_write; ++w)
        if (reached.insert(residue_.winner_over(holder, w)).second) next.push_back(residue_.winner_over(holder, w));
    }
    return lacking;
  }

  const Residue& residue_;
  const Coverage& coverage_;
  std::vector<NodeId> live_;
  Presence presence_;
};

Residue::Counts Residue::count(const Coverage& coverage) const {
  Search search(*this, coverage);
  Counts counts;
  double pairs = 0;
  bool lost_example = false;
  for (WriteId write = 0; write < coverage.writes(); ++write) {
    if (!coverage.acknowledged(write)) continue;
    pairs += coverage.expected(write);
    std::vector<NodeId> lacking = search.lacking(write);
    const bool lost = lacking.size() == search.live();
    counts.lost_writes += lost ? 1 : 0;
    std::erase_if(lacking, [&](NodeId node) { return !coverage.expected(write, node); });
    counts.missing += lacking.size();
    if (lacking.empty() || lost_example || (counts.example != no_write && !lost)) continue;
    counts.example = write;
    lost_example = lost;
  }
  if (pairs > 0) counts.share = static_cast<double>(counts.missing) / pairs;
  return counts;
}

bool Residue::lost(const Coverage& coverage, WriteId write) const {
  Search search(*this, coverage);
  return search.live() > 0 && search.lacking(write).size() == search.live();
}

std::vector<NodeId> Residue::lacking(const Coverage& coverage, WriteId write) const {
  std::vector<NodeId> lacking = Search(*this, coverage).lacking(write);
  std::erase_if(lacking, [&](NodeId node) { return !coverage.expected(write, node); });
  return lacking;
}

}  // namespace hearsay
