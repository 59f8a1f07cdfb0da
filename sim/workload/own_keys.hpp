// Keys of workloads in which each write makes a thing of its own, and a read asks for one that was made before.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "sim/workload/workload.hpp"

namespace hearsay {

class OwnKeys {
 public:
  OwnKeys(std::string prefix, const WorkloadContext& context)
      : prefix_(std::move(prefix)), numbering_(context.numbering), random_(context.seed, "workload.key") {}

  void fill(Operation& operation) {
    if (operation.kind == OperationKind::write) {
      operation.value = std::to_string(operation.write);
      make(operation);
    } else {
      const auto& made = numbering_->made[prefix_];  // by the other workloads of the scenario too
      const std::uint64_t drawn = random_.below(std::max<std::uint64_t>(made.size(), 1));
      operation.key = prefix_ + std::to_string(made.empty() ? 0 : made[drawn]);
    }
  }

  // Of a script: a write makes the thing that its key names or a new one; a read asks for that, or for the newest.
  void fill_scripted(Operation& operation) {
    const bool writes = operation.kind == OperationKind::write;
    if (writes && operation.value.empty()) operation.value = std::to_string(operation.write);
    if (!operation.key.empty()) return;
    const auto& made = numbering_->made[prefix_];
    if (writes)
      make(operation);
    else
      operation.key = prefix_ + std::to_string(made.empty() ? 0 : made.back());
  }

 private:
  void make(Operation& operation) {
    operation.key = prefix_ + std::to_string(operation.write);
    numbering_->made[prefix_].push_back(operation.write);
  }

  std::string prefix_;
  std::shared_ptr<Numbering> numbering_;
  RandomStream random_;
};

}  // namespace hearsay
