// The values that a node still spreads, and when it loses interest in them (Demers et al. 1987, section 1.4).
#pragma once

#include <cstdint>
#include <vector>

#include "protocols/delta-gossip/element.hpp"
#include "protocols/delta-gossip/index_set.hpp"
#include "protocols/delta-gossip/params.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::gossip {

class Rumours {
 public:
  explicit Rumours(const Params& params) : params_(params) {}

  // From now on it is spread; no neighbour is known to hold it. Requires that it is above all that were added.
  void add(Context& context, Index index);
  bool hot(Index index) const { return place(index) < list_.size(); }
  std::size_t size() const { return hot_; }
  // Nothing below it is hot.
  Index floor(Index end) const { return hot_ == 0 ? end : list_[head_].index; }

  // One more neighbour is known to hold it; it is settled once all `neighbours` do.
  void known(Index index, std::size_t neighbours);
  // The same for a change of neighbours: counts first, and settles once all are counted.
  void change_holders(Index index, int by);
  void settle(std::size_t neighbours);

  // A contact that sent it is over, or has begun where the stop rule is blind. `by_pull`: it was asked for.
  void contacted(Context& context, Index index, bool necessary, bool by_pull);
  // Somebody asked who was known to hold it: an unnecessary contact without a message.
  void asked_by_holder(Context& context, Index index) { contacted(context, index, false, true); }
  // Ends a round: the contacts by pull count as one.
  void end_round(Context& context);

  // The value was dropped.
  void forget(Index index);

  std::vector<Index> all() const;
  // Ascending by index; ends early when `visit` returns false.
  template <class Visit>
  void each(Visit visit) const {
    for (std::size_t i = head_; i < list_.size(); ++i)
      if (list_[i].hot && !visit(list_[i].index)) return;
  }
  // Those that `known` contains. `visit` may change holders.
  template <class Visit>
  void each_known(const IndexSet& known, Visit visit) const {
    each([&](Index index) {
      if (known.contains(index)) visit(index);
      return true;
    });
  }

 private:
  struct State {
    Index index = 0;
    std::uint32_t holders = 0;
    std::uint32_t contacts = 0;                // unnecessary ones in a row; any, where blind
    bool hot = true;                           // else it only takes up room
    bool pulled = false, pull_useful = false;  // in this round
  };
  std::size_t place(Index index) const;  // in list_; beyond its end if it is not hot
  bool counted(Context& context, State& rumour);
  void lose(Context& context, State& rumour);
  void cool(State& rumour);
  void tidy();

  const Params& params_;
  std::vector<State> list_;  // ascending by index
  std::size_t head_ = 0;     // of the first that is hot
  std::size_t hot_ = 0;      // how many are
};

}  // namespace hearsay::gossip
