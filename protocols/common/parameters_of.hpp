// What a ProtocolInfo says by its parameters: the same for every protocol whose replicas are made of a Params struct.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/core/protocol_info.hpp"

namespace hearsay {

// `table` outlives `info`. `check` throws ParameterError if the values contradict each other; `processor_time` names
// the parameters by which replicas spend processor time. Replica is made of a std::shared_ptr<const Params>.
template <class Replica, class Params>
void set_parameters(ProtocolInfo& info, const ParameterTable<Params>& table, void (*check)(const Params&),
                    std::vector<std::string> (*processor_time)(const Params&)) {
  info.parameters = table.parameters();
  info.configure = [&table, check](const ParameterValues& values) -> ReplicaFactory {
    auto params = std::make_shared<const Params>(table.build(values));
    check(*params);
    return [params] { return std::make_unique<Replica>(params); };
  };
  info.processor_time = [&table, processor_time](const ParameterValues& values) {
    return processor_time(table.build(values));
  };
}

}  // namespace hearsay
