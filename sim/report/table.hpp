// The tables that `run` prints: one a scenario, a row a protocol and matrix case, medians over seeds.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace hearsay {

// Lines up columns: text left, numbers right; the first row is the header. Ends with a newline.
std::string lay_out(const std::vector<std::vector<std::string>>& rows);

// `results`: those of one scenario, in order of the runs. Converged as a share of the runs; the median of a convergence
// time counts a run that never converged as infinite ("never"). The units stand in the header.
std::string scenario_table(const std::vector<nlohmann::ordered_json>& results);

}  // namespace hearsay
