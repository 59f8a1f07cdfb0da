#include "sim/cli/worker_pool.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <iostream>
#include <new>
#include <stdexcept>
#include <vector>

#include "sim/plugins/plugin_call.hpp"

namespace hearsay {
namespace {

// --- what goes through the pipe: a byte that says what follows, its length, and the bytes

enum class Frame : char { progress = 'p', result = 'r', failure = 'f' };

void write_all(int fd, const void* data, std::size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = write(fd, at, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) _exit(255);  // the parent is gone
    at += written;
    size -= static_cast<std::size_t>(written);
  }
}

void send_frame(int fd, Frame frame, const void* data, std::size_t size) {
  const char kind = static_cast<char>(frame);
  const std::uint64_t length = size;
  write_all(fd, &kind, 1);
  write_all(fd, &length, sizeof length);
  write_all(fd, data, size);
}

// --- the worker

// Progress at most every 200 ms of wall time; it decides nothing in the run.
class ProgressReporter {
 public:
  explicit ProgressReporter(int fd) : fd_(fd) {}
  void operator()(const Progress& progress) {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(200)) return;
    last_ = now;
    send_frame(fd_, Frame::progress, &progress, sizeof progress);
  }

 private:
  int fd_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

constexpr std::array<int, 3> interrupts{SIGINT, SIGTERM, SIGHUP};
constexpr int stop_signal = SIGUSR1;  // from the parent to its workers
constexpr std::chrono::seconds patience{2};

volatile sig_atomic_t asked_to_stop = 0;
void on_stop(int) { asked_to_stop = 1; }

// A run that grows without bound, such as a message storm, must not take the machine with it: each worker gets its part
// of the memory, and one that wants more ends with a message instead of a signal.
int memory_failure_fd = -1;

[[noreturn]] void out_of_memory() {
  constexpr const char* message = "the run wants more memory than its share of this machine's (see --jobs)";
  send_frame(memory_failure_fd, Frame::failure, message, std::strlen(message));
  _exit(0);
}

void limit_memory(std::size_t workers, int fd) {
  memory_failure_fd = fd;
  std::set_new_handler(out_of_memory);
#ifndef __SANITIZE_ADDRESS__  // its shadow alone is larger
  const auto pages = static_cast<rlim_t>(sysconf(_SC_PHYS_PAGES)), page = static_cast<rlim_t>(sysconf(_SC_PAGESIZE));
  const rlim_t share = std::max<rlim_t>(pages * page / 10 * 9 / workers, rlim_t{1} << 30);
  rlimit limit{};
  getrlimit(RLIMIT_AS, &limit);
  limit.rlim_cur = std::min(limit.rlim_max, std::min(limit.rlim_cur, share));
  setrlimit(RLIMIT_AS, &limit);
#else
  (void)workers;
#endif
}

// The parent decides what an interrupt means. Blocked, not ignored: SimGrid installs a handler of its own.
void block_interrupts() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : interrupts) sigaddset(&signals, number);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
}

void install_stop_handler() {
  struct sigaction action {};
  action.sa_handler = on_stop;
  action.sa_flags = SA_RESTART;
  sigaction(stop_signal, &action, nullptr);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, stop_signal);
  sigprocmask(SIG_UNBLOCK, &signals, nullptr);
}

[[noreturn]] void work(const Pool& pool, std::size_t index, int fd, int error_output) {
  limit_memory(pool.jobs, fd);
  block_interrupts();
  install_stop_handler();
  dup2(error_output, STDERR_FILENO);
  dup2(error_output, STDOUT_FILENO);  // the parent's stdout is for results alone
  ProgressReporter reporter(fd);
  try {
    const std::string result = pool.job(
        index, {[&reporter](const Progress& progress) { reporter(progress); }, [] { return asked_to_stop != 0; }});
    send_frame(fd, Frame::result, result.data(), result.size());
  } catch (const std::exception& error) {
    send_frame(fd, Frame::failure, error.what(), std::strlen(error.what()));
  }
  _exit(0);  // nothing of the parent's is flushed or destroyed here
}

// --- the parent

struct Worker {
  PluginWatch plugin;
  pid_t pid = 0;
  std::size_t index = 0;
  int fd = -1;
  int error_output = -1;
  std::string received;
  std::string result, failure;
  bool has_result = false, has_failure = false;
  Progress progress;
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
};

volatile sig_atomic_t interrupted = 0;
void on_interrupt(int) { interrupted = 1; }

class InterruptHandler {
 public:
  InterruptHandler() {
    interrupted = 0;
    struct sigaction action {};
    action.sa_handler = on_interrupt;
    for (std::size_t i = 0; i < interrupts.size(); ++i) {
      sigaction(interrupts[i], nullptr, &before_[i]);
      if (before_[i].sa_handler != SIG_IGN) sigaction(interrupts[i], &action, nullptr);  // nohup stays nohup
    }
  }
  ~InterruptHandler() {
    for (std::size_t i = 0; i < interrupts.size(); ++i) sigaction(interrupts[i], &before_[i], nullptr);
  }
  InterruptHandler(const InterruptHandler&) = delete;
  InterruptHandler& operator=(const InterruptHandler&) = delete;

 private:
  std::array<struct sigaction, interrupts.size()> before_{};
};

// Blocks the stop signal while it lives; a child inherits that.
class StopSignalHeld {
 public:
  StopSignalHeld() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, stop_signal);
    sigprocmask(SIG_BLOCK, &signals, &before_);
  }
  ~StopSignalHeld() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  StopSignalHeld(const StopSignalHeld&) = delete;
  StopSignalHeld& operator=(const StopSignalHeld&) = delete;

 private:
  sigset_t before_{};
};

Worker start(const Pool& pool, std::size_t index) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("out of file descriptors; try fewer --jobs");
  Worker worker;
  worker.index = index;
  worker.fd = ends[0];
  worker.error_output = memfd_create("hearsay-worker", MFD_CLOEXEC);
  std::cout.flush();
  std::cerr.flush();
  const pid_t parent = getpid();
  const StopSignalHeld held;  // it would end a worker that does not heed it yet
  worker.pid = fork();
  if (worker.pid < 0) throw std::runtime_error("cannot start a worker process; try fewer --jobs");
  if (worker.pid == 0) {
    die_with(parent);
    worker.plugin.adopt();
    close(ends[0]);
    work(pool, index, ends[1], worker.error_output);
  }
  close(ends[1]);
  return worker;
}

void take_frames(Worker& worker) {
  constexpr std::size_t head = 1 + sizeof(std::uint64_t);
  std::size_t at = 0;
  while (worker.received.size() - at >= head) {
    std::uint64_t length = 0;
    std::memcpy(&length, worker.received.data() + at + 1, sizeof length);
    if (worker.received.size() - at - head < length) break;
    const std::string body = worker.received.substr(at + head, length);
    switch (static_cast<Frame>(worker.received[at])) {
      case Frame::progress: std::memcpy(&worker.progress, body.data(), sizeof worker.progress); break;
      case Frame::result:
        worker.result = body;
        worker.has_result = true;
        break;
      case Frame::failure:
        worker.failure = body;
        worker.has_failure = true;
        break;
    }
    at += head + length;
  }
  worker.received.erase(0, at);
}

std::string error_output_of(const Worker& worker) {
  std::string text;
  std::array<char, 4096> buffer{};
  lseek(worker.error_output, 0, SEEK_SET);
  for (ssize_t got = 0; (got = read(worker.error_output, buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(got));
  return text;
}

WorkerReport end(Worker& worker) {
  int status = 0;
  while (waitpid(worker.pid, &status, 0) < 0 && errno == EINTR) {
  }
  WorkerReport report;
  report.error_output = error_output_of(worker);
  close(worker.fd);
  close(worker.error_output);
  if (worker.has_result) {
    report.completed = true;
    report.text = std::move(worker.result);
  } else if (worker.has_failure) {
    report.text = worker.failure;
  } else if (WIFSIGNALED(status)) {
    report.text = std::string("the run was ended by signal ") + strsignal(WTERMSIG(status));
  } else {
    report.text = "the run ended with status " + std::to_string(WEXITSTATUS(status)) + " and no result";
  }
  if (const std::string blame = worker.plugin.blame();
      !report.completed && !blame.empty() && report.text.find(blame) == std::string::npos)
    report.text += ": " + blame;
  return report;
}

class Parent {
 public:
  Parent(const Pool& pool, std::size_t count) : pool_(pool), count_(count) {}
  ~Parent() {
    for (Worker& worker : workers_) {  // only when something was thrown
      kill(worker.pid, SIGKILL);
      end(worker);
    }
  }
  Parent(const Parent&) = delete;
  Parent& operator=(const Parent&) = delete;

  bool run() {
    const InterruptHandler handler;
    while (interrupted == 0 && (next_ < count_ || !workers_.empty())) {
      while (interrupted == 0 && next_ < count_ && workers_.size() < pool_.jobs)
        workers_.push_back(start(pool_, next_++));
      wait(250);
    }
    if (pool_.stoppable) ask_to_stop();
    stop_workers();
    return done_ == count_;
  }

 private:
  // Those that run get time to say what they know.
  void ask_to_stop() {
    interrupted = 0;  // once more: now
    for (const Worker& worker : workers_) kill(worker.pid, stop_signal);
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!workers_.empty() && interrupted == 0 && std::chrono::steady_clock::now() < deadline) wait(50);
  }

  // Kills what still runs. A run whose result was on its way has finished.
  void stop_workers() {
    for (const Worker& worker : workers_) kill(worker.pid, SIGKILL);
    while (!workers_.empty()) {
      Worker worker = std::move(workers_.front());
      workers_.erase(workers_.begin());
      while (take_some(worker)) {
      }
      const bool finished = worker.has_result || worker.has_failure;
      const std::size_t index = worker.index;
      const WorkerReport report = end(worker);
      if (!finished) continue;
      ++done_;
      pool_.finished(index, report);
    }
  }

  void wait(int milliseconds) {
    std::vector<pollfd> fds;
    for (const Worker& worker : workers_) fds.push_back({worker.fd, POLLIN, 0});
    if (poll(fds.data(), fds.size(), milliseconds) < 0) return;  // interrupted
    for (std::size_t i = fds.size(); i-- > 0;)
      if (fds[i].revents != 0) receive(i);
    end_hanging_plugins();
    if (pool_.tick) pool_.tick(state());
  }

  // Their end is reported as any other.
  void end_hanging_plugins() {
    for (Worker& worker : workers_) {
      if (worker.has_failure || !worker.plugin.overdue()) continue;
      worker.failure = "the run has not returned for " + std::to_string(plugin_patience().count() / 1000) + " s " +
                       worker.plugin.blame();
      worker.has_failure = true;
      kill(worker.pid, SIGKILL);
    }
  }

  PoolState state() const {
    PoolState state;
    state.done = done_;
    for (const Worker& worker : workers_)
      if (worker.progress.duration_s > 0) state.in_flight += worker.progress.simulated_s / worker.progress.duration_s;
    if (workers_.empty()) return state;
    state.oldest = workers_.front().progress;
    state.oldest_wall_s =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - workers_.front().started).count();
    return state;
  }

  // False when the worker says no more.
  static bool take_some(Worker& worker) {
    std::array<char, 65536> buffer{};
    const ssize_t got = read(worker.fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) return true;
    if (got <= 0) return false;
    worker.received.append(buffer.data(), static_cast<std::size_t>(got));
    take_frames(worker);
    return true;
  }

  void receive(std::size_t i) {
    if (take_some(workers_[i])) return;
    Worker worker = std::move(workers_[i]);
    workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(i));
    const std::size_t index = worker.index;
    const WorkerReport report = end(worker);
    ++done_;
    pool_.finished(index, report);
  }

  const Pool& pool_;
  std::size_t count_;
  std::size_t next_ = 0, done_ = 0;
  std::vector<Worker> workers_;
};

}  // namespace

void die_with(int parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(255);  // it died before that
}

bool run_pool(const Pool& pool, std::size_t count) {
  Pool needed = pool;
  needed.jobs = std::max<std::size_t>(1, std::min(pool.jobs, count));
  return Parent(needed, count).run();
}

}  // namespace hearsay
