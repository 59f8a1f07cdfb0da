// Keeps the set of live nodes.
#include "sim/metrics/population.hpp"

#include "sim/core/check.hpp"

namespace hearsay {

Population::Change Population::fold(const Event& event) {
  switch (event.kind) {
    case EventKind::boot:
    case EventKind::join:
    case EventKind::restart: {
      HEARSAY_CHECK(event.node < live_.size(), "a node beyond the size of the cluster has started");
      if (live_[event.node] != 0) return Change::none;
      live_[event.node] = 1;
      ++count_;
      if (seen_[event.node] == 0) ++ever_;
      seen_[event.node] = 1;
      return Change::came;
    }
    case EventKind::crash:
    case EventKind::leave: {
      if (!live(event.node)) return Change::none;
      live_[event.node] = 0;
      --count_;
      return Change::went;
    }
    default: return Change::none;
  }
}

}  // namespace hearsay
