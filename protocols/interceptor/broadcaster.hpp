// The goroutines of a broadcast ("Code Structure 3, step 5"): one call to every other server at the same time, with a
// time limit, errors dropped. And what the document wishes for: acknowledgements, retries, consistency levels.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "protocols/interceptor/chain.hpp"
#include "protocols/interceptor/links.hpp"
#include "protocols/interceptor/messages.hpp"
#include "protocols/interceptor/params.hpp"
#include "protocols/state/backoff.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::interceptor {

class Broadcaster {
 public:
  explicit Broadcaster(const Params& params);

  void start(Context& context) { links_.start(context); }
  void leave(Context& context) { links_.close(context); }

  // Peers that must acknowledge before a client is answered; 0: its own server's copy is enough.
  std::size_t acknowledgements_needed() const;

  // Queues a broadcast of the request, to begin with flush(): after the answer to whoever sent it. If `answers`, the
  // broadcast answers the request's client once enough peers have acknowledged.
  void enqueue(const Request& request, bool answers);
  void flush(Context& context);

  void answered(Context& context, NodeId from, const WriteResponse& response);
  void disconnected(Context& context, ConnectionId connection, NodeId peer);
  void call_deadline(Context& context, BroadcastId id);
  void consistency_deadline(Context& context, BroadcastId id);
  void wake(Context& context, std::uint64_t number);

 private:
  // One peer's part in a broadcast.
  struct Call {
    enum class State : std::uint8_t { in_flight, waiting, acknowledged, failed } state = State::in_flight;
    std::uint32_t attempts = 0;
    std::uint64_t wake = 0;  // number of the wake-up that matters now; older ones are stale
    SendId send = no_send;
  };
  struct Broadcast {
    MessagePtr message;
    std::vector<Call> calls;  // by position of the peer
    std::size_t open = 0;     // calls in flight or waiting for a retry
    std::size_t acknowledged = 0;
    OpId operation = no_op;  // whose client waits
  };
  struct Job {
    WriteRequest content;
    OpId operation;
  };
  struct WakeUp {
    BroadcastId broadcast;
    std::size_t peer;
  };

  void begin(Context& context, Job job);
  void attempt(Context& context, Broadcast& broadcast, std::size_t peer);
  void failed(Context& context, BroadcastId id, std::size_t peer, bool again);
  void timed_out(Context& context, BroadcastId id, std::size_t peer);
  std::uint64_t set_wake_up(Context& context, Duration delay, WakeUp wake_up);
  void settle(Context& context, BroadcastId id);
  void answer(Context& context, Broadcast& broadcast, Outcome outcome);

  const Params& params_;
  Links links_;
  Backoff backoff_;
  std::vector<Job> queue_;
  std::map<BroadcastId, Broadcast> broadcasts_;  // those that are not over
  BroadcastId last_broadcast_ = 0;
  std::unordered_map<std::uint64_t, WakeUp> wake_ups_;  // looked up only
  std::uint64_t last_wake_up_ = 0;
};

}  // namespace hearsay::interceptor
