#include "protocols/rpc-fanout/info.hpp"

#include <memory>

#include "protocols/rpc-fanout/messages.hpp"
#include "protocols/rpc-fanout/metrics.hpp"
#include "protocols/rpc-fanout/params.hpp"
#include "protocols/rpc-fanout/replica.hpp"

namespace hearsay {

ProtocolInfo rpc_fanout_info() {
  ProtocolInfo info;
  info.name = "rpc-fanout";
  info.summary = "calls with retries, to one server or to all at once, in the patterns of a distributed file system";
  info.source = "Shared Package Design Document (Hercules Distributed File System); each parameter names its section";
  info.acknowledges =
      "broadcast, replicate: once all calls are over and min_replicas servers have the write, or with a quorum once so "
      "many have it; chain: once every server of the chain has it; call, contention: once the master has it";
  info.workloads = {"broadcast", "call", "replicate", "chain", "heartbeat", "contention"};
  info.messages = rpc_fanout::message_kinds();
  info.metrics = rpc_fanout::metric_table();
  info.parameters = rpc_fanout::parameter_table().parameters();
  info.configure = [](const ParameterValues& values) -> ReplicaFactory {
    auto params = std::make_shared<const rpc_fanout::Params>(rpc_fanout::parameter_table().build(values));
    rpc_fanout::check(*params);
    return [params] { return std::make_unique<rpc_fanout::Replica>(params); };
  };
  info.processor_time = [](const ParameterValues& values) {
    return rpc_fanout::processor_time(rpc_fanout::parameter_table().build(values));
  };
  return info;
}

}  // namespace hearsay
