// The goroutines of a broadcast ("Code Structure 3, step 5"): one call to every other server at the same time, with a
// time limit, errors dropped. And what the document wishes for: acknowledgements, retries, consistency levels. The
// calls, their retries and the connections are those of rpc/caller.hpp.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "protocols/common/rpc/caller.hpp"
#include "protocols/interceptor-broadcast/chain.hpp"
#include "protocols/interceptor-broadcast/messages.hpp"
#include "protocols/interceptor-broadcast/params.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::interceptor {

class Broadcaster {
 public:
  explicit Broadcaster(const Params& params);

  // Takes the static configuration of servers and dials them ("Server Setup 2", clientCfg).
  void start(Context& context);
  void leave(Context& context) { caller_.leave(context); }

  // Peers that must acknowledge before a client is answered; 0: its own server's copy is enough.
  std::size_t acknowledgements_needed() const;

  // Queues a broadcast of the request, to begin with flush(): after the answer to whoever sent it. If `answers`, the
  // broadcast answers the request's client once enough peers have acknowledged.
  void enqueue(const Request& request, bool answers);
  void flush(Context& context);

  void answered(Context& context, const Received& received, const WriteResponse& response);
  void connected(Context& context, ConnectionId connection) { caller_.connected(context, connection); }
  void disconnected(Context& context, ConnectionId connection) { caller_.disconnected(context, connection); }
  void consistency_deadline(Context& context, BroadcastId id);
  void call_timer(Context& context, std::uint64_t number) { caller_.timer(context, number); }

 private:
  struct Broadcast {
    MessagePtr message;
    std::vector<rpc::CallId> calls;  // by position of the server
    std::size_t open = 0;            // calls that are not over
    std::size_t acknowledged = 0;
    OpId operation = no_op;  // whose client waits
  };
  struct Job {
    WriteRequest content;
    OpId operation;
  };

  void begin(Context& context, Job job);
  void call_over(Context& context, BroadcastId id, bool acknowledged);
  void settle(Context& context, BroadcastId id);
  void answer(Context& context, Broadcast& broadcast, Outcome outcome);

  const Params& params_;
  rpc::CallOptions options_;
  rpc::Caller caller_;
  std::vector<NodeId> servers_;  // the others, ascending
  std::vector<Job> queue_;
  std::map<BroadcastId, Broadcast> broadcasts_;  // those that are not over
  BroadcastId last_broadcast_ = 0;
};

}  // namespace hearsay::interceptor
