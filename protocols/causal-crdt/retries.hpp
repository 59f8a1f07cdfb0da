// Link layer, second half: attempts to deliver an effect to each member until it acknowledges or the retries are used
// up ("Link Layer: Provides retry mechanisms for transient failures"). Then the effect is lost to that member for good:
// it is never sent again ("Persistent logs: ... but not permanent message loss between nodes"). Attempts and waits are
// those of a call (rpc/attempts.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "protocols/causal-crdt/crdt/update.hpp"
#include "protocols/causal-crdt/params.hpp"
#include "protocols/common/rpc/attempts.hpp"
#include "protocols/common/rpc/options.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::causal {

class Retries {
 public:
  struct Carrier {
    std::function<SendId(Context&, NodeId, const MessagePtr&)> send;
    std::function<std::uint64_t(NodeId)> times_heard;
    std::function<void(Context&, NodeId, std::uint64_t)> attempt_failed;
  };
  Retries(const Params& params, Carrier carrier);

  // Attempts to all members at the same time. Requires that `effect` was not begun before.
  void begin(Context& context, const Dot& effect, const MessagePtr& message, const std::vector<NodeId>& members);

  void acknowledged(NodeId member, const Dot& effect);
  // What is under way on the connection to this member fails.
  void connection_lost(Context& context, NodeId member);
  // It is no member any more.
  void forget(NodeId member);
  void timer(Context& context, std::uint64_t number);
  // What waits for a retry goes out now, for the last time: this node leaves, and nobody tries again.
  void flush(Context& context);

 private:
  struct Receiver {
    NodeId member = no_node;
    enum class State : std::uint8_t { under_way, waiting, over } state = State::under_way;
    rpc::Attempts attempts;
    std::uint64_t timer = 0;  // the one that matters now; others are stale
    std::uint64_t heard = 0;  // from the member, when the attempt began
    SendId send = no_send;
  };
  struct Delivery {
    MessagePtr message;
    std::vector<Receiver> receivers;  // ascending by member
    std::size_t open = 0;             // that neither have acknowledged nor were given up
    Receiver* find(NodeId member);    // null unless it is open
    void end(Receiver& receiver);
  };
  using Deliveries = std::map<Dot, Delivery>;

  void attempt(Context& context, const Delivery& delivery, Receiver& receiver);
  // False if it was the last one.
  bool wait(Context& context, const Dot& effect, Receiver& receiver);
  void drop_if_done(Deliveries::iterator delivery);
  std::uint64_t set_timer(Context& context, Duration delay, const Dot& effect);

  rpc::CallOptions options_;
  Carrier carrier_;
  RetryPolicy policy_;
  Deliveries deliveries_;
  std::map<std::uint64_t, Dot> timers_;
  std::uint64_t last_timer_ = 0;
};

}  // namespace hearsay::causal
