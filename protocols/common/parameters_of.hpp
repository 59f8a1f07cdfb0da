// What a ProtocolInfo says by its parameters: the same for every protocol whose replicas are made of a Params struct.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/protocol_info.hpp"

namespace hearsay {

// `table` outlives `info`. `check` takes the Params as they are given: it may fill in what follows from them, and
// throws ParameterError if they contradict each other. `processor_time` names the parameters by which replicas spend
// processor time. Replica is made of a std::shared_ptr<const Params>, and of a const Replica::Shared& if there is such
// a type: what the replicas of one run have in common, made of its Params.
template <class Replica, class Params, class Check>
void set_parameters(ProtocolInfo& info, const ParameterTable<Params>& table, Check check,
                    std::vector<std::string> (*processor_time)(const Params&)) {
  info.parameters = table.parameters();
  info.configure = [&table, check](const ParameterValues& values) -> ReplicaFactory {
    Params built = table.build(values);
    check(built);
    const auto params = std::make_shared<const Params>(std::move(built));
    if constexpr (requires { typename Replica::Shared; })
      return [params, shared = typename Replica::Shared(*params)] { return std::make_unique<Replica>(params, shared); };
    else
      return [params] { return std::make_unique<Replica>(params); };
  };
  info.processor_time = [&table, processor_time](const ParameterValues& values) {
    return processor_time(table.build(values));
  };
}

// `promises` takes the Params as `check` leaves them.
template <class Params, class Check>
void set_promises(ProtocolInfo& info, const ParameterTable<Params>& table, Check check,
                  std::vector<Promise> (*promises)(const Params&)) {
  info.promises = [&table, check, promises](const ParameterValues& values) {
    Params built = table.build(values);
    check(built);
    return promises(built);
  };
}

}  // namespace hearsay
