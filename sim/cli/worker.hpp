// A worker process of a pool: what it and its parent have in common, and what it does.
#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <string>

#include "sim/cli/worker_pool.hpp"

namespace hearsay {

// What a worker sends: a byte that says what follows, its length in eight bytes, and the bytes.
enum class Frame : char {
  begin = 'b',     // the number of the job that it begins, unless it is the first
  progress = 'p',  // of this job
  result = 'r',    // the job is done
  failure = 'f',   // or it failed, and the worker ends
  refused = 'n',   // or it needs a process of its own, and the worker ends
};
inline constexpr std::size_t frame_head = 1 + sizeof(std::uint64_t);

// The next job that nobody has taken, in memory that workers share with their parent.
class SharedCounter {
 public:
  SharedCounter();
  ~SharedCounter();
  SharedCounter(const SharedCounter&) = delete;
  SharedCounter& operator=(const SharedCounter&) = delete;

  std::size_t take() { return next_->fetch_add(1); }
  void set(std::size_t next) { *next_ = next; }

 private:
  std::atomic<std::size_t>* next_;
};

inline constexpr std::array<int, 3> interrupts{SIGINT, SIGTERM, SIGHUP};
inline constexpr int stop_signal = SIGUSR1;  // from the parent to its workers

struct Shift {
  std::size_t first = 0;  // the job to begin with
  std::size_t count = 0;  // of jobs, counted from 0
  int to_parent = -1;     // where frames go
  int output = -1;        // for stdout and stderr
};

// In a process that was just forked. Does the first job and, if the pool is shared, those that it takes from the
// counter, until there is none, one fails or refuses, it is asked to stop, or it has worked for a while.
[[noreturn]] void work(const Pool& pool, const Shift& shift, SharedCounter& next);

}  // namespace hearsay
