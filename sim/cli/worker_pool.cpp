#include "sim/cli/worker_pool.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <deque>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <vector>

#include "sim/cli/worker.hpp"
#include "sim/plugins/plugin_call.hpp"

namespace hearsay {
namespace {

constexpr std::chrono::seconds patience{2};

// So that a worker can go on while its parent is busy with other things.
constexpr int pipe_bytes = 1 << 20;

struct Worker {
  PluginWatch plugin;
  pid_t pid = 0;
  int fd = -1;
  int output = -1;
  off_t output_read = 0;  // so much of it has been reported
  std::string received;
  std::optional<std::size_t> job;      // that it works on
  std::optional<std::string> failure;  // of this job
  Progress progress;                   // of this job
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();

  void begin(std::size_t index) {
    job = index;
    progress = {};
    started = std::chrono::steady_clock::now();
  }
};

volatile sig_atomic_t interrupted = 0;  // since the pool that runs began, or asked its workers to stop
volatile sig_atomic_t ever_interrupted = 0;
int scopes = 0;

void on_interrupt(int) {
  interrupted = 1;
  ever_interrupted = 1;
}

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

Worker start(const Pool& pool, std::size_t index, std::size_t count, SharedCounter& next) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("out of file descriptors; try fewer --jobs");
  if (pool.shared) fcntl(ends[1], F_SETPIPE_SZ, pipe_bytes);  // it goes without
  Worker worker;
  worker.begin(index);
  worker.fd = ends[0];
  worker.output = memfd_create("hearsay-worker", MFD_CLOEXEC);
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
    work(pool, {index, count, ends[1], worker.output}, next);
  }
  close(ends[1]);
  return worker;
}

// What it has written since this was asked last.
std::string new_output(Worker& worker) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; (got = pread(worker.output, buffer.data(), buffer.size(), worker.output_read)) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
    worker.output_read += got;
  }
  return text;
}

// Why it ended in the middle of a job.
std::string last_words(const Worker& worker, int status) {
  std::string text;
  if (worker.failure)
    text = *worker.failure;
  else if (WIFSIGNALED(status))
    text = std::string("the run was ended by signal ") + strsignal(WTERMSIG(status));
  else
    text = "the run ended with status " + std::to_string(WEXITSTATUS(status)) + " and no result";
  const std::string blame = worker.plugin.blame();
  return blame.empty() || text.find(blame) != std::string::npos ? text : text + ": " + blame;
}

int wait_for(const Worker& worker) {
  int status = 0;
  while (waitpid(worker.pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

class Parent {
 public:
  Parent(const Pool& pool, std::size_t count) : pool_(pool), count_(count), reported_(count, false) {}
  ~Parent() {
    for (const Worker& worker : workers_) {  // only when something was thrown
      kill(worker.pid, SIGKILL);
      wait_for(worker);
    }
  }
  Parent(const Parent&) = delete;
  Parent& operator=(const Parent&) = delete;

  bool run() {
    const InterruptScope scope;
    interrupted = ever_interrupted;
    while (interrupted == 0 && done_ < count_) {
      if (!start_workers()) give_back_lost_jobs();
      if (!workers_.empty()) wait(250);
    }
    next_.set(count_);
    if (pool_.stoppable) ask_to_stop();
    stop_workers();
    return done_ == count_;
  }

 private:
  // False if none works, although jobs are left.
  bool start_workers() {
    while (interrupted == 0 && workers_.size() < pool_.jobs) {
      const auto job = next_job();
      if (!job) break;
      workers_.push_back(start(pool_, *job, count_, next_));
    }
    return !workers_.empty();
  }

  std::optional<std::size_t> next_job() {
    std::size_t index = 0;
    if (given_back_.empty()) {
      index = next_.take();
    } else {
      index = given_back_.front();
      given_back_.pop_front();
    }
    return index < count_ ? std::optional(index) : std::nullopt;
  }

  // Of workers that were killed after they had taken one and before they said so.
  void give_back_lost_jobs() {
    for (std::size_t index = 0; index < count_; ++index)
      if (!reported_[index]) given_back_.push_back(index);
  }

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
      end(worker, worker.failure.has_value());
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
      if (worker.failure || !worker.plugin.overdue()) continue;
      worker.failure = "the run has not returned for " + std::to_string(plugin_patience().count() / 1000) + " s " +
                       worker.plugin.blame();
      kill(worker.pid, SIGKILL);
    }
  }

  PoolState state() const {
    PoolState state;
    state.done = done_;
    for (const Worker& worker : workers_)
      if (worker.progress.duration_s > 0) state.in_flight += worker.progress.simulated_s / worker.progress.duration_s;
    if (workers_.empty()) return state;
    const auto& oldest = *std::min_element(workers_.begin(), workers_.end(),
                                           [](const Worker& a, const Worker& b) { return a.started < b.started; });
    state.oldest = oldest.progress;
    state.oldest_wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - oldest.started).count();
    return state;
  }

  // False when the worker says no more.
  bool take_some(Worker& worker) {
    std::array<char, 65536> buffer{};
    const ssize_t got = read(worker.fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) return true;
    if (got <= 0) return false;
    worker.received.append(buffer.data(), static_cast<std::size_t>(got));
    take_frames(worker);
    return true;
  }

  void take_frames(Worker& worker) {
    std::size_t at = 0;
    while (worker.received.size() - at >= frame_head) {
      std::uint64_t length = 0;
      std::memcpy(&length, worker.received.data() + at + 1, sizeof length);
      if (worker.received.size() - at - frame_head < length) break;
      take_frame(worker, static_cast<Frame>(worker.received[at]), worker.received.substr(at + frame_head, length));
      at += frame_head + length;
    }
    worker.received.erase(0, at);
  }

  void take_frame(Worker& worker, Frame frame, std::string body) {
    std::uint64_t number = 0;
    switch (frame) {
      case Frame::begin:
        std::memcpy(&number, body.data(), sizeof number);
        worker.begin(number);
        break;
      case Frame::progress: std::memcpy(&worker.progress, body.data(), sizeof worker.progress); break;
      case Frame::result: report(worker, {true, std::move(body), new_output(worker)}); break;
      case Frame::failure: worker.failure = std::move(body); break;
      case Frame::refused:
        given_back_.push_back(*worker.job);
        worker.job.reset();
        break;
    }
  }

  void report(Worker& worker, const WorkerReport& report) {
    const std::size_t index = *worker.job;
    worker.job.reset();
    reported_[index] = true;
    ++done_;
    pool_.finished(index, report);
  }

  void receive(std::size_t i) {
    if (take_some(workers_[i])) return;
    Worker worker = std::move(workers_[i]);
    workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(i));
    end(worker, true);
  }

  // `counts`: the job that it was at has failed, rather than been stopped.
  void end(Worker& worker, bool counts) {
    const int status = wait_for(worker);
    if (worker.job && counts) report(worker, {false, last_words(worker, status), new_output(worker)});
    close(worker.fd);
    close(worker.output);
  }

  const Pool& pool_;
  std::size_t count_;
  std::size_t done_ = 0;
  SharedCounter next_;
  std::deque<std::size_t> given_back_;
  std::vector<bool> reported_;
  std::vector<Worker> workers_;
};

}  // namespace

InterruptScope::InterruptScope() {
  if (scopes++ > 0) return;
  ever_interrupted = 0;
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  for (std::size_t i = 0; i < interrupts.size(); ++i) {
    sigaction(interrupts[i], nullptr, &before_[i]);
    if (before_[i].sa_handler != SIG_IGN) sigaction(interrupts[i], &action, nullptr);  // nohup stays nohup
  }
}

InterruptScope::~InterruptScope() {
  if (--scopes > 0) return;
  for (std::size_t i = 0; i < interrupts.size(); ++i) sigaction(interrupts[i], &before_[i], nullptr);
}

bool InterruptScope::interrupted() const { return ever_interrupted != 0; }

bool run_pool(const Pool& pool, std::size_t count) {
  Pool needed = pool;
  needed.jobs = std::max<std::size_t>(1, std::min(pool.jobs, count));
  return Parent(needed, count).run();
}

}  // namespace hearsay
