#include "sim/sweep/task.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <unordered_set>

#include "sim/cli/batch.hpp"
#include "sim/cli/version.hpp"
#include "sim/core/text.hpp"
#include "sim/report/merge.hpp"
#include "sim/sweep/collect.hpp"

namespace hearsay::sweep {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t chunk = 1000;  // runs whose results are in memory at once

std::string word_of_environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

// A file that no other process writes, not even an earlier attempt that lives on where its node was given up.
fs::path make_own_store(const SweepFolder& folder, std::uint32_t task) {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  const std::string job = word_of_environment("SLURM_JOB_ID");
  const std::string name = std::to_string(task) + "-" + (job.empty() ? "" : "job" + job + "-") + host.data() + "-" +
                           std::to_string(getpid());
  for (int again = 0;; ++again) {
    const fs::path file =
        folder.path() / "stores" / (name + (again == 0 ? "" : "-" + std::to_string(again)) + ".part.sqlite");
    const int descriptor = open(file.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    if (descriptor < 0 && errno == EEXIST) continue;
    if (descriptor < 0)
      throw std::runtime_error("cannot write " + file.string() + ": " + std::string(std::strerror(errno)));
    close(descriptor);
    return file;
  }
}

fs::path finished_name(const fs::path& part) {
  const std::string text = part.string(), end = ".part.sqlite";
  return text.substr(0, text.size() - end.size()) + ".sqlite";
}

// What earlier attempts at this task have finished need not be run again.
void take_over(const std::vector<fs::path>& earlier, const fs::path& own) {
  for (const fs::path& store : earlier) {
    if (store == own || count_runs(store.string()) == 0) continue;
    try {
      const MergeCount count = StoreMerge(own.string()).add(store.string(), true);
      std::cerr << "hearsay: " << count.added << " runs taken over from " << store.filename().string() << "\n";
    } catch (const StoreError& error) {
      std::cerr << "hearsay: an earlier attempt's store is left out: " << printable(error.what()) << "\n";
    }
  }
}

void keep_store(const fs::path& own) {
  std::error_code failed;
  if (count_runs(own.string()) == 0)
    fs::remove(own, failed);
  else
    fs::rename(own, finished_name(own), failed);
  if (failed && fs::exists(own))
    std::cerr << "hearsay: cannot rename " << own.string() << ": " << failed.message() << "\n";
}

// In pieces, so that memory does not grow with the number of runs.
bool run_all(const RunCommandOptions& options, Plan plan, Exit& worst) {
  for (std::size_t begin = 0; begin < plan.runs.size(); begin += chunk) {
    const auto first = plan.runs.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto count = static_cast<std::ptrdiff_t>(std::min(chunk, plan.runs.size() - begin));
    const Plan part{{std::make_move_iterator(first), std::make_move_iterator(first + count)}, plan.groups};
    Batch batch(options, part);
    const Exit exit = batch.run();
    if (!batch.complete()) return false;
    worst = worse(worst, exit);
  }
  return true;
}

// The job that merges does not wait for a task that is requeued: what comes after it, the task merges.
void collect_late(const SweepFolder& folder) {
  if (folder.done() || !folder.collected()) return;
  const Collected collected = collect(folder);
  std::cerr << "hearsay: the stores had been merged before: " << collected.added << " runs added, " << collected.missing
            << " missing\n";
}

}  // namespace

Exit run_task(const SweepFolder& folder, std::uint32_t task) {
  if (task >= folder.tasks())
    throw UsageError("--task: " + folder.path().string() + " has the tasks 0 to " + std::to_string(folder.tasks() - 1));
  if (folder.done()) return Exit::ok;
  if (folder.version() != source_version())
    throw UsageError("the sweep was submitted by version " + folder.version() + " and this is " + source_version() +
                     "; submit it again");
  fs::current_path(folder.work().directory);
  const auto listed = folder.runs_of(task);
  const std::unordered_set<RunId> wanted(listed.begin(), listed.end());
  Plan plan = plan_of(folder.work(), [&](const RunKey& key) { return wanted.contains(run_id(key)); });
  std::unordered_set<RunId> found;
  std::erase_if(plan.runs, [&](const PlannedRun& run) { return !found.insert(run_id(run.key)).second; });

  const auto earlier = folder.stores(task);
  const fs::path own = make_own_store(folder, task);
  take_over(earlier, own);
  RunCommandOptions options = folder.work().common;
  options.results = own.string();
  options.format = Format::none;
  options.quiet = options.silent = true;
  Exit worst = Exit::ok;
  const bool whole = run_all(options, std::move(plan), worst);
  const auto kept = count_runs(own.string());
  keep_store(own);
  std::cerr << "hearsay: task " << task << ": " << kept << " of " << wanted.size() << " runs have a result"
            << (whole ? "\n" : "; it was asked to stop\n");
  if (!whole) return Exit::internal;
  collect_late(folder);
  if (found.size() < wanted.size())
    throw UsageError(
        std::to_string(wanted.size() - found.size()) +
        " runs of this task are not in the scenarios any more: a scenario, a platform file or a plugin has "
        "changed since the sweep was submitted; submit it again");
  return kept < static_cast<std::int64_t>(wanted.size()) ? Exit::internal : Exit::ok;
}

}  // namespace hearsay::sweep
