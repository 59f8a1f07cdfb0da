#include "protocols/causal-crdt/info.hpp"

#include "protocols/causal-crdt/messages.hpp"
#include "protocols/causal-crdt/metrics.hpp"
#include "protocols/causal-crdt/params.hpp"
#include "protocols/causal-crdt/promises.hpp"
#include "protocols/causal-crdt/replica.hpp"
#include "protocols/common/parameters_of.hpp"

namespace hearsay {

ProtocolInfo causal_crdt_info() {
  ProtocolInfo info;
  info.name = "causal-crdt";
  info.summary = "operation-based CRDTs over causal broadcast, logged before they are sent";
  info.source = "Broadcast Model for Distributed CRDTs (Minidote); each parameter names its section";
  info.acknowledges = "once its own replica has applied the update and logged its effect, before any other is told";
  info.workloads = {"broadcast", "crdt"};
  info.messages = causal::message_kinds();
  info.metrics = causal::metric_table();
  set_parameters<causal::Replica>(info, causal::parameter_table(), causal::check, causal::processor_time);
  set_promises(info, causal::parameter_table(), causal::check, causal::promises);
  return info;
}

}  // namespace hearsay
