#include "protocols/swim-cache/info.hpp"

#include <memory>

#include "protocols/swim-cache/messages.hpp"
#include "protocols/swim-cache/metrics.hpp"
#include "protocols/swim-cache/params.hpp"
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
      "write_quorum owners have it, synced with persistence: aof; a get: once read_quorum owners have answered";
  info.workloads = {"broadcast", "kv", "cache"};
  info.tracks_members = true;
  info.messages = swim::message_kinds();
  info.metrics = swim::metric_table();
  info.parameters = swim::parameter_table().parameters();
  info.configure = [](const ParameterValues& values) -> ReplicaFactory {
    auto params = std::make_shared<const swim::Params>(swim::configured(values));
    return [params, shared = swim::Shared(params->virtual_nodes)] {
      return std::make_unique<swim::Replica>(params, shared);
    };
  };
  info.processor_time = [](const ParameterValues& values) {
    return names_of_positive({{"handler_cpu", swim::parameter_table().build(values).handler_cpu}});
  };
  return info;
}

}  // namespace hearsay
