// Counts missing writes, following who replaced whom.
#include "sim/metrics/residue.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
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

// The nodes that lack a write and everything that replaces it. What lacks a write and all behind it is kept by write,
// so that the chain of the writes of one key is walked once; writes that replace one another in a circle share theirs
// (Tarjan 1972: strongly connected components, without recursion).
class Residue::Search {
 public:
  Search(const Residue& residue, const Coverage& coverage) : residue_(residue), coverage_(coverage) {
    for (NodeId node = 0; node < coverage.population().capacity(); ++node)
      if (coverage.population().live(node)) live_.push_back(node);
  }

  std::size_t live() const { return live_.size(); }

  // Of all live nodes, unless it is present wherever it ought to be. What replaced the write had its time even if it is
  // undone.
  std::vector<NodeId> lacking(WriteId write) {
    if (on_all(write)) return {};
    if (const auto it = residue_.undone_.find(write); it == residue_.undone_.end() || it->second.empty())
      return *behind(write);
    return in_circle(write) ? lacking_step_by_step(write) : *without(lacking_winners(write), write, true);
  }

 private:
  using Nodes = std::shared_ptr<const std::vector<NodeId>>;  // ascending; often shared along a chain

  // What is known of a write: its place in the walk, and in the end who lacks it and all behind it.
  struct Mark {
    std::uint32_t order = 0;  // of its first visit, from 1
    std::uint32_t low = 0;    // the least order that it reaches within its circle
    bool circle = false;
    Nodes lacking;  // set once its circle is complete
  };
  struct Step {
    WriteId write;
    std::vector<WriteId> winners;
    std::size_t next = 0;
  };

  bool undone(WriteId write, NodeId node) const {
    const auto it = residue_.undone_.find(write);
    return it != residue_.undone_.end() && it->second.count(node) > 0;
  }
  bool on_all(WriteId write) const {
    const auto it = residue_.undone_.find(write);
    return coverage_.on_all(write) && (it == residue_.undone_.end() || it->second.empty());
  }

  // Who lacks a write and everything that is reached from it.
  Nodes behind(WriteId write) {
    if (mark(write).lacking == nullptr) walk(write);
    return mark(write).lacking;
  }
  bool in_circle(WriteId write) {
    behind(write);
    return mark(write).circle;
  }

  Mark& mark(WriteId write) {
    if (write >= marks_.size()) marks_.resize(write + std::size_t{1});
    return marks_[write];
  }

  void enter(WriteId write) {
    Mark& entered = mark(write);
    entered.order = entered.low = ++visits_;
    open_.push_back(write);
    Step step{write, {}};
    residue_.for_each_winner_over(write, [&step](WriteId winner) { step.winners.push_back(winner); });
    steps_.push_back(std::move(step));
  }

  void walk(WriteId start) {
    enter(start);
    while (!steps_.empty()) {
      Step& step = steps_.back();
      const WriteId write = step.write;
      if (step.next < step.winners.size()) {
        const WriteId winner = step.winners[step.next++];
        if (mark(winner).order == 0)
          enter(winner);
        else if (mark(winner).lacking == nullptr)
          mark(write).low = std::min(mark(write).low, mark(winner).order);
        continue;
      }
      steps_.pop_back();
      if (mark(write).low == mark(write).order)
        complete(write);
      else
        mark(steps_.back().write).low = std::min(mark(steps_.back().write).low, mark(write).low);
    }
  }

  // `first` and what was entered after it and is open still replace one another.
  void complete(WriteId first) {
    const auto begin = std::find(open_.rbegin(), open_.rend(), first).base() - 1;
    const std::vector<WriteId> circle(begin, open_.end());
    open_.erase(begin, open_.end());
    Nodes lacking;
    for (const WriteId write : circle) lacking = common(lacking, lacking_winners(write));
    for (const WriteId write : circle) lacking = without(lacking, write, false);
    for (const WriteId write : circle) {
      mark(write).circle = circle.size() > 1;
      mark(write).lacking = lacking;
    }
  }

  // Who lacks all that replaces the write directly, as far as that is complete. Null: everybody.
  Nodes lacking_winners(WriteId write) {
    Nodes lacking;
    residue_.for_each_winner_over(write, [&](WriteId winner) { lacking = common(lacking, mark(winner).lacking); });
    return lacking;
  }

  static Nodes common(const Nodes& a, const Nodes& b) {
    if (a == nullptr || a == b) return b;
    if (b == nullptr) return a;
    auto both = std::make_shared<std::vector<NodeId>>();
    std::set_intersection(a->begin(), a->end(), b->begin(), b->end(), std::back_inserter(*both));
    return both;
  }

  // Those of `nodes` (null: all that live) that lack the write too; `minding`: it is absent where it is undone.
  Nodes without(const Nodes& nodes, WriteId write, bool minding) const {
    const std::vector<NodeId>& from = nodes == nullptr ? live_ : *nodes;
    if (!coverage_.known(write)) return nodes == nullptr ? std::make_shared<std::vector<NodeId>>(live_) : nodes;
    if (!minding && coverage_.on_all(write)) return std::make_shared<std::vector<NodeId>>();
    std::vector<NodeId> left;
    for (const NodeId node : from)
      if (!coverage_.visible(write, node) || (minding && undone(write, node))) left.push_back(node);
    if (nodes != nullptr && left.size() == nodes->size()) return nodes;
    return std::make_shared<std::vector<NodeId>>(std::move(left));
  }

  // The same for a write that is undone somewhere and replaces itself by way of others, which counts once only.
  std::vector<NodeId> lacking_step_by_step(WriteId write) const {
    std::vector<NodeId> lacking = live_;
    std::set<WriteId> reached{write};
    std::vector<WriteId> next{write};
    while (!next.empty() && !lacking.empty()) {
      const WriteId holder = next.back();
      next.pop_back();
      if (coverage_.known(holder)) {
        if (coverage_.on_all(holder) && holder != write) return {};
        std::erase_if(lacking, [&](NodeId node) {
          return coverage_.visible(holder, node) && (holder != write || !undone(write, node));
        });
      }
      residue_.for_each_winner_over(holder, [&](WriteId winner) {
        if (reached.insert(winner).second) next.push_back(winner);
      });
    }
    return lacking;
  }

  const Residue& residue_;
  const Coverage& coverage_;
  std::vector<NodeId> live_;
  std::vector<Mark> marks_;    // by write
  std::vector<WriteId> open_;  // entered, and not complete yet
  std::vector<Step> steps_;    // of the walk
  std::uint32_t visits_ = 0;
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
