// The options of `sweep`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/cli/run_options.hpp"

namespace hearsay::sweep {

// What goes into sbatch's command line.
struct SlurmOptions {
  std::optional<std::uint32_t> tasks;
  std::optional<std::string> partition, time, memory;
  std::vector<std::string> more;  // of --sbatch-arg, in their order
};

struct SweepOptions {
  RunCommandOptions run;  // jobs: of a task, under Slurm and --print-tasks
  SlurmOptions slurm;
  bool on_slurm = false, dry_run = false, wait = false, print_tasks = false, collect = false;
  bool help = false;                  // has been printed
  std::optional<std::uint32_t> task;  // of `folder`
  std::string folder;                 // --task, --collect
};

// Throws UsageError.
SweepOptions read_sweep_options(const Arguments& arguments);

// The options of `sweep` and `tune` that say how tasks are asked for, and their values.
boost::program_options::options_description slurm_options();
SlurmOptions read_slurm_options(const boost::program_options::variables_map& given);

}  // namespace hearsay::sweep
