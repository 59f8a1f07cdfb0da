// The tables that `run` prints: one a scenario, a row a protocol and matrix case, medians over seeds.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace hearsay {

// Lines up columns: text left, numbers right. The first row is the header, in which a line break begins another line;
// in the other rows whatever would break a line is shown escaped. Ends with a newline.
std::string lay_out(const std::vector<std::vector<std::string>>& rows);

// `results`: those of one scenario, in order of the runs. Converged as a share of the runs; the median of a convergence
// time counts a run that never converged as infinite ("never"). The units stand in the header.
std::string scenario_table(const std::vector<nlohmann::ordered_json>& results);

}  // namespace hearsay
