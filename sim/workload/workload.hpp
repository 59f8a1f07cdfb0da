// Workloads: what clients do and when. The schedule is a function of (seed, workload) alone; it does not depend on the
// protocol, the faults or what is answered (open loop).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/operation.hpp"
#include "sim/core/parameters.hpp"

namespace hearsay {

struct ScheduledOperation {
  Time at{};  // invocation at the client
  NodeId target = no_node;
  Operation operation;
};

// Generates operations one at a time, in order of time.
class Workload {
 public:
  virtual ~Workload() = default;
  virtual std::optional<ScheduledOperation> next() = 0;
  virtual Time end() const = 0;                 // no operation is invoked at or after it
  virtual Duration client_latency() const = 0;  // one way between a client and its node
  virtual Duration timeout() const = 0;         // the client gives up this long after the invocation
};

// What a workload may know of the cluster.
struct WorkloadContext {
  std::uint64_t seed = 0;
  std::vector<NodeId> nodes;  // all nodes of the scenario, ascending
  ZoneMap zones;
  Time duration_end{};  // the scenario's `duration`
};

struct WorkloadInfo {
  std::string name;
  std::string summary;
  std::vector<Parameter> parameters;  // the common ones and its own
  // Every node ought to come to hold every write. False: writes stay at one node, and agreement has no meaning.
  bool replicated = true;
  // Throws ParameterError if the values contradict each other.
  std::function<void(const ParameterValues&)> check;
  std::function<std::unique_ptr<Workload>(const ParameterValues&, const WorkloadContext&)> make;
};

std::span<const WorkloadInfo> workloads();
const WorkloadInfo* find_workload(std::string_view name);  // null if there is none

}  // namespace hearsay
