// What a protocol says of itself: how to build a replica, and all that a scenario, `list` and `describe` need to know.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/parameters.hpp"
#include "sim/core/promise.hpp"
#include "sim/core/protocol.hpp"
#include "sim/core/protocol_metric.hpp"

namespace hearsay {

// What a protocol's replicas report of their state.
enum class StateReports : std::uint8_t {
  writes,   // which writes they hold, and a digest of their state
  digests,  // a digest alone: whether they agree is known, what they hold is not
  nothing,
};

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
  // What it promises with these values. Absent: nothing.
  std::function<std::vector<Promise>(const ParameterValues&)> promises;
  // Replicas report what they believe of every other one (Context::member): a run in which none did has nobody accused.
  bool tracks_members = false;
  // What replicas with these values report. Absent: their writes.
  std::function<StateReports(const ParameterValues&)> reports;
  // Fits the values to the workload of the scenario, by its kind and its own values: fills in what follows from it.
  // Throws ParameterError if the two do not go together. Absent: they always do.
  std::function<void(ParameterValues&, const std::string& workload, const ParameterValues& of_workload)> adapt;
};

}  // namespace hearsay
