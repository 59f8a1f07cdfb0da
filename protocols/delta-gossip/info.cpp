#include "protocols/delta-gossip/info.hpp"

#include "protocols/common/parameters_of.hpp"
#include "protocols/delta-gossip/messages.hpp"
#include "protocols/delta-gossip/metrics.hpp"
#include "protocols/delta-gossip/params.hpp"
#include "protocols/delta-gossip/promises.hpp"
#include "protocols/delta-gossip/replica.hpp"

namespace hearsay {

ProtocolInfo delta_gossip_info() {
  ProtocolInfo info;
  info.name = "delta-gossip";
  info.summary = "rumours of new values to random neighbours, acknowledged and repeated; anti-entropy repairs the rest";
  info.source =
      "Multi-Node Broadcast Implementation Analysis; Demers et al. 1987, \"Epidemic algorithms for replicated database "
      "maintenance\"; each parameter names its section";
  info.acknowledges =
      "once its own node has added the value and, with storage: disk, synced it; before any other node is told";
  info.workloads = {"broadcast"};
  info.messages = gossip::message_kinds();
  info.metrics = gossip::metric_table();
  set_parameters<gossip::Replica>(info, gossip::parameter_table(), gossip::check, gossip::processor_time);
  set_promises(info, gossip::parameter_table(), gossip::check, gossip::promises);
  return info;
}

}  // namespace hearsay
