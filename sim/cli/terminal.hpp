// What stdout is: how wide, and whether colours show.
#pragma once

#include <string>
#include <vector>

#include "sim/report/table.hpp"

namespace hearsay {

// Width and colours of a terminal; elsewhere no colours, and the width that COLUMNS says, if it says one. NO_COLOR (set
// and not empty) and TERM=dumb switch colours off.
TableStyle style_of_stdout();

bool stderr_is_terminal();

// The fields of `--columns a,b`. Throws UsageError for one that is not there or no number.
std::vector<const Field*> read_columns(const std::string& text);

}  // namespace hearsay
