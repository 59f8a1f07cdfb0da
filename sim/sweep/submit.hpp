// Decides what is missing from a store and hands it out.
#pragma once

#include <iosfwd>
#include <optional>
#include <vector>

#include "sim/sweep/division.hpp"
#include "sim/sweep/folder.hpp"
#include "sim/sweep/options.hpp"

namespace hearsay::sweep {

struct Submission {
  Stock stock;
  std::optional<SweepFolder> fresh;  // what was handed out now; nothing if nothing was missing
  std::vector<SweepFolder> earlier;  // with tasks that Slurm has not ended yet
};

// Takes over what earlier submissions have finished, and submits what then is neither in the store nor with a task that
// is still to run. Says what it did. Throws SlurmError: nothing was submitted, or, if sbatch refused the second job,
// that nothing will merge.
Submission submit_to_slurm(const Work& work, const SlurmOptions& options, std::ostream& said);

// The same for others than Slurm: prints a command per task to `commands`.
Submission print_tasks(const Work& work, const SlurmOptions& options, std::ostream& commands, std::ostream& said);

// What the two would do, without doing it.
void show_plan(const Work& work, const SlurmOptions& options, bool on_slurm, std::ostream& said);

}  // namespace hearsay::sweep
