#include "protocols/delta-gossip/rumours.hpp"

#include <utility>

#include "protocols/delta-gossip/metrics.hpp"

namespace hearsay::gossip {

void Rumours::add(Context& context, Index index) {
  if (hot_.empty()) first_word_ = index / 64;
  if (const std::size_t words = index / 64 - first_word_ + 1; words != hot_.size()) hot_.resize(words);
  if (const std::size_t place = index - 64 * first_word_; place == states_.size())
    states_.emplace_back();
  else
    states_.resize(place + 1);
  hot_.back() |= std::uint64_t{1} << index % 64;
  ++hot_count_;
  context.high_water(hearsay::index(Metric::buffer_high_water), static_cast<double>(hot_count_));
}

Index Rumours::floor(Index end) const {
  if (hot_count_ == 0) return end;
  return 64 * (first_word_ + static_cast<Index>(head_)) + static_cast<Index>(std::countr_zero(hot_[head_]));
}

void Rumours::known(Index word, std::uint64_t values, std::size_t neighbours) {
  bool settled = false;
  State* const states = states_.data() + 64 * (word - first_word_);
  for (; values != 0; values &= values - 1) {
    const auto place = static_cast<Index>(std::countr_zero(values));
    if (++states[place].holders < neighbours) continue;
    cool(64 * word + place);
    settled = true;
  }
  if (settled) tidy();
}

void Rumours::contacted(Context& context, Index word, std::uint64_t necessary, std::uint64_t unnecessary,
                        bool by_pull) {
  std::uint64_t rest = (necessary | unnecessary) & hot_ones(word);
  if (rest == 0 || !mongers_) return;
  const bool by_chance = params_.rumour_stop == Stop::coin, pulled = by_pull && !by_chance;
  if (params_.rumour != Rumour::feedback) necessary = 0;
  State* const states = states_.data() + 64 * (word - first_word_);
  bool lost = false;
  for (; rest != 0; rest &= rest - 1) {
    const auto place = static_cast<Index>(std::countr_zero(rest));
    State& rumour = states[place];
    const bool useful = (necessary >> place & 1) != 0;
    if (pulled) {
      rumour.pulled = true;
      rumour.pull_useful = rumour.pull_useful || useful;
    } else if (useful) {
      rumour.contacts = 0;
    } else if (counted(context, rumour, by_chance)) {
      lose(context, 64 * word + place);
      lost = true;
    }
  }
  if (lost) tidy();
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

void Rumours::contacted_in_vain(Context& context, const IndexSet& known) {
  for (Index word = first_word_ + static_cast<Index>(head_); word < first_word_ + hot_.size(); ++word)
    if (const std::uint64_t held = hot_ones(word) & known.word(word); held != 0)
      contacted(context, word, 0, held, false);
}

void Rumours::count_pulls(Context& context) {
  const bool by_chance = params_.rumour_stop == Stop::coin;
  each([&](Index index) {
    State& rumour = *hot(index);
    if (!rumour.pulled) return true;
    const bool useful = rumour.pull_useful;
    rumour.pulled = rumour.pull_useful = false;
    if (useful)
      rumour.contacts = 0;
    else if (counted(context, rumour, by_chance))
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
