// The parameters of `raft`, by which scenarios set what protocols/common/raft/params.hpp has.
#pragma once

#include <string>
#include <vector>

#include "protocols/common/raft/params.hpp"
#include "sim/core/parameters.hpp"

namespace hearsay::raft {

const ParameterTable<Params>& parameter_table();
void check(const Params& params);  // throws ParameterError
std::vector<std::string> processor_time(const Params& params);

}  // namespace hearsay::raft
