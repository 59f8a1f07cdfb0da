// Retry throttling of gRPC A6: while failures are more than a few among successes, retries only add to the load.
#pragma once

#include <algorithm>
#include <map>

#include "protocols/common/rpc/options.hpp"
#include "sim/core/ids.hpp"

namespace hearsay::rpc {

class RetryBudget {
 public:
  explicit RetryBudget(const CallOptions& options) : options_(options) {}

  // Whether there may be a retry or a hedge: while more than half of the server's tokens are left.
  bool allows(NodeId server) { return options_.retry_budget == 0 || 2 * spent_[server] < options_.retry_budget; }
  void attempt_failed(NodeId server) {
    if (options_.retry_budget == 0) return;
    double& spent = spent_[server];
    spent = std::min(spent + 1, static_cast<double>(options_.retry_budget));
  }
  void call_succeeded(NodeId server) {
    if (options_.retry_budget == 0) return;
    double& spent = spent_[server];
    spent = std::max(0.0, spent - options_.retry_budget_ratio);
  }

 private:
  const CallOptions& options_;
  std::map<NodeId, double> spent_;  // tokens, by server
};

}  // namespace hearsay::rpc
