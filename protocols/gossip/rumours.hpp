// The values that a node still spreads, and when it loses interest in them (Demers et al. 1987, section 1.4).
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "protocols/gossip/element.hpp"
#include "protocols/gossip/params.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::gossip {

class Rumours {
 public:
  explicit Rumours(const Params& params) : params_(params) {}

  // From now on it is spread; no neighbour is known to hold it.
  void add(Context& context, Index index);
  bool hot(Index index) const { return hot_.contains(index); }
  std::size_t size() const { return hot_.size(); }
  // Nothing below it is hot.
  Index floor(Index end) const { return hot_.empty() ? end : hot_.begin()->first; }

  // One more / less neighbour is known to hold it; it is settled once all `neighbours` do.
  void known(Index index, std::size_t neighbours);
  void recount(Index index, std::uint32_t holders, std::size_t neighbours);

  // A contact that sent it is over, or has begun where the stop rule is blind. `by_pull`: it was asked for.
  void contacted(Context& context, Index index, bool necessary, bool by_pull);
  // Somebody asked who was known to hold it: an unnecessary contact without a message.
  void asked_by_holder(Context& context, Index index) { contacted(context, index, false, true); }
  // Ends a round: the contacts by pull count as one.
  void end_round(Context& context);

  // The value was dropped.
  void forget(Index index) { hot_.erase(index); }

  std::vector<Index> all() const;
  // Ascending by index; ends early when `visit` returns false.
  template <class Visit>
  void each(Visit visit) const {
    for (const auto& [index, state] : hot_)
      if (!visit(index)) return;
  }

 private:
  struct State {
    std::uint32_t holders = 0;
    std::uint32_t contacts = 0;                // unnecessary ones in a row; any, where blind
    bool pulled = false, pull_useful = false;  // in this round
  };
  bool counted(Context& context, State& state);
  void lose(Context& context, std::map<Index, State>::iterator it);

  const Params& params_;
  std::map<Index, State> hot_;
};

}  // namespace hearsay::gossip
