// The end of the chain: the storage service. Applies writes at once, or in causal order ("Potential Improvements 3"),
// and answers reads.
#pragma once

#include <utility>
#include <vector>

#include "protocols/common/causal_queue.hpp"
#include "protocols/interceptor-broadcast/chain.hpp"
#include "protocols/interceptor-broadcast/store.hpp"

namespace hearsay::interceptor {

class StorageHandler {
 public:
  StorageHandler(const Params& params, Store& store) : params_(params), store_(store) {}

  void start(Context& context, StartReason reason);
  // Reply::later for a write of a peer that waits for others.
  Reply handle(Context& context, Request& request);

  // Callers whose writes were held back and have been applied since the last call.
  std::vector<ReplyTo> take_answerable() { return std::exchange(answerable_, {}); }

  // The periodic sync of the disk.
  void sync_timer(Context& context);
  // What was held among the first `arrivals` numbered writes has waited long enough.
  void causal_timer(Context& context, std::uint64_t arrivals);

 private:
  struct Held {
    WritePtr write;
    std::vector<ReplyTo> callers;  // one a copy
  };

  Reply write(Context& context, Request& request);
  Reply offer(Context& context, Request& request);
  void apply(Context& context, const WritePtr& write);
  void deliver(Context& context, std::vector<Held>& ready);
  void sync(Context& context);

  const Params& params_;
  Store& store_;
  StreamId stream_ = 0;  // of this incarnation's own writes
  CausalQueue<Held> queue_;
  std::vector<ReplyTo> answerable_;
  bool unsynced_ = false;
};

}  // namespace hearsay::interceptor
