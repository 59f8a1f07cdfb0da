#include "protocols/maelstrom/info.hpp"

#include "protocols/common/parameters_of.hpp"
#include "protocols/maelstrom/messages.hpp"
#include "protocols/maelstrom/metrics.hpp"
#include "protocols/maelstrom/params.hpp"
#include "protocols/maelstrom/promises.hpp"
#include "protocols/maelstrom/replica.hpp"

namespace hearsay {

ProtocolInfo maelstrom_info() {
  ProtocolInfo info;
  info.name = "maelstrom";
  info.summary = "unmodified Maelstrom nodes, programs of any language, in simulated time";
  info.source = "Kingsbury, Maelstrom (github.com/jepsen-io/maelstrom): doc/protocol.md, doc/workloads.md";
  info.acknowledges = "when the program answers";
  info.workloads = {"broadcast",       "crdt", "register", "echo", "unique-ids", "txn-list-append",
                    "txn-rw-register", "kafka"};
  info.messages = maelstrom::message_kinds();
  info.metrics = maelstrom::metric_table();
  set_parameters<maelstrom::Replica>(info, maelstrom::parameter_table(), maelstrom::check, maelstrom::processor_time);
  set_promises(info, maelstrom::parameter_table(), maelstrom::check, maelstrom::promises);
  info.adapt = maelstrom::adapt;
  info.reports = [](const ParameterValues& values) {
    return maelstrom::reports(maelstrom::parameter_table().build(values));
  };
  return info;
}

}  // namespace hearsay
