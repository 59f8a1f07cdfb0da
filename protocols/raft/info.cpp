#include "protocols/raft/info.hpp"

#include "protocols/common/parameters_of.hpp"
#include "protocols/common/raft/messages.hpp"
#include "protocols/common/raft/metrics.hpp"
#include "protocols/common/raft/replica.hpp"
#include "protocols/raft/params.hpp"
#include "protocols/raft/promises.hpp"

namespace hearsay {

ProtocolInfo raft_info() {
  ProtocolInfo info;
  info.name = "raft";
  info.summary = "consensus: an elected leader replicates a log, and a majority decides what is committed";
  info.source =
      "Ongaro and Ousterhout 2014: \"In search of an understandable consensus algorithm\" (USENIX ATC); Ongaro 2014: "
      "\"Consensus: bridging theory and practice\" (PhD thesis, Stanford); etcd/raft";
  info.acknowledges = "once a majority of the voters has it on disk and the client's node has applied it";
  info.workloads = {"broadcast", "kv", "register"};
  info.messages = raft::message_kinds();
  info.metrics = raft::metric_table();
  set_parameters<raft::Replica>(info, raft::parameter_table(), raft::check, raft::processor_time);
  set_promises(info, raft::parameter_table(), raft::check, raft::promises);
  return info;
}

}  // namespace hearsay
