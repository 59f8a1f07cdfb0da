#include "protocols/interceptor-broadcast/info.hpp"

#include <memory>

#include "protocols/interceptor-broadcast/messages.hpp"
#include "protocols/interceptor-broadcast/metrics.hpp"
#include "protocols/interceptor-broadcast/params.hpp"
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
  info.parameters = interceptor::parameter_table().parameters();
  info.configure = [](const ParameterValues& values) -> ReplicaFactory {
    auto params = std::make_shared<const interceptor::Params>(interceptor::parameter_table().build(values));
    interceptor::check(*params);
    return [params] { return std::make_unique<interceptor::Replica>(params); };
  };
  info.processor_time = [](const ParameterValues& values) {
    return interceptor::processor_time(interceptor::parameter_table().build(values));
  };
  return info;
}

}  // namespace hearsay
