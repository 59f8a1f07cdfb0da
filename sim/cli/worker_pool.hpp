// Runs are worker processes (README, Workers): SimGrid allows one run a process, and a run that crashes
// costs only itself.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "sim/runtime/run.hpp"

namespace hearsay {

// How a worker ended.
struct WorkerReport {
  bool completed = false;
  std::string text;     // completed: what the job returned; otherwise what is known of the crash
  std::string chatter;  // what it wrote to stderr
};

// How far the jobs are.
struct PoolState {
  std::size_t done = 0;
  double in_flight = 0;      // the parts done of those that still run, added up
  Progress oldest;           // of those that still run
  double oldest_wall_s = 0;  // for how long it has run
};

// In a process that was just forked: it dies when its parent does. A parent that was killed must not leave workers that
// go on computing, or that wait for ever for somebody to read what they say.
void die_with(int parent);

struct Pool {
  std::size_t jobs = 1;
  // Runs in the worker; the text goes to `finished`. May throw: the worker then counts as crashed.
  std::function<std::string(std::size_t index, const std::function<void(const Progress&)>& progress)> job;
  // In the parent, in order of completion.
  std::function<void(std::size_t index, const WorkerReport& report)> finished;
  // In the parent, now and then.
  std::function<void(const PoolState& state)> tick;
};

// Runs `count` jobs, `pool.jobs` at a time. Returns false if SIGINT, SIGTERM or SIGHUP interrupted: workers are then
// killed and what has finished has been reported. What `finished` throws ends the pool.
bool run_pool(const Pool& pool, std::size_t count);

}  // namespace hearsay
