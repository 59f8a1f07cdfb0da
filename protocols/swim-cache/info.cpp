#include "protocols/swim-cache/info.hpp"

#include "protocols/common/parameters_of.hpp"
#include "protocols/swim-cache/messages.hpp"
#include "protocols/swim-cache/metrics.hpp"
#include "protocols/swim-cache/params.hpp"
#include "protocols/swim-cache/promises.hpp"
#include "protocols/swim-cache/replica.hpp"

namespace hearsay {

ProtocolInfo swim_cache_info() {
  ProtocolInfo info;
  info.name = "swim-cache";
  info.summary =
      "SWIM membership as memberlist and Serf run it, user events by gossip, a replicated cache on a hash ring";
  info.source =
      "Multi-Node Distributed Architecture; Das, Gupta, Motivala 2002, \"SWIM\"; Dadgar et al. 2018, \"Lifeguard\"; "
      "HashiCorp memberlist and Serf; each parameter names its own";
  info.acknowledges =
      "a broadcast: once its own node has published the event, before any other node knows; a put or delete: once "
      "write_quorum owners have it, synced with persistence: aof; a get: once read_quorum owners have answered; with "
      "consensus: raft, an operation of the workload register: once a majority of the voters has it on disk and the "
      "client's node has applied it";
  info.workloads = {"broadcast", "kv", "cache", "register"};
  info.tracks_members = true;
  info.messages = swim::message_kinds();
  info.metrics = swim::metric_table();
  set_parameters<swim::Replica>(info, swim::parameter_table(), swim::complete, swim::processor_time);
  set_promises(info, swim::parameter_table(), swim::complete, swim::promises);
  return info;
}

}  // namespace hearsay
