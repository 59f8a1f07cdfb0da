#include "sim/hunt/hunt.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "sim/cli/progress_line.hpp"
#include "sim/cli/version.hpp"
#include "sim/hunt/trial.hpp"

namespace hearsay::hunt {
namespace {

// Of trials between two looks at the clock. A number of its own, so that the trials do not depend on --jobs.
constexpr std::uint64_t batch_size = 48;
// Every so many trials one runs by both engines.
constexpr std::uint64_t compared = 16;
// So many failures of one oracle are shrunk to see whether they are alike; later ones are counted.
constexpr std::uint64_t shrunk_at_most = 4;

constexpr const char* engines_agree = "actor and inline give one run_hash";

std::string identity_of(const HuntOptions& options, const std::vector<Target>& targets) {
  std::string text = source_version() + "|" + std::to_string(options.seed) + (options.permanent ? "|permanent" : "");
  std::uint64_t h = 0;
  for (const Target& target : targets) {
    h = combine(h, hash_text(target.scenario->resolved));
    h = combine(h, hash_text(target.protocol_entry().label));
  }
  return text + "|" + std::to_string(h);
}

}  // namespace

Hunt::Hunt(const HuntOptions& options, const std::vector<Target>& targets) : options_(options), targets_(targets) {
  const std::string identity = identity_of(options, targets);
  if (options.force)
    state_.identity = identity;
  else
    state_ = load_state(options.output, identity);
  wall_before_s_ = state_.wall_s;
}

Node Hunt::tree_of_trial(std::uint64_t trial) const {
  TrialOptions options;
  options.seed = options_.seed;
  options.permanent = options_.permanent;
  return make_trial(target_of(trial), options, trial);
}

RunnerOptions Hunt::runner(const Target& target) const {
  RunnerOptions runner;
  runner.jobs = options_.jobs;
  runner.file = target.scenario->file;
  runner.simgrid = options_.simgrid;
  if (options_.budget) runner.shrink_wall_s = std::min(runner.shrink_wall_s, seconds(*options_.budget));
  return runner;
}

double Hunt::elapsed_s() const { return std::chrono::duration<double>(Clock::now() - started_).count(); }

bool Hunt::over() const {
  if (interrupted_ || (options_.stop_at_first && !state_.caught.empty())) return true;
  if (options_.trials && state_.next_trial >= *options_.trials) return true;
  return options_.budget && elapsed_s() >= seconds(*options_.budget);
}

void Hunt::show(std::size_t done_of_batch) {
  const auto now = Clock::now();
  if (options_.quiet || isatty(STDERR_FILENO) == 0 || now - shown_ < std::chrono::milliseconds(200)) return;
  shown_ = now;
  std::size_t smallest = 0;
  for (const Caught& c : state_.caught)
    smallest = smallest == 0 ? c.after.faults + 1 : std::min(smallest, c.after.faults + 1);
  const double wall = wall_before_s_ + elapsed_s();
  const auto trials = static_cast<double>(state_.next_trial + done_of_batch);
  std::fprintf(stderr, "\r\033[K%s trials, %.0f/s, %zu distinct failures", rough_count(trials).c_str(),
               trials / std::max(wall, 1e-3), state_.caught.size());
  if (smallest > 0) std::fprintf(stderr, ", the smallest of %zu faults", smallest - 1);
  std::fflush(stderr);
  line_shown_ = true;
}

void Hunt::clear_line() {
  if (line_shown_) std::fprintf(stderr, "\r\033[K");
  line_shown_ = false;
}

bool Hunt::run() {
  while (!over()) {
    std::vector<Failure> failures;
    if (!batch(failures)) break;
    for (const Failure& failure : failures) {
      if (!take(failure) || (options_.stop_at_first && !state_.caught.empty())) break;
    }
    state_.wall_s = wall_before_s_ + elapsed_s();
    save_state(options_.output, state_);
  }
  clear_line();
  return !interrupted_;
}

// The next trials. False if an interrupt came: then they count as not tried.
bool Hunt::batch(std::vector<Failure>& failures) {
  const std::uint64_t first = state_.next_trial;
  const std::uint64_t count = options_.trials ? std::min(batch_size, *options_.trials - first) : batch_size;
  // All targets of a batch are read relative to their own files, so each is a batch of its own.
  std::vector<TrialOutcome> outcomes(count);
  for (std::size_t t = 0; t < targets_.size(); ++t) {
    std::vector<RunRequest> requests;
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t trial = first; trial < first + count; ++trial) {
      if (&target_of(trial) != &targets_[t]) continue;
      requests.push_back({{}, "", [this, trial] { return tree_of_trial(trial); }});
      numbers.push_back(trial);
    }
    if (requests.empty()) continue;
    RunnerOptions options = runner(targets_[t]);
    if (options_.budget) options.deadline = started_ + *options_.budget;
    RunnerResult result = run_all(options, requests, [this](std::size_t done) { show(done); });
    if (result.interrupted) {
      interrupted_ = true;
      return false;
    }
    for (std::size_t i = 0; i < numbers.size(); ++i) outcomes[numbers[i] - first] = std::move(result.outcomes[i]);
  }
  // The budget may end within a batch: trials from the first one on that was not tried are left for a later call.
  const auto skipped = std::find_if(outcomes.begin(), outcomes.end(), [](const auto& each) { return each.skipped; });
  outcomes.erase(skipped, outcomes.end());
  state_.next_trial = first + outcomes.size();
  for (std::uint64_t i = 0; i < outcomes.size(); ++i) {
    if (!outcomes[i].ran) ++state_.invalid;
    for (const Finding& finding : outcomes[i].findings) failures.push_back({first + i, finding});
  }
  compare_engines(first, outcomes, failures);
  return !interrupted_;
}

void Hunt::compare_engines(std::uint64_t first, const std::vector<TrialOutcome>& outcomes,
                           std::vector<Failure>& failures) {
  for (std::uint64_t i = 0; i < outcomes.size(); ++i) {
    if ((first + i) % compared != 0 || outcomes[i].run_hash.empty()) continue;
    const std::uint64_t trial = first + i;
    const RunnerResult other = run_all(runner(target_of(trial)), {{tree_of_trial(trial), "actor"}});
    if (other.interrupted) {
      interrupted_ = true;
      return;
    }
    if (!other.outcomes.front().run_hash.empty() && other.outcomes.front().run_hash != outcomes[i].run_hash)
      failures.push_back(
          {trial,
           {engines_agree, "", "",
            "run_hash " + outcomes[i].run_hash + " inline, " + other.outcomes.front().run_hash + " by actors"}});
  }
}

bool Hunt::worth_shrinking(const Failure& failure) {
  const std::string cause = target_of(failure.trial).name() + "|" + failure.finding.oracle;
  ++state_.failing[cause];
  return state_.shrunk[cause] < shrunk_at_most;
}

// False if an interrupt came.
bool Hunt::take(const Failure& failure) {
  const Target& target = target_of(failure.trial);
  const std::string cause = target.name() + "|" + failure.finding.oracle;
  if (!worth_shrinking(failure)) {
    for (Caught& c : state_.caught)
      if (c.target == target.name() && c.oracle == failure.finding.oracle) {
        ++c.times;
        break;
      }
    return true;
  }
  ++state_.shrunk[cause];
  Shrunk shrunk;
  if (failure.finding.oracle == engines_agree) {  // two runs, which shrinking does not compare
    shrunk.tree = tree_of_trial(failure.trial);
    shrunk.finding = failure.finding;
    shrunk.before = shrunk.after = size_of(shrunk.tree, target.scenario->file);
  } else {
    shrunk = shrink(tree_of_trial(failure.trial), failure.finding.oracle, runner(target), options_.shrink_runs);
    if (shrunk.finding.oracle.empty()) shrunk.finding = failure.finding;
  }
  state_.shrink_runs += shrunk.runs;
  const std::string key = key_of(target, shrunk);
  for (Caught& known : state_.caught)
    if (known.key == key) {
      ++known.times;
      return true;
    }
  state_.caught.push_back(keep_catch(
      {target, options_.output, options_.launcher, options_.seed, failure.trial, runner(target), options_.pictures},
      shrunk));
  return true;
}

}  // namespace hearsay::hunt
