#include "protocols/delta-gossip/rumours.hpp"

#include <algorithm>

#include "protocols/delta-gossip/metrics.hpp"

namespace hearsay::gossip {

void Rumours::add(Context& context, Index index) {
  list_.push_back({.index = index});
  ++hot_;
  context.high_water(hearsay::index(Metric::buffer_high_water), static_cast<double>(hot_));
}

std::size_t Rumours::place(Index index) const {
  const auto first = list_.begin() + static_cast<std::ptrdiff_t>(head_);
  const auto it = std::ranges::lower_bound(first, list_.end(), index, {}, &State::index);
  return it != list_.end() && it->index == index && it->hot ? static_cast<std::size_t>(it - list_.begin())
                                                            : list_.size();
}

void Rumours::known(Index index, std::size_t neighbours) {
  const std::size_t at = place(index);
  if (at == list_.size() || ++list_[at].holders < neighbours) return;
  cool(list_[at]);
  tidy();
}

void Rumours::change_holders(Index index, int by) {
  if (const std::size_t at = place(index); at < list_.size()) list_[at].holders += static_cast<std::uint32_t>(by);
}

void Rumours::settle(std::size_t neighbours) {
  for (State& rumour : list_)
    if (rumour.hot && rumour.holders >= neighbours) cool(rumour);
  tidy();
}

std::vector<Index> Rumours::all() const {
  std::vector<Index> indexes;
  indexes.reserve(hot_);
  each([&indexes](Index index) {
    indexes.push_back(index);
    return true;
  });
  return indexes;
}

// True if interest is lost now.
bool Rumours::counted(Context& context, State& rumour) {
  if (params_.rumour_stop == Stop::coin) return context.random().chance(1.0 / params_.rumour_k);
  return ++rumour.contacts >= params_.rumour_k;
}

void Rumours::lose(Context& context, State& rumour) {
  context.count(hearsay::index(Metric::interest_lost));
  cool(rumour);
}

void Rumours::cool(State& rumour) {
  rumour.hot = false;
  --hot_;
}

// Room of those that are cold is given back once there are more of them than of others: constant work each.
void Rumours::tidy() {
  constexpr std::size_t worth_it = 32;
  if (hot_ == 0) list_ = {};
  if (list_.size() > 2 * hot_ + worth_it) std::erase_if(list_, [](const State& rumour) { return !rumour.hot; });
  if (list_.size() <= head_ || list_.size() == hot_) head_ = 0;
  while (head_ < list_.size() && !list_[head_].hot) ++head_;
}

void Rumours::contacted(Context& context, Index index, bool necessary, bool by_pull) {
  if (!params_.mongers()) return;
  const std::size_t at = place(index);
  if (at == list_.size()) return;
  State& rumour = list_[at];
  if (by_pull && params_.rumour_stop == Stop::counter) {
    rumour.pulled = true;
    rumour.pull_useful |= necessary && params_.rumour == Rumour::feedback;
    return;
  }
  if (necessary && params_.rumour == Rumour::feedback) {
    rumour.contacts = 0;
    return;
  }
  if (!counted(context, rumour)) return;
  lose(context, rumour);
  tidy();
}

void Rumours::end_round(Context& context) {
  if (!params_.mongers() || !params_.pulls()) return;
  for (State& rumour : list_) {
    if (!rumour.hot || !rumour.pulled) continue;
    const bool useful = rumour.pull_useful;
    rumour.pulled = rumour.pull_useful = false;
    if (useful)
      rumour.contacts = 0;
    else if (counted(context, rumour))
      lose(context, rumour);
  }
  tidy();
}

void Rumours::forget(Index index) {
  const std::size_t at = place(index);
  if (at == list_.size()) return;
  cool(list_[at]);
  tidy();
}

}  // namespace hearsay::gossip
