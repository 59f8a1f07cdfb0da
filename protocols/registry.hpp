// The protocols that a scenario can name.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/parameters.hpp"
#include "sim/core/protocol.hpp"
#include "sim/core/protocol_metric.hpp"

namespace hearsay {

// Builds one incarnation of one replica.
using ReplicaFactory = std::function<std::unique_ptr<Protocol>()>;

struct ProtocolInfo {
  std::string name;
  std::string summary;       // one line, for `list`
  std::string source;        // where the behaviour comes from
  std::string acknowledges;  // the point at which a client is answered
  std::vector<std::string> workloads;
  std::vector<MessageKind> messages;
  std::vector<ProtocolMetric> metrics;
  std::vector<Parameter> parameters;
  // Throws ParameterError if the values contradict each other.
  std::function<ReplicaFactory(const ParameterValues&)> configure;
  // By which of its parameters it spends processor time (Context::compute) with these values; none: it spends none, and
  // `engine.dispatch: inline` can run it. Absent: it never does.
  std::function<std::vector<std::string>(const ParameterValues&)> processor_time;
};

// All of them, in the order of `list`. Adding a protocol: one line in registry.cpp.
std::span<const ProtocolInfo> protocols();

// Null if there is none of this name.
const ProtocolInfo* find_protocol(std::string_view name);

}  // namespace hearsay
