// A call of one server by another, as its maker and its waiter see it.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/core/protocol.hpp"

namespace hearsay::rpc {

// One call of one incarnation of one server; a restarted server does not use its old ones again.
using CallId = std::uint64_t;

enum class CallError : std::uint8_t {
  none,
  dial,           // refused, or no answer to the dial
  no_descriptor,  // the limit of open connections is reached
  broken,         // the connection ended before the answer
  timed_out,      // no answer within the attempt's time
  application,    // the server answered that it cannot fulfil the request
  breaker_open,   // not tried: the server has kept failing
  deadline,       // the whole call's time is over
  no_worker,      // not tried: no worker of the server became free in time
  cancelled,      // by whoever asked for it
};

struct CallResult {
  CallError error = CallError::none;  // of the last attempt
  NodeId server = no_node;            // who was asked last, or has answered
  const Message* reply = nullptr;     // the answer, if one came: valid during the callback
  bool ok() const { return error == CallError::none; }
};

struct CallSpec {
  // Servers that can fulfil the request: the first one is called, hedges go to those behind it in turn. At least one.
  std::vector<NodeId> servers;
  // The message of one attempt, 1, 2, ...; the answer names both numbers.
  std::function<MessagePtr(CallId call, std::uint32_t attempt)> request;
  // The message that tells a server that nobody waits for an attempt any more; absent: it cannot be told.
  std::function<MessagePtr(CallId call, std::uint32_t attempt)> cancel{};
  // Called once, when the call is over; may make calls. Possibly before Caller::call returns.
  std::function<void(Context&, const CallResult&)> done;
  // The call has a goroutine to itself (one of a broadcast), which takes memory.
  bool concurrent = false;
};

}  // namespace hearsay::rpc
