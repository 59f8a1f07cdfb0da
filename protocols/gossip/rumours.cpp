#include "protocols/gossip/rumours.hpp"

#include "protocols/gossip/metrics.hpp"

namespace hearsay::gossip {

void Rumours::add(Context& context, Index index) {
  hot_[index];
  context.high_water(gossip::index(Metric::buffer_high_water), static_cast<double>(hot_.size()));
}

void Rumours::known(Index index, std::size_t neighbours) {
  const auto it = hot_.find(index);
  if (it != hot_.end() && ++it->second.holders >= neighbours) hot_.erase(it);
}

void Rumours::recount(Index index, std::uint32_t holders, std::size_t neighbours) {
  const auto it = hot_.find(index);
  if (it == hot_.end()) return;
  it->second.holders = holders;
  if (holders >= neighbours) hot_.erase(it);
}

std::vector<Index> Rumours::all() const {
  std::vector<Index> indexes;
  for (const auto& [index, state] : hot_) indexes.push_back(index);
  return indexes;
}

// True if interest is lost now.
bool Rumours::counted(Context& context, State& state) {
  if (params_.rumour_stop == Stop::coin) return context.random().chance(1.0 / params_.rumour_k);
  return ++state.contacts >= params_.rumour_k;
}

void Rumours::lose(Context& context, std::map<Index, State>::iterator it) {
  context.count(gossip::index(Metric::interest_lost));
  hot_.erase(it);
}

void Rumours::contacted(Context& context, Index index, bool necessary, bool by_pull) {
  if (!params_.mongers()) return;
  const auto it = hot_.find(index);
  if (it == hot_.end()) return;
  State& state = it->second;
  if (by_pull && params_.rumour_stop == Stop::counter) {
    state.pulled = true;
    state.pull_useful |= necessary && params_.rumour == Rumour::feedback;
    return;
  }
  if (necessary && params_.rumour == Rumour::feedback) {
    state.contacts = 0;
    return;
  }
  if (counted(context, state)) lose(context, it);
}

void Rumours::end_round(Context& context) {
  if (!params_.mongers() || !params_.pulls()) return;
  for (auto it = hot_.begin(); it != hot_.end();) {
    State& state = it->second;
    const auto current = it++;
    if (!state.pulled) continue;
    const bool useful = state.pull_useful;
    state.pulled = state.pull_useful = false;
    if (useful)
      state.contacts = 0;
    else if (counted(context, state))
      lose(context, current);
  }
}

}  // namespace hearsay::gossip
