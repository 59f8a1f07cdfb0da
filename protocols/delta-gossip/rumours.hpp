// The values that a node still spreads, and when it loses interest in them (Demers et al. 1987, section 1.4).
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "protocols/delta-gossip/element.hpp"
#include "protocols/delta-gossip/index_set.hpp"
#include "protocols/delta-gossip/params.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::gossip {

class Rumours {
 public:
  explicit Rumours(const Params& params) : params_(params), mongers_(params.mongers()) {}

  // From now on it is spread; no neighbour is known to hold it. Requires that it is above all that were added.
  void add(Context& context, Index index);
  std::size_t size() const { return hot_count_; }
  bool is_hot(Index index) const { return (hot_ones(index / 64) >> index % 64 & 1) != 0; }
  // As bits, of the 64 from 64 * `word` on.
  std::uint64_t hot_ones(Index word) const {
    word -= first_word_;  // beyond every size if it lies before the first one
    return word < hot_.size() ? hot_[word] : 0;
  }
  // Nothing below it is hot.
  Index floor(Index end) const;

  // One more neighbour is known to hold these, which are hot: those whose bits are set, from 64 * `word` on. One is
  // settled once all `neighbours` do.
  void known(Index word, std::uint64_t values, std::size_t neighbours);
  // The same for a change of neighbours: counts first, and settles once all are counted.
  void change_holders(Index index, int by);
  void settle(std::size_t neighbours);

  // A contact that sent it is over, or has begun where the stop rule is blind. `by_pull`: it was asked for.
  void contacted(Context& context, Index index, bool necessary, bool by_pull) {
    const std::uint64_t bit = std::uint64_t{1} << index % 64;
    contacted(context, index / 64, necessary ? bit : 0, necessary ? 0 : bit, by_pull);
  }
  // The same for several, as bits from 64 * `word` on, in ascending order.
  void contacted(Context& context, Index word, std::uint64_t necessary, std::uint64_t unnecessary, bool by_pull);
  // A contact with somebody who was known to hold all of these and was sent none.
  void contacted_in_vain(Context& context, const IndexSet& known);
  // Somebody asked who was known to hold it: an unnecessary contact without a message.
  void asked_by_holder(Context& context, Index index) { contacted(context, index, false, true); }
  // Ends a round: the contacts by pull count as one.
  void end_round(Context& context) {
    if (mongers_ && params_.pulls()) count_pulls(context);
  }

  // The value was dropped.
  void forget(Index index);

  std::vector<Index> all() const;
  // Of those whose bits are set in `bits(word)`, as IndexSet::word gives them; ascending by index. Ends early when
  // `visit` returns false. `visit` may change holders.
  template <class Bits, class Visit>
  void each_of(Bits bits, Visit visit) const {
    for (std::size_t i = head_; i < hot_.size(); ++i) {
      const auto word = first_word_ + static_cast<Index>(i);
      for (std::uint64_t rest = hot_[i] & bits(word); rest != 0; rest &= rest - 1)
        if (!visit(64 * word + static_cast<Index>(std::countr_zero(rest)))) return;
    }
  }
  template <class Visit>
  void each(Visit visit) const {
    each_of([](Index) { return ~std::uint64_t{0}; }, visit);
  }
  // Whether `known` contains one of them.
  bool holds_any(const IndexSet& known) const {
    for (std::size_t i = head_; i < hot_.size(); ++i)
      if ((hot_[i] & known.word(first_word_ + static_cast<Index>(i))) != 0) return true;
    return false;
  }
  // Those that `known` contains.
  template <class Visit>
  void each_known(const IndexSet& known, Visit visit) const {
    each_of([&known](Index word) { return known.word(word); },
            [&visit](Index index) {
              visit(index);
              return true;
            });
  }

 private:
  struct State {
    std::uint32_t holders = 0;
    std::uint32_t contacts : 30 = 0;                   // unnecessary ones in a row; any, where blind
    bool pulled : 1 = false, pull_useful : 1 = false;  // in this round
  };
  State* hot(Index index) { return is_hot(index) ? &states_[index - 64 * first_word_] : nullptr; }
  // True if interest is lost now.
  bool counted(Context& context, State& rumour, bool by_chance) {
    if (by_chance) return context.random().chance(1.0 / params_.rumour_k);
    return ++rumour.contacts >= params_.rumour_k;
  }
  void count_pulls(Context& context);
  void lose(Context& context, Index index);
  void cool(Index index);
  void tidy();

  const Params& params_;
  const bool mongers_;
  Index first_word_ = 0;            // index / 64 of the first one that there is room for
  std::vector<State> states_;       // from there on; means something for those that are hot
  std::vector<std::uint64_t> hot_;  // which are, as bits
  std::size_t head_ = 0;            // of the first word of hot_ that is not 0
  std::size_t hot_count_ = 0;
};

}  // namespace hearsay::gossip
