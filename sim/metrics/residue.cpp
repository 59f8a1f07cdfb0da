// Counts missing writes, following who replaced whom.
#include "sim/metrics/residue.hpp"

#include <algorithm>
#include <utility>

namespace hearsay {

void Residue::observe(const Event& event) {
  const auto loser = static_cast<WriteId>(event.id);
  const auto winner = static_cast<WriteId>(event.extra);
  // An id that is out of all proportion comes from garbage that was believed.
  constexpr std::size_t limit = std::size_t{1} << 28;
  if (loser == winner || loser >= limit || winner >= limit) return;
  if (loser >= winners_.size()) winners_.resize(loser + 1, no_write);
  if (winners_[loser] == no_write || winners_[loser] == winner) {
    winners_[loser] = winner;
    return;
  }
  std::vector<WriteId>& others = other_winners_[loser];
  if (std::find(others.begin(), others.end(), winner) == others.end()) others.push_back(winner);
}

// The nodes that lack a write and everything that replaces it.
class Residue::Search {
 public:
  Search(const Residue& residue, const Coverage& coverage) : residue_(residue), coverage_(coverage) {
    for (NodeId node = 0; node < coverage.population().capacity(); ++node)
      if (coverage.population().live(node)) live_.push_back(node);
  }

  std::size_t live() const { return live_.size(); }

  // They grow fewer along the chains of winners, which may run in circles.
  std::vector<NodeId> lacking(WriteId write) {
    if (coverage_.on_all(write)) return {};
    std::vector<NodeId> lacking = live_;
    ++search_;
    reached_ = {write};
    mark(write);
    for (std::size_t next = 0; next < reached_.size() && !lacking.empty(); ++next) {
      const WriteId holder = reached_[next];
      if (coverage_.known(holder)) {
        if (coverage_.on_all(holder)) return {};
        std::erase_if(lacking, [&](NodeId node) { return coverage_.visible(holder, node); });
      }
      reach_winners_over(holder);
    }
    return lacking;
  }

 private:
  bool mark(WriteId write) {
    if (write >= marks_.size()) marks_.resize(write + std::size_t{1}, 0);
    return std::exchange(marks_[write], search_) != search_;
  }

  void reach_winners_over(WriteId write) {
    const auto reach = [this](WriteId winner) {
      if (mark(winner)) reached_.push_back(winner);
    };
    if (write >= residue_.winners_.size() || residue_.winners_[write] == no_write) return;
    reach(residue_.winners_[write]);
    const auto others = residue_.other_winners_.find(write);
    if (others != residue_.other_winners_.end()) std::for_each(others->second.begin(), others->second.end(), reach);
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
  for (WriteId write = 0; write < coverage.writes(); ++write) {
    if (!coverage.acknowledged(write)) continue;
    const std::size_t lacking = search.lacking(write).size();
    counts.missing += lacking;
    if (lacking == search.live()) ++counts.lost_writes;
  }
  const double pairs = static_cast<double>(coverage.acknowledged_writes()) * static_cast<double>(search.live());
  if (pairs > 0) counts.share = static_cast<double>(counts.missing) / pairs;
  return counts;
}

std::vector<NodeId> Residue::lacking(const Coverage& coverage, WriteId write) const {
  return Search(*this, coverage).lacking(write);
}

}  // namespace hearsay
