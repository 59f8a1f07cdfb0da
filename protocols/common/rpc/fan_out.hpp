// BroadcastToRPCServers of the RPC document: one call to each of several servers at the same time. The maker goes on
// when all calls are over, or, with a quorum, when enough have succeeded; the rest go on behind its back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "protocols/common/rpc/caller.hpp"

namespace hearsay::rpc {

struct FanOutResult {
  std::vector<CallError> errors;  // by position of the server; `none` also for a call that is still under way
  std::size_t succeeded = 0, failed = 0;
};

struct FanOutSpec {
  std::vector<NodeId> servers;
  // The message for the server at a position: what it says may differ ("Why Same Args for All Servers?").
  std::function<MessagePtr(std::size_t position, CallId call, std::uint32_t attempt)> request;
  std::function<MessagePtr(CallId call, std::uint32_t attempt)> cancel{};  // as in CallSpec
  std::size_t quorum = 0;  // successes after which the maker goes on; 0: when all calls are over
  // Called once, possibly before begin() returns.
  std::function<void(Context&, const FanOutResult&)> done;
};

class FanOut {
 public:
  explicit FanOut(Caller& caller) : caller_(caller) {}

  void begin(Context& context, FanOutSpec spec);

 private:
  struct Round {
    FanOutSpec spec;
    FanOutResult result;
    std::size_t open = 0;
    bool answered = false;
  };
  void over(Context& context, std::uint64_t id, std::size_t position, const CallResult& call);

  Caller& caller_;
  std::map<std::uint64_t, Round> rounds_;
  std::uint64_t last_round_ = 0;
};

}  // namespace hearsay::rpc
