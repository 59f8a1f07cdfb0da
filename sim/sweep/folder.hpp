// The folder of one submission, beside the store that it is for: RESULTS.sqlite.sweep/001. In it:
//   sweep.json      the work, the program's version and the number of tasks
//   runs/K          the runs of task K, one id per line
//   stores/         what tasks have finished, each in a file that nobody else writes; K-*.part.sqlite until it ends
//   logs/, *.sh     of Slurm
//   jobs            the ids of the array and of the job that merges
//   collected       the stores have been merged, with runs missing
//   done            every run is in the results; the stores are gone
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/report/stored_runs.hpp"
#include "sim/sweep/work.hpp"

namespace hearsay::sweep {

struct SubmittedJobs {
  std::string array, merge;  // the second empty if there is none
};

class SweepFolder {
 public:
  // Throws UsageError if the path is no such folder.
  explicit SweepFolder(std::filesystem::path path);

  // A new one with the next number. Throws std::filesystem::filesystem_error or FileError if it cannot be written.
  static SweepFolder create(const Work& work, std::span<const std::vector<RunId>> tasks);
  // Those of a store, in order of their numbers; those that are done as well.
  static std::vector<SweepFolder> all_of(const std::string& results);

  const std::filesystem::path& path() const { return path_; }
  const Work& work() const { return work_; }
  const std::string& version() const { return version_; }
  std::uint32_t tasks() const { return tasks_; }

  std::vector<RunId> runs_of(std::uint32_t task) const;
  std::vector<RunId> runs() const;

  std::optional<SubmittedJobs> jobs() const;
  void keep_jobs(const SubmittedJobs& jobs) const;

  bool done() const;
  void mark_done() const;  // removes the stores, too
  // Whether the stores have been merged while runs were missing: a task that ends later merges them itself.
  bool collected() const;
  void mark_collected() const;

  // Finished and unfinished ones, by name; of one task or of all.
  std::vector<std::filesystem::path> stores(std::optional<std::uint32_t> task = std::nullopt) const;
  // Of how many runs the stores of each task hold a result: of several stores of one task the fullest counts.
  std::vector<std::int64_t> finished() const;

 private:
  std::filesystem::path path_;
  Work work_;
  std::string version_;
  std::uint32_t tasks_ = 0;
};

// One process at a time decides what is missing from a store and submits it. Where nothing was submitted, no folder is
// left behind.
class SweepLock {
 public:
  // Waits for the others. Throws std::runtime_error if the folder beside the results cannot be written.
  explicit SweepLock(const std::string& results);
  ~SweepLock();
  SweepLock(const SweepLock&) = delete;
  SweepLock& operator=(const SweepLock&) = delete;

 private:
  std::filesystem::path file() const;
  void wait() const;         // until the file is locked
  bool still_there() const;  // the name is still that of the open file

  std::filesystem::path folder_;
  int descriptor_;
};

}  // namespace hearsay::sweep
