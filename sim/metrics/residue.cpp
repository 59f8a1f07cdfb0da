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

template <class Visit>
void Residue::for_each_winner_over(WriteId write, Visit visit) const {
  if (write >= winners_.size() || winners_[write] == no_write) return;
  visit(winners_[write]);
  const auto others = other_winners_.find(write);
  if (others != other_winners_.end()) std::for_each(others->second.begin(), others->second.end(), visit);
}

void Residue::undo_winners_over(WriteId write, NodeId node) {
  std::set<WriteId> reached{write};
  std::vector<WriteId> next{write};
  while (!next.empty()) {
    const WriteId loser = next.back();
    next.pop_back();
    for_each_winner_over(loser, [&](WriteId winner) {
      if (!reached.insert(winner).second) return;
      undone_[winner].insert(node);
      next.push_back(winner);
    });
  }
}

// The nodes that lack a write and everything that replaces it.
class Residue::Search {
 public:
  Search(const Residue& residue, const Coverage& coverage) : residue_(residue), coverage_(coverage) {
    for (NodeId node = 0; node < coverage.population().capacity(); ++node)
      if (coverage.population().live(node)) live_.push_back(node);
  }

  std::size_t live() const { return live_.size(); }

  // Of all live nodes, unless it is present wherever it ought to be. They grow fewer along the chains of winners, which
  // may run in circles. What replaced the write had its time even if it is undone.
  std::vector<NodeId> lacking(WriteId write) {
    if (on_all(write)) return {};
    std::vector<NodeId> lacking = live_;
    ++search_;
    reached_ = {write};
    mark(write);
    for (std::size_t next = 0; next < reached_.size() && !lacking.empty(); ++next) {
      const WriteId holder = reached_[next];
      if (coverage_.known(holder)) {
        if (coverage_.on_all(holder) && holder != write) return {};
        std::erase_if(lacking, [&](NodeId node) {
          return coverage_.visible(holder, node) && (holder != write || !undone(write, node));
        });
      }
      residue_.for_each_winner_over(holder, [this](WriteId winner) {
        if (mark(winner)) reached_.push_back(winner);
      });
    }
    return lacking;
  }

 private:
  bool undone(WriteId write, NodeId node) const {
    const auto it = residue_.undone_.find(write);
    return it != residue_.undone_.end() && it->second.count(node) > 0;
  }
  bool on_all(WriteId write) const {
    const auto it = residue_.undone_.find(write);
    return coverage_.on_all(write) && (it == residue_.undone_.end() || it->second.empty());
  }
  bool mark(WriteId write) {
    if (write >= marks_.size()) marks_.resize(write + std::size_t{1}, 0);
    return std::exchange(marks_[write], search_) != search_;
  }

  const Residue& residue_;
  const Coverage& coverage_;
  std::vector<NodeId> live_;
  std::vector<WriteId> reached_;
  std::vector<std::uint32_t> marks_;  // by write: the last search that reached it
  std::uint32_t search_ = 0;
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
