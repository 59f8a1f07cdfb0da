// Keys of workloads in which each write makes a thing of its own, and a read asks for one that was made before.
#pragma once

#include <algorithm>
#include <string>

#include "sim/core/operation.hpp"
#include "sim/core/random.hpp"

namespace hearsay {

class OwnKeys {
 public:
  OwnKeys(std::string prefix, std::uint64_t seed) : prefix_(std::move(prefix)), random_(seed, "workload.key") {}

  void fill(Operation& operation) {
    if (operation.kind == OperationKind::write) {
      operation.value = std::to_string(operation.write);
      operation.key = prefix_ + operation.value;
      made_ = operation.write + 1;
    } else {
      operation.key = prefix_ + std::to_string(random_.below(std::max<std::uint64_t>(made_, 1)));
    }
  }

 private:
  std::string prefix_;
  RandomStream random_;
  std::uint64_t made_ = 0;
};

}  // namespace hearsay
