// Workloads: what clients do and when. The schedule is a function of (seed, workload) alone; it does not depend on the
// protocol, the faults or what is answered (open loop).
#pragma once

#include <functional>
#include <map>
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
  Duration client_latency{};  // one way between the client and its node
  Duration timeout{};         // the client gives up this long after the invocation
};

// Generates operations one at a time, in order of time.
class Workload {
 public:
  virtual ~Workload() = default;
  virtual std::optional<Time> peek() = 0;  // when the next one is invoked
  virtual std::optional<ScheduledOperation> next() = 0;
  virtual Time end() const = 0;  // no operation is invoked at or after it
};

// A word of a workload's `script`: how a step says what it does.
struct ScriptWord {
  enum class Takes : std::uint8_t {
    nothing,  // written `read: true`
    amount,   // a whole number above 0
    value,    // a text; `true`: a value that nothing else has
  };
  std::string word;
  OperationKind kind = OperationKind::write;
  Takes takes = Takes::nothing;
};

// One step of a script, in order of time.
struct ScriptStep {
  Time at{};
  NodeId node = no_node;
  std::string word;                           // one of WorkloadInfo::words
  OperationKind kind = OperationKind::write;  // that word's
  std::string argument;                       // as it was written; empty for `true`
  std::optional<std::string> key;
  std::optional<std::int64_t> client, size;
};

// What the workloads of one run number together.
struct Numbering {
  OpId operations = 0;
  WriteId writes = 0;
  ClientId clients = 0;
  std::map<std::string, std::vector<WriteId>> made;  // by prefix of the key: see OwnKeys
};

// What a workload may know of the cluster.
struct WorkloadContext {
  std::uint64_t seed = 0;
  std::vector<NodeId> nodes;  // all nodes of the scenario, ascending
  ZoneMap zones;
  Time duration_end{};               // the scenario's `duration`
  std::vector<ScriptStep> script{};  // if there are any, nothing is drawn
  std::shared_ptr<Numbering> numbering = std::make_shared<Numbering>();
};

struct WorkloadInfo {
  std::string name;
  std::string summary;
  std::vector<Parameter> parameters;  // the common ones and its own
  std::vector<ScriptWord> words;
  // Every node ought to come to hold every write. False: writes stay at one node, and agreement has no meaning.
  bool replicated = true;
  // Throws ParameterError if the values contradict each other.
  std::function<void(const ParameterValues&)> check;
  std::function<std::unique_ptr<Workload>(const ParameterValues&, const WorkloadContext&)> make;
};

// One of the workloads of a scenario.
struct WorkloadEntry {
  std::string kind = "broadcast";
  ParameterValues values;
  std::vector<ScriptStep> script{};
};

// All of them as one: phases, or side by side. Each draws as if it were alone with a seed of its own.
std::unique_ptr<Workload> make_workload(std::span<const WorkloadEntry> entries, const WorkloadContext& context);

std::span<const WorkloadInfo> workloads();
const WorkloadInfo* find_workload(std::string_view name);  // null if there is none

}  // namespace hearsay
