// Takes what tasks have finished over into the results, whether they ended or not, and whatever Slurm says.
#pragma once

#include <cstdint>

#include "sim/sweep/folder.hpp"

namespace hearsay::sweep {

struct Collected {
  std::int64_t added = 0;   // runs that the results did not have
  std::size_t missing = 0;  // runs of the submission that they still do not have
  std::size_t unread = 0;   // stores that are damaged; each was reported on stderr
};

// Merges the stores of all tasks, each in one transaction, so that a repetition, or two at once, add nothing twice.
// Once no run is missing, marks the folder as done. Throws StoreError if the results cannot be written,
// StoreContradiction if two results of one run differ.
Collected collect(const SweepFolder& folder);

}  // namespace hearsay::sweep
