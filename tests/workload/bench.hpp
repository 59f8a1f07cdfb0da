// Runs a workload to its end without a cluster.
#pragma once

#include <numeric>
#include <string>
#include <vector>

#include "sim/workload/workload.hpp"

namespace hearsay {

struct WorkloadBench {
  std::string kind = "broadcast";
  std::uint64_t seed = 1;
  std::uint32_t nodes = 5;
  Duration duration = std::chrono::seconds(60);
  ParameterValues given;
  std::vector<ScriptStep> script{};
  bool until_the_end = true;  // without `stop` and `operations`: to the end of the run, not of what is usual

  std::unique_ptr<Workload> make() const {
    const WorkloadInfo* info = find_workload(kind);
    ParameterValues values = given;
    for (const auto& parameter : info->parameters)
      if (!std::holds_alternative<std::monostate>(parameter.default_value))
        values.try_emplace(parameter.name, parameter.default_value);
    if (until_the_end && !values.contains("operations")) values.try_emplace("stop", Value(duration));
    info->check(values);
    WorkloadContext context;
    context.seed = seed;
    context.nodes.resize(nodes);
    std::iota(context.nodes.begin(), context.nodes.end(), NodeId{0});
    context.duration_end = Time(duration);
    context.script = script;
    return info->make(values, context);
  }

  std::vector<ScheduledOperation> all() const {
    std::vector<ScheduledOperation> operations;
    const auto workload = make();
    while (auto operation = workload->next()) operations.push_back(std::move(*operation));
    return operations;
  }
};

}  // namespace hearsay
