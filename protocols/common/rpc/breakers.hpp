// A circuit breaker for each server that is called ("Future Enhancements 7").
#pragma once

#include <cstdint>
#include <map>

#include "protocols/common/circuit_breaker.hpp"
#include "protocols/common/rpc/alarms.hpp"
#include "protocols/common/rpc/call_counts.hpp"
#include "protocols/common/rpc/options.hpp"

namespace hearsay::rpc {

// With `breaker: false` every server may be called, and nothing is counted.
class Breakers {
 public:
  // All outlive it.
  Breakers(const CallOptions& options, const CallCounts& counts, Alarms& alarms)
      : options_(options), counts_(counts), alarms_(alarms) {}

  // The first server that may be called; no_node if none may.
  NodeId admitted(const CallSpec& spec);
  // Whether a second request may go to this server.
  bool admits_hedge(NodeId server);
  // A call that was admitted has ended: `ok` by an answer of `answerer`, who may be another server than the one `asked`
  // first, else by the failure of `asked`.
  void ended(Context& context, NodeId asked, NodeId answerer, bool ok);
  // It was cancelled, which says nothing of the server.
  void cancelled(NodeId asked);
  // The alarm of kind `breaker` that an opening has set.
  void reset_elapsed(Context& context, NodeId server, std::uint64_t opening);

 private:
  CircuitBreaker& of(NodeId server) { return breakers_.try_emplace(server, options_.breaker_failures).first->second; }

  const CallOptions& options_;
  const CallCounts& counts_;
  Alarms& alarms_;
  std::map<NodeId, CircuitBreaker> breakers_;
};

}  // namespace hearsay::rpc
