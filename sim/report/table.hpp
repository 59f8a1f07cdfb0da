// The tables that `run` prints: one per scenario, one row per protocol and matrix case, medians over seeds.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "sim/metrics/field.hpp"

namespace hearsay {

// What a table is printed on.
struct TableStyle {
  std::size_t width = 0;  // columns of the terminal; 0: as wide as it gets
  bool colour = false;    // verdicts and best values stand out by ANSI escapes
};

// The priority of a column that is never left out.
inline constexpr int always_shown = 1000;

// Lines up columns: text left, numbers right. The first row is the header, in which a line break begins another line;
// in the other rows whatever would break a line is shown escaped. Ends with a newline. Where the table is wider than
// `style.width`, columns of the lowest of `priorities` go first, the last of equal ones, and a line names them; a
// column without a priority stays.
std::string lay_out(const std::vector<std::vector<std::string>>& rows, const TableStyle& style = {},
                    const std::vector<int>& priorities = {});

// `results`: those of one scenario, in order of the runs. Converged as a share of the runs; the median of a convergence
// time counts a run that never converged as infinite ("never"). The units stand in the header. `fields`: numeric ones.
std::string scenario_table(const std::vector<nlohmann::ordered_json>& results, const std::vector<const Field*>& fields,
                           const TableStyle& style = {});

// What that looks at in a result, for these columns; besides, the names of the run: scenario, label, case.
std::vector<const Field*> fields_of_table(const std::vector<const Field*>& columns);

}  // namespace hearsay
