// One task of a sweep: its runs, on whatever machine it was started.
#pragma once

#include <cstdint>

#include "sim/cli/command.hpp"
#include "sim/sweep/folder.hpp"

namespace hearsay::sweep {

// Runs what neither this task's earlier attempts nor their leftovers have finished, into a store of its own, which is
// renamed when it is complete or when the task is asked to stop. A run that fails its expectations is a result like any
// other. Exit::ok: every run has a result; Exit::internal: not all; Exit::usage: the scenarios, a plugin or the program
// have changed since the sweep was submitted.
Exit run_task(const SweepFolder& folder, std::uint32_t task);

}  // namespace hearsay::sweep
