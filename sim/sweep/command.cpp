// `sweep`.
#include "sim/cli/command.hpp"

#include <filesystem>
#include <iostream>

#include "sim/cli/batch.hpp"
#include "sim/core/files.hpp"
#include "sim/core/text.hpp"
#include "sim/sweep/collect.hpp"
#include "sim/sweep/options.hpp"
#include "sim/sweep/slurm.hpp"
#include "sim/sweep/submit.hpp"
#include "sim/sweep/task.hpp"
#include "sim/sweep/wait.hpp"

namespace hearsay {
namespace {

using sweep::SweepOptions;

// Exit::internal if runs are still missing: as a job of Slurm's it then counts as failed, and its log says why.
Exit collect_folder(const std::string& path) {
  const sweep::SweepFolder folder(path);
  const std::string& results = *folder.work().common.results;
  if (folder.done()) {
    std::cout << printable(results) << ": has every run of " << printable(folder.path().string()) << "\n";
    return Exit::ok;
  }
  const sweep::Collected collected = sweep::collect(folder);
  std::cout << printable(results) << ": " << collected.added << " runs added, " << collected.missing << " of "
            << folder.runs().size() << " missing\n";
  if (collected.missing > 0) std::cout << "repeat the `sweep` command to run what is missing\n";
  return collected.missing == 0 ? Exit::ok : Exit::internal;
}

Exit sweep_on_slurm(const SweepOptions& options, const sweep::Work& work) {
  const sweep::Submission submission = sweep::submit_to_slurm(work, options.slurm, std::cout);
  std::cout << std::flush;
  if (!options.wait) return Exit::ok;
  const auto waited = sweep::wait_for(submission, std::cerr);
  const Exit exit = sweep::conclude(submission, work, std::cerr);
  return waited == sweep::Waited::cancelled ? Exit::internal : exit;
}

// What is no store is a mistake of the command line; what goes wrong later is not.
void check_store(const std::string& file) {
  const auto folder = std::filesystem::absolute(file).parent_path();
  if (std::error_code ignored; !std::filesystem::is_directory(folder, ignored))
    throw UsageError("--results: cannot create " + file + ": the directory " + folder.string() + " does not exist");
  try {
    runs_in(file);
  } catch (const StoreError& error) {
    throw UsageError("--results: " + std::string(error.what()));
  }
}

Exit sweep_scenarios(const SweepOptions& options) {
  check_simgrid_options(options.run);
  check_store(*options.run.results);
  const sweep::Work work = sweep::work_of(options.run);
  if (options.dry_run) {
    sweep::show_plan(work, options.slurm, options.on_slurm, std::cout);
    return Exit::ok;
  }
  if (options.on_slurm) return sweep_on_slurm(options, work);
  if (options.print_tasks) {
    sweep::print_tasks(work, options.slurm, std::cout, std::cerr);
    return Exit::ok;
  }
  const Plan plan = make_plan(options.run);
  return Batch(options.run, plan).run();
}

}  // namespace

Exit sweep_command(const Arguments& arguments) {
  const SweepOptions options = sweep::read_sweep_options(arguments);
  if (options.help) return Exit::ok;
  if (options.collect) return collect_folder(options.folder);
  if (options.task) return sweep::run_task(sweep::SweepFolder(options.folder), *options.task);
  return sweep_scenarios(options);
}

}  // namespace hearsay
