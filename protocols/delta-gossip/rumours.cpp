#include "protocols/delta-gossip/rumours.hpp"

#include <utility>

#include "protocols/delta-gossip/metrics.hpp"

namespace hearsay::gossip {

void Rumours::add(Context& context, Index index) {
  if (hot_.empty()) first_word_ = index / 64;
  hot_.resize(index / 64 - first_word_ + 1);
  states_.resize(index - 64 * first_word_ + 1);
  hot_.back() |= std::uint64_t{1} << index % 64;
  ++hot_count_;
  context.high_water(hearsay::index(Metric::buffer_high_water), static_cast<double>(hot_count_));
}

Rumours::State* Rumours::hot(Index index) {
  const Index word = index / 64 - first_word_;  // beyond every size if it lies before the first one
  if (word >= hot_.size() || (hot_[word] >> index % 64 & 1) == 0) return nullptr;
  return &states_[index - 64 * first_word_];
}

Index Rumours::floor(Index end) const {
  if (hot_count_ == 0) return end;
  return 64 * (first_word_ + static_cast<Index>(head_)) + static_cast<Index>(std::countr_zero(hot_[head_]));
}

void Rumours::known(Index index, std::size_t neighbours) {
  State* const rumour = hot(index);
  if (rumour == nullptr || ++rumour->holders < neighbours) return;
  cool(index);
  tidy();
}

void Rumours::change_holders(Index index, int by) {
  if (State* const rumour = hot(index)) rumour->holders += static_cast<std::uint32_t>(by);
}

void Rumours::settle(std::size_t neighbours) {
  each([this, neighbours](Index index) {
    if (hot(index)->holders >= neighbours) cool(index);
    return true;
  });
  tidy();
}

std::vector<Index> Rumours::all() const {
  std::vector<Index> indexes;
  indexes.reserve(hot_count_);
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

void Rumours::lose(Context& context, Index index) {
  context.count(hearsay::index(Metric::interest_lost));
  cool(index);
}

void Rumours::cool(Index index) {
  hot_[index / 64 - first_word_] &= ~(std::uint64_t{1} << index % 64);
  --hot_count_;
}

// Room before the first one that is hot is given back once it is more than half: constant work each.
void Rumours::tidy() {
  if (hot_count_ == 0) {
    states_ = {};
    hot_ = {};
    head_ = 0;
    return;
  }
  while (hot_[head_] == 0) ++head_;
  if (2 * head_ <= hot_.size()) return;
  const auto words = static_cast<std::ptrdiff_t>(std::exchange(head_, 0));
  hot_.erase(hot_.begin(), hot_.begin() + words);
  states_.erase(states_.begin(), states_.begin() + 64 * words);
  first_word_ += static_cast<Index>(words);
}

void Rumours::contacted(Context& context, Index index, bool necessary, bool by_pull) {
  note_contact(context, index, necessary, by_pull);
  tidy();
}

void Rumours::contacted_in_vain(Context& context, const IndexSet& known) {
  each_known(known, [&](Index index) { note_contact(context, index, false, false); });
  tidy();
}

void Rumours::note_contact(Context& context, Index index, bool necessary, bool by_pull) {
  if (!params_.mongers()) return;
  State* const rumour = hot(index);
  if (rumour == nullptr) return;
  if (by_pull && params_.rumour_stop == Stop::counter) {
    rumour->pulled = true;
    rumour->pull_useful = rumour->pull_useful || (necessary && params_.rumour == Rumour::feedback);
    return;
  }
  if (necessary && params_.rumour == Rumour::feedback)
    rumour->contacts = 0;
  else if (counted(context, *rumour))
    lose(context, index);
}

void Rumours::end_round(Context& context) {
  if (!params_.mongers() || !params_.pulls()) return;
  each([&](Index index) {
    State& rumour = *hot(index);
    if (!rumour.pulled) return true;
    const bool useful = rumour.pull_useful;
    rumour.pulled = rumour.pull_useful = false;
    if (useful)
      rumour.contacts = 0;
    else if (counted(context, rumour))
      lose(context, index);
    return true;
  });
  tidy();
}

void Rumours::forget(Index index) {
  if (hot(index) == nullptr) return;
  cool(index);
  tidy();
}

}  // namespace hearsay::gossip
