#include "sim/sweep/submit.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <ostream>

#include "sim/cli/program.hpp"
#include "sim/cli/progress_line.hpp"
#include "sim/core/files.hpp"
#include "sim/core/text.hpp"
#include "sim/sweep/collect.hpp"
#include "sim/sweep/slurm.hpp"

namespace hearsay::sweep {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t usual_max_array_size = 1001;  // Slurm's default
constexpr const char* merge_memory = "1024M";

std::string plural(std::size_t count, const std::string& word) {
  return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
}

struct UnderWay {
  std::unordered_set<RunId> runs;
  std::vector<SweepFolder> folders;
};

// `change`: takes over what is finished; otherwise counts it as under way.
UnderWay look_at_earlier(const std::string& results, bool change) {
  UnderWay found;
  for (const SweepFolder& folder : SweepFolder::all_of(results)) {
    if (folder.done()) continue;
    if (change && collect(folder).missing == 0) continue;
    if (!change)
      for (const auto& store : folder.stores())
        if (count_runs(store.string()) > 0)
          for (const auto& [id, verdict] : runs_in(store.string())) found.runs.insert(id);
    const auto jobs = folder.jobs();
    if (!jobs) continue;
    const JobView view = look_at(jobs->array);
    if (view.answer == JobView::Answer::silent)
      throw SlurmError("Slurm does not answer, so whether job " + jobs->array + " of " + folder.path().string() +
                       " still runs is not known; try again when it does");
    if (!view.active()) continue;
    found.folders.push_back(folder);
    for (const auto& [task, state] : view.tasks)
      if (!state.over() && task < folder.tasks())
        for (const RunId id : folder.runs_of(task)) found.runs.insert(id);
  }
  return found;
}

std::string program_words() {
  const char* plugins = std::getenv("HEARSAY_PLUGINS");
  const std::string with =
      plugins != nullptr && *plugins != '\0' ? "env HEARSAY_PLUGINS=" + shell_quoted(plugins) + " " : "";
  return with + shell_quoted(own_program().string());
}

std::string task_script(const fs::path& folder) {
  return "#!/bin/sh\nexec " + program_words() + " sweep --task \"$SLURM_ARRAY_TASK_ID\" " +
         shell_quoted(folder.string()) + "\n";
}

std::string merge_script(const fs::path& folder) {
  return "#!/bin/sh\nexec " + program_words() + " sweep --collect " + shell_quoted(folder.string()) + "\n";
}

// As sbatch reads a pattern for file names.
std::string literal(const fs::path& path) {
  std::string text;
  for (const char c : path.string()) text += c == '%' ? "%%" : std::string(1, c);
  return text;
}

std::string name_of_job(const Work& work) { return "hearsay-" + fs::path(*work.common.results).stem().string(); }

void add_common(std::vector<std::string>& words, const SlurmOptions& options) {
  if (options.partition) words.push_back("--partition=" + *options.partition);
  words.insert(words.end(), options.more.begin(), options.more.end());
}

std::vector<std::string> array_words(const Work& work, const SlurmOptions& options, const Request& request,
                                     std::size_t tasks, const fs::path& folder) {
  std::vector<std::string> words{"--job-name=" + name_of_job(work),
                                 "--array=0-" + std::to_string(tasks - 1),
                                 "--cpus-per-task=" + std::to_string(work.common.jobs),
                                 "--mem=" + options.memory.value_or(std::to_string(*request.memory_mib) + "M"),
                                 "--requeue",
                                 "--open-mode=append",
                                 "--output=" + literal(folder / "logs") + "/%a.log"};
  if (options.time || request.minutes)
    words.push_back("--time=" + options.time.value_or(std::to_string(*request.minutes)));
  add_common(words, options);
  words.push_back((folder / "task.sh").string());
  return words;
}

// `afterany`: a task that failed must not keep what the others finished from being merged, and `afterok` of a job that
// the controller does not know runs at once. What the job merges, it sees from the files.
std::vector<std::string> merge_words(const Work& work, const SlurmOptions& options, const std::string& array,
                                     const fs::path& folder) {
  std::vector<std::string> words{"--job-name=" + name_of_job(work) + "-merge",
                                 "--dependency=afterany:" + array,
                                 std::string("--mem=") + merge_memory,
                                 "--requeue",
                                 "--open-mode=append",
                                 "--output=" + literal(folder / "logs" / "merge.log")};
  add_common(words, options);
  words.push_back((folder / "merge.sh").string());
  return words;
}

std::uint32_t tasks_to_submit(const Stock& stock, const SlurmOptions& options, std::size_t jobs, bool on_slurm) {
  const auto asked = on_slurm ? most_tasks_of_cluster() : std::nullopt;
  const std::uint32_t most = on_slurm ? asked.value_or(usual_max_array_size) : UINT32_MAX;
  if (options.tasks && *options.tasks > most)
    throw UsageError("--tasks " + std::to_string(*options.tasks) + ": an array has at most " + std::to_string(most) +
                     " tasks here (MaxArraySize); each task holds many runs");
  const std::uint32_t tasks = options.tasks.value_or(usual_tasks(stock, jobs, most));
  return static_cast<std::uint32_t>(std::min<std::size_t>(tasks, stock.missing.size()));
}

std::string shown(const std::vector<std::string>& words) {
  std::string text = "sbatch --parsable";
  for (const std::string& word : words) text += " " + shell_quoted(word);
  return text;
}

void say_stock(const Stock& stock, const std::string& results, std::ostream& said) {
  said << plural(stock.planned.size(), "run") << ": " << stock.stored << " in " << printable(results);
  if (stock.under_way > 0) said << ", " << stock.under_way << " under way";
  said << ", " << stock.missing.size() << " to do\n";
}

void say_request(const Stock& stock, std::size_t jobs, std::size_t tasks, std::ostream& said) {
  double sum = 0;
  for (const MissingRun& run : stock.missing) sum += run.cost_s;
  if (stock.measured)
    said << "estimated from the store: " << rough_time(sum) << " of computing, "
         << rough_time(sum / static_cast<double>(tasks * jobs)) << " per task, at most "
         << static_cast<std::int64_t>(stock.most_rss_mib) + 1 << " MiB per run\n";
  else
    said << "the store has no runs to estimate memory and time from; `run --seeds 1 --results` adds some\n";
}

// Divides what is missing into a new folder; nothing if nothing is.
std::optional<SweepFolder> make_folder(const Work& work, const SlurmOptions& options, const Stock& stock, bool on_slurm,
                                       std::ostream& said) {
  say_stock(stock, *work.common.results, said);
  if (stock.missing.empty()) return std::nullopt;
  const auto divided = divide(stock, tasks_to_submit(stock, options, work.common.jobs, on_slurm));
  say_request(stock, work.common.jobs, divided.size(), said);
  open_or_create_store(*work.common.results);  // what is wrong with it is said now
  return SweepFolder::create(work, divided);
}

void hand_over(const SweepFolder& folder, const SlurmOptions& options, const Stock& stock, std::ostream& said) {
  const Work& work = folder.work();
  const fs::path& path = folder.path();
  write_file((path / "task.sh").string(), task_script(path));
  write_file((path / "merge.sh").string(), merge_script(path));
  const Request request = request_for(stock, work.common.jobs, folder.tasks());
  SubmittedJobs jobs{submit(array_words(work, options, request, folder.tasks(), path)), ""};
  folder.keep_jobs(jobs);
  said << "job " << jobs.array << ": " << plural(folder.tasks(), "task") << " with "
       << plural(stock.missing.size(), "run") << ", logs in " << printable((path / "logs").string()) << "\n";
  try {
    jobs.merge = submit(merge_words(work, options, jobs.array, path));
  } catch (const SlurmError& error) {
    throw SlurmError(std::string(error.what()) + "; job " + jobs.array +
                     " was submitted, but none that merges: repeat the command when it has ended");
  }
  folder.keep_jobs(jobs);
  said << "job " << jobs.merge << ": then merges them into " << printable(*work.common.results) << "\n";
}

}  // namespace

Submission submit_to_slurm(const Work& work, const SlurmOptions& options, std::ostream& said) {
  const SweepLock lock(*work.common.results);
  UnderWay earlier = look_at_earlier(*work.common.results, true);
  Submission submission{take_stock(work, earlier.runs), std::nullopt, std::move(earlier.folders)};
  submission.fresh = make_folder(work, options, submission.stock, true, said);
  if (!submission.fresh) return submission;
  try {
    hand_over(*submission.fresh, options, submission.stock, said);
  } catch (const SlurmError&) {
    std::error_code ignored;
    if (!submission.fresh->jobs()) fs::remove_all(submission.fresh->path(), ignored);
    throw;
  }
  return submission;
}

Submission print_tasks(const Work& work, const SlurmOptions& options, std::ostream& commands, std::ostream& said) {
  const SweepLock lock(*work.common.results);
  UnderWay earlier = look_at_earlier(*work.common.results, true);
  Submission submission{take_stock(work, earlier.runs), std::nullopt, std::move(earlier.folders)};
  submission.fresh = make_folder(work, options, submission.stock, false, said);
  if (!submission.fresh) return submission;
  const std::string folder = shell_quoted(submission.fresh->path().string());
  for (std::uint32_t task = 0; task < submission.fresh->tasks(); ++task)
    commands << program_words() << " sweep --task " << task << " " << folder << "\n";
  said << "when they have ended: " << program_words() << " sweep --collect " << folder << "\n";
  return submission;
}

void show_plan(const Work& work, const SlurmOptions& options, bool on_slurm, std::ostream& said) {
  const Stock stock = take_stock(work, look_at_earlier(*work.common.results, false).runs);
  say_stock(stock, *work.common.results, said);
  if (stock.missing.empty()) return;
  const std::uint32_t tasks = on_slurm ? tasks_to_submit(stock, options, work.common.jobs, true) : 1;
  say_request(stock, work.common.jobs, tasks, said);
  if (!on_slurm) return;
  const fs::path folder = *work.common.results + ".sweep/NUMBER";
  said << shown(array_words(work, options, request_for(stock, work.common.jobs, tasks), tasks, folder)) << "\n"
       << shown(merge_words(work, options, "JOB", folder)) << "\n";
}

}  // namespace hearsay::sweep
