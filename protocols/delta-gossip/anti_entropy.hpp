// Sessions that compare what two nodes hold and repair the difference (Demers et al. 1987, section 1.3).
#pragma once

#include "protocols/delta-gossip/parts.hpp"

namespace hearsay::gossip {

class AntiEntropy {
 public:
  explicit AntiEntropy(Parts& parts) : parts_(parts), params_(parts.params) {}

  void start(Context& context);
  void timer(Context& context);

  // Begins a session with one peer.
  void session(Context& context, Peer& peer);

  // The node leaves: what it wrote and no digest of a peer has shown yet goes to two neighbours.
  void hand_over(Context& context);

  // The other side of one.
  void answer(Context& context, Peer& peer, const DigestMessage& digest);
  void answer(Context& context, Peer& peer, const RangesMessage& ranges);

 private:
  void schedule(Context& context);
  void learn(Peer& peer, const Version& theirs);
  Store::Missing named(const std::vector<RangeSet::Key>& keys) const;

  Parts& parts_;
  const Params& params_;
  std::uint64_t shown_ = 0;  // numbers of our own stream up to it are held by some peer
};

}  // namespace hearsay::gossip
