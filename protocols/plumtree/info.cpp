#include "protocols/plumtree/info.hpp"

#include "protocols/common/parameters_of.hpp"
#include "protocols/plumtree/messages.hpp"
#include "protocols/plumtree/metrics.hpp"
#include "protocols/plumtree/params.hpp"
#include "protocols/plumtree/promises.hpp"
#include "protocols/plumtree/replica.hpp"

#ifndef HEARSAY_PLUMTREE_NAME  // as a plugin it has another one
#define HEARSAY_PLUMTREE_NAME "plumtree"
#endif

namespace hearsay {

ProtocolInfo plumtree_info() {
  ProtocolInfo info;
  info.name = HEARSAY_PLUMTREE_NAME;
  info.summary = "broadcast along a spanning tree that gossip builds and repairs, over HyParView's partial views";
  info.source =
      "Leitao, Pereira and Rodrigues 2007: \"Epidemic broadcast trees\" (SRDS), Plumtree; \"HyParView: a membership "
      "protocol for reliable gossip-based broadcast\" (DSN)";
  info.acknowledges = "once its own node has the value, which it has sent to its eager neighbours";
  info.workloads = {"broadcast"};
  info.messages = plumtree::message_kinds();
  info.metrics = plumtree::metric_table();
  set_parameters<plumtree::Replica>(info, plumtree::parameter_table(), plumtree::check, plumtree::processor_time);
  set_promises(info, plumtree::parameter_table(), plumtree::check, plumtree::promises);
  return info;
}

}  // namespace hearsay
