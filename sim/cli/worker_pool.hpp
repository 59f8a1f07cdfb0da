// Runs are made in worker processes (README, Workers): most need one of their own, because SimGrid has one engine per
// process, and one that crashes does not affect the others.
#pragma once

#include <array>
#include <csignal>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "sim/runtime/run.hpp"

namespace hearsay {

// How a worker ended.
struct WorkerReport {
  bool completed = false;
  std::string text;          // completed: what the job returned; otherwise what is known of the crash
  std::string error_output;  // what it wrote to stderr
};

// How far the jobs are.
struct PoolState {
  std::size_t done = 0;
  double in_flight = 0;      // sum over running jobs of the part that each has done
  Progress oldest;           // of those that still run
  double oldest_wall_s = 0;  // for how long it has run
};

// In a process that was just forked: it dies when its parent does. A parent that was killed must not leave workers that
// go on computing, or that wait for ever for somebody to read what they say.
void die_with(int parent);

// What a job may say and ask while it works.
struct JobLine {
  std::function<void(const Progress&)> progress;  // reported to the parent a few times per second
  std::function<bool()> stop_requested;           // the batch was interrupted: end soon with what is known
};

struct Pool {
  std::size_t jobs = 1;
  bool stoppable = false;  // jobs poll `stop_requested`; others are killed when the batch is interrupted
  bool shared = false;     // a worker may do several jobs, one after another
  // Runs in the worker; the text goes to `finished`. May throw: the job then counts as crashed, and the worker ends.
  // Nothing: the job needs a process that has done no other, and comes again in one.
  std::function<std::optional<std::string>(std::size_t index, const JobLine& line)> job;
  // In the parent, in order of completion.
  std::function<void(std::size_t index, const WorkerReport& report)> finished;
  // In the parent, now and then.
  std::function<void(const PoolState& state)> tick;
};

// While one lives, SIGINT, SIGTERM and SIGHUP are noted instead of ending the program, also between pools: a command of
// several pools keeps one, so that what it does after each is not cut off. Scopes may be nested; a pool has its own.
class InterruptScope {
 public:
  InterruptScope();
  ~InterruptScope();
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;

  bool interrupted() const;  // since the outermost scope began

 private:
  std::array<struct sigaction, 3> before_{};
};

// Runs `count` jobs, `pool.jobs` at a time. Returns false if SIGINT, SIGTERM or SIGHUP interrupted before each had
// reported, or earlier in an InterruptScope: workers are then asked to stop if they are `stoppable`, and killed if they
// have not after two seconds or at the next signal. What `finished` throws ends the pool.
bool run_pool(const Pool& pool, std::size_t count);

}  // namespace hearsay
