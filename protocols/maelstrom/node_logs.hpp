// Where programs' stderr goes, for `run --node-logs`. A setting of the process, as runs have processes of their own.
#pragma once

#include <string>

namespace hearsay::maelstrom {

// From now on; the folder exists. What an earlier run has left there is replaced.
void keep_logs_in(const std::string& folder);
const std::string& log_folder();  // empty: they are kept until the run is over

}  // namespace hearsay::maelstrom
