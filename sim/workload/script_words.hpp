// Words of scripts that several workloads have.
#pragma once

#include <vector>

#include "sim/workload/workload.hpp"

namespace hearsay {

inline ScriptWord write_word() { return {"write", OperationKind::write, ScriptWord::Takes::value}; }
inline ScriptWord read_word() { return {"read", OperationKind::read, ScriptWord::Takes::nothing}; }

}  // namespace hearsay
