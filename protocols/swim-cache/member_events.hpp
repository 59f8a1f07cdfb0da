// What Serf tells its user of members: each change at once, or coalesced, so that a member that comes and goes within
// the period causes nothing (Serf, coalesce_member.go).
#pragma once

#include <functional>
#include <map>

#include "protocols/swim-cache/boot_view.hpp"
#include "protocols/swim-cache/coalesce_clock.hpp"
#include "protocols/swim-cache/params.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::swim {

class MemberEvents {
 public:
  using Listener = std::function<void(Context&, NodeId about, MemberState state)>;

  explicit MemberEvents(const Params& params) : clock_(params.coalesce_period, params.quiescent_period) {}

  void listen(Listener listener) { listener_ = std::move(listener); }
  // The members of the view are known: no news.
  void boot(const BootView& view) { booted_ = view; }
  // At once: what is known at the start.
  void announce(Context& context, NodeId about, MemberState state);
  void changed(Context& context, NodeId about, MemberState state);
  // All that waits is due, if the timer `number` is the one that says so.
  void timer(Context& context, std::uint32_t number);

 private:
  Listener listener_;
  CoalesceClock clock_;
  BootView booted_;  // announced as alive, unless announced_ has other news
  std::map<NodeId, MemberState> waiting_, announced_;
};

}  // namespace hearsay::swim
