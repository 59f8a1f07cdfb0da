#include "protocols/interceptor-broadcast/info.hpp"

#include "protocols/common/parameters_of.hpp"
#include "protocols/interceptor-broadcast/messages.hpp"
#include "protocols/interceptor-broadcast/metrics.hpp"
#include "protocols/interceptor-broadcast/params.hpp"
#include "protocols/interceptor-broadcast/promises.hpp"
#include "protocols/interceptor-broadcast/replica.hpp"

namespace hearsay {

ProtocolInfo interceptor_broadcast_info() {
  ProtocolInfo info;
  info.name = "interceptor-broadcast";
  info.summary = "a server-side interceptor calls every other server with each write; content hashes stop the loops";
  info.source = "Broadcast Interceptor: Complete Guide (Gorums); each parameter names its section";
  info.acknowledges =
      "once its own server has applied the write, before any other server is told; with consistency: quorum or all, "
      "once "
      "a majority or all servers have applied it";
  info.workloads = {"broadcast", "kv"};
  info.messages = interceptor::message_kinds();
  info.metrics = interceptor::metric_table();
  set_parameters<interceptor::Replica>(info, interceptor::parameter_table(), interceptor::check,
                                       interceptor::processor_time);
  set_promises(info, interceptor::parameter_table(), interceptor::check, interceptor::promises);
  return info;
}

}  // namespace hearsay
