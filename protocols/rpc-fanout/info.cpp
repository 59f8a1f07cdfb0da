#include "protocols/rpc-fanout/info.hpp"

#include "protocols/common/parameters_of.hpp"
#include "protocols/rpc-fanout/messages.hpp"
#include "protocols/rpc-fanout/metrics.hpp"
#include "protocols/rpc-fanout/params.hpp"
#include "protocols/rpc-fanout/promises.hpp"
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
  set_parameters<rpc_fanout::Replica>(info, rpc_fanout::parameter_table(), rpc_fanout::check,
                                      rpc_fanout::processor_time);
  set_promises(info, rpc_fanout::parameter_table(), rpc_fanout::check, rpc_fanout::promises);
  return info;
}

}  // namespace hearsay
