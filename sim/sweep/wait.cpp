#include "sim/sweep/wait.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <iostream>
#include <map>
#include <numeric>
#include <thread>

#include "sim/cli/terminal.hpp"
#include "sim/core/text.hpp"
#include "sim/sweep/collect.hpp"
#include "sim/sweep/slurm.hpp"

namespace hearsay::sweep {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds between_looks{2};
constexpr std::chrono::seconds between_lines{
    30};                                          // where stderr is no terminal; a change of what waits is said at once
constexpr std::chrono::seconds most_killing{60};  // Slurm's KillWait is 30 s by default
constexpr std::size_t most_named = 5;             // tasks

volatile std::sig_atomic_t interrupts = 0;

class Interrupts {
 public:
  Interrupts() {
    interrupts = 0;
    struct sigaction action {};
    action.sa_handler = [](int) { interrupts = interrupts + 1; };
    for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals.at(i), &action, &before_.at(i));
  }
  ~Interrupts() {
    for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals.at(i), &before_.at(i), nullptr);
  }
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

 private:
  static constexpr std::array<int, 3> signals{SIGINT, SIGTERM, SIGHUP};
  std::array<struct sigaction, 3> before_{};
};

// A line that is rewritten on a terminal, and elsewhere printed when its second part changes or now and then.
class StatusLine {
 public:
  explicit StatusLine(std::ostream& out) : out_(out) {}

  void show(const std::string& progress, const std::string& state) {
    const auto now = Clock::now();
    if (terminal_) {
      out_ << "\r\x1b[K" << progress << state << std::flush;
    } else if (state != state_ || now >= next_) {
      out_ << progress << state << std::endl;
      next_ = now + between_lines;
    }
    state_ = state;
  }
  void clear() {
    if (terminal_) out_ << "\r\x1b[K" << std::flush;
  }

 private:
  std::ostream& out_;
  const bool terminal_ = stderr_is_terminal();
  std::string state_;
  Clock::time_point next_{};
};

// One submission that is waited for.
struct Followed {
  SweepFolder folder;
  SubmittedJobs jobs;
  JobView array, merge;
  std::size_t runs = 0, finished = 0;

  explicit Followed(const SweepFolder& which) : folder(which), jobs(*which.jobs()), runs(which.runs().size()) {}

  void look() {
    array = look_at(jobs.array);
    if (!jobs.merge.empty()) merge = look_at(jobs.merge);
    const auto counts = folder.finished();
    // A store that is being opened counts for nothing; what was seen stays seen.
    finished = folder.done()
                   ? runs
                   : std::max(finished,
                              static_cast<std::size_t>(std::accumulate(counts.begin(), counts.end(), std::int64_t{0})));
  }
  bool ended() const {
    if (folder.done()) return true;
    const auto over = [](const JobView& view) { return view.answer != JobView::Answer::silent && !view.active(); };
    return over(array) && (jobs.merge.empty() || over(merge));
  }
  std::string state() const {
    std::string text = "; job " + jobs.array + ": " + array.summary();
    if (array.answer == JobView::Answer::known && !array.active() && merge.active())
      text = "; job " + jobs.merge + " merges: " + merge.summary();
    return text;
  }
};

std::vector<Followed> followed_by(const Submission& submission) {
  std::vector<Followed> all(submission.earlier.begin(), submission.earlier.end());
  if (submission.fresh) all.emplace_back(*submission.fresh);
  return all;
}

void show(StatusLine& line, const std::vector<Followed>& all) {
  std::size_t finished = 0, runs = 0;
  std::string state;
  for (const Followed& one : all) {
    finished += one.finished;
    runs += one.runs;
    if (!one.ended()) state += one.state();
  }
  line.show(std::to_string(finished) + " of " + std::to_string(runs) + " runs finished", state);
}

void pause_a_little(std::chrono::milliseconds how_long, int until_interrupts) {
  const auto end = Clock::now() + how_long;
  while (Clock::now() < end && interrupts < until_interrupts)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

// Cancels what this command has submitted and waits until its tasks have put down what they had.
void cancel_fresh(const Submission& submission, StatusLine& line, std::ostream& said) {
  line.clear();
  if (!submission.fresh) return;
  Followed fresh(*submission.fresh);
  std::vector<std::string> jobs{fresh.jobs.array};
  if (!fresh.jobs.merge.empty()) jobs.push_back(fresh.jobs.merge);
  said << "cancelling job " << fresh.jobs.array << "; its finished runs are kept\n";
  try {
    cancel(jobs);
  } catch (const SlurmError& error) {
    said << "hearsay: " << printable(error.what()) << "; cancel it with scancel " << fresh.jobs.array << "\n";
    return;
  }
  const auto limit = Clock::now() + most_killing;
  for (fresh.look(); !fresh.ended() && Clock::now() < limit && interrupts < 2; fresh.look())
    pause_a_little(std::chrono::milliseconds(500), 2);
}

// Those with a run that the results lack, by folder.
void name_lost_tasks(const std::vector<Followed>& all, const std::string& results, std::ostream& said) {
  const auto there = runs_in(results);
  std::size_t lost = 0;
  for (const Followed& one : all) {
    if (one.folder.done()) continue;
    for (std::uint32_t task = 0; task < one.folder.tasks(); ++task) {
      const auto runs = one.folder.runs_of(task);
      const auto missing = std::count_if(runs.begin(), runs.end(), [&](RunId id) { return !there.contains(id); });
      if (missing == 0 || ++lost > most_named) continue;
      const JobView view = look_at(one.jobs.array);
      const auto state = view.tasks.find(task);
      said << "  task " << one.jobs.array << "_" << task << ": " << missing << " of " << runs.size() << " runs missing";
      if (state != view.tasks.end()) said << ", " << state->second.state << " (" << state->second.reason << ")";
      said << ", " << printable((one.folder.path() / "logs" / (std::to_string(task) + ".log")).string()) << "\n";
    }
  }
  if (lost > most_named) said << "  and " << lost - most_named << " more tasks\n";
}

}  // namespace

Waited wait_for(const Submission& submission, std::ostream& said) {
  std::vector<Followed> all = followed_by(submission);
  const Interrupts watch;
  StatusLine line(said);
  while (interrupts == 0) {
    for (Followed& one : all) one.look();
    const bool ended = std::all_of(all.begin(), all.end(), [](const Followed& one) { return one.ended(); });
    if (ended) break;
    show(line, all);
    pause_a_little(between_looks, 1);
  }
  const bool cancelled = interrupts > 0;
  if (cancelled) cancel_fresh(submission, line, said);
  line.clear();
  for (const Followed& one : all) collect(one.folder);
  return cancelled ? Waited::cancelled : Waited::ended;
}

Exit conclude(const Submission& submission, const Work& work, std::ostream& said) {
  const std::string& results = *work.common.results;
  const auto there = runs_in(results);
  std::map<StoredVerdict, std::size_t> count;
  std::size_t missing = 0;
  for (const RunId id : submission.stock.planned) {
    const auto it = there.find(id);
    if (it == there.end())
      ++missing;
    else
      ++count[it->second];
  }
  Exit exit = missing > 0 || count[StoredVerdict::crashed] > 0 ? Exit::internal
              : count[StoredVerdict::inconclusive] > 0         ? Exit::inconclusive
              : count[StoredVerdict::fail] > 0                 ? Exit::failed
                                                               : Exit::ok;
  static const std::map<Exit, const char*> words{
      {Exit::ok, "pass"}, {Exit::failed, "fail"}, {Exit::inconclusive, "inconclusive"}, {Exit::internal, "error"}};
  said << words.at(exit) << ": " << submission.stock.planned.size() << " runs, " << count[StoredVerdict::pass]
       << " passed, " << count[StoredVerdict::fail] << " failed, " << count[StoredVerdict::inconclusive]
       << " inconclusive, " << count[StoredVerdict::crashed] << " crashed, " << missing << " missing\n";
  if (missing == 0) return exit;
  name_lost_tasks(followed_by(submission), results, said);
  said << "repeat the command to run what is missing\n";
  return exit;
}

}  // namespace hearsay::sweep
