// Counts missing writes, following who replaced whom.
#include "sim/metrics/residue.hpp"

namespace hearsay {

void Residue::observe(const Event& event) {
  const auto loser = static_cast<WriteId>(event.id);
  const auto winner = static_cast<WriteId>(event.extra);
  // An id that is out of all proportion comes from garbage that was believed.
  constexpr std::size_t limit = std::size_t{1} << 28;
  if (loser == winner || loser >= limit) return;
  if (loser >= winners_.size()) winners_.resize(loser + 1, no_write);
  if (winners_[loser] != no_write) return;
  winners_[loser] = winner;
  ++replacements_;
}

Residue::Counts Residue::count(const Coverage& coverage) const {
  std::vector<NodeId> live;
  for (NodeId node = 0; node < coverage.population().capacity(); ++node) {
    if (coverage.population().live(node)) live.push_back(node);
  }
  Counts counts;
  for (WriteId write = 0; write < coverage.writes(); ++write) {
    if (!coverage.acknowledged(write)) continue;
    const std::size_t lacking = count_lacking(coverage, write, live);
    counts.missing += lacking;
    if (lacking == live.size()) ++counts.lost_writes;
  }
  const double pairs = static_cast<double>(coverage.acknowledged_writes()) * static_cast<double>(live.size());
  if (pairs > 0) counts.share = static_cast<double>(counts.missing) / pairs;
  return counts;
}

// The nodes still lacking shrink along the chain of winners. A chain that is longer than all replacements runs in a
// circle.
std::size_t Residue::count_lacking(const Coverage& coverage, WriteId write, const std::vector<NodeId>& live) const {
  if (coverage.on_all(write)) return 0;
  std::vector<NodeId> lacking = live;
  WriteId holder = write;
  for (std::size_t steps = 0; holder != no_write && steps <= replacements_; ++steps) {
    if (coverage.known(holder)) {
      if (coverage.on_all(holder)) return 0;
      std::erase_if(lacking, [&](NodeId node) { return coverage.visible(holder, node); });
      if (lacking.empty()) return 0;
    }
    holder = winner_over(holder);
    if (holder == write) break;
  }
  return lacking.size();
}

}  // namespace hearsay
