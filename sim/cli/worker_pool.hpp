// Runs are worker processes (CONTRACT section 1, `--jobs`): SimGrid allows one run a process, and a run that crashes
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

struct Pool {
  std::size_t jobs = 1;
  // Runs in the worker; the text goes to `finished`. May throw: the worker then counts as crashed.
  std::function<std::string(std::size_t index, const std::function<void(const Progress&)>& progress)> job;
  // In the parent, in order of completion.
  std::function<void(std::size_t index, const WorkerReport& report)> finished;
  // In the parent, now and then: runs done so far and the progress of the oldest that still runs.
  std::function<void(std::size_t done, const Progress& oldest)> tick;
};

// Runs `count` jobs, `pool.jobs` at a time. Returns false if the user interrupted: workers are then killed and what has
// finished has been reported.
bool run_pool(const Pool& pool, std::size_t count);

}  // namespace hearsay
