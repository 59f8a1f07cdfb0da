// Follows what was submitted, from the files that the tasks write.
#pragma once

#include <cstdint>
#include <iosfwd>

#include "sim/cli/command.hpp"
#include "sim/sweep/submit.hpp"

namespace hearsay::sweep {

enum class Waited : std::uint8_t { ended, cancelled };

// Returns when no task is left that Slurm would run and the results have what the tasks finished. Ctrl-C, or SIGTERM,
// cancels what was submitted now (not what an earlier command submitted), and the results get what is finished.
Waited wait_for(const Submission& submission, std::ostream& said);

// The verdict over all planned runs, and for tasks with runs that have no result where to look. The status is that of
// `run`, Exit::internal if runs are missing.
Exit conclude(const Submission& submission, const Work& work, std::ostream& said);

}  // namespace hearsay::sweep
