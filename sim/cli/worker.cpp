#include "sim/cli/worker.hpp"

#include <malloc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

#include "sim/core/check.hpp"

namespace hearsay {
namespace {

// After so much work a new process costs nothing beside it, and starts with its memory in order.
constexpr std::chrono::milliseconds longest_shift{1000};

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
  std::array<char, frame_head> head{static_cast<char>(frame)};
  const std::uint64_t length = size;
  std::memcpy(head.data() + 1, &length, sizeof length);
  // At once, so that the parent wakes up once; without memory of its own, as that may be what is lacking.
  std::array<iovec, 2> parts{{{head.data(), head.size()}, {const_cast<void*>(data), size}}};
  ssize_t sent = 0;
  while ((sent = writev(fd, parts.data(), parts.size())) < 0 && errno == EINTR) {
  }
  const std::size_t of_head = std::min(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)), head.size());
  const std::size_t of_data = static_cast<std::size_t>(std::max<ssize_t>(sent, 0)) - of_head;
  write_all(fd, head.data() + of_head, head.size() - of_head);
  write_all(fd, static_cast<const char*>(data) + of_data, size - of_data);
}

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

volatile sig_atomic_t asked_to_stop = 0;
void on_stop(int) { asked_to_stop = 1; }

// A run that grows without bound, such as a message storm, must not take the machine with it: each worker gets its part
// of the memory, and one that wants more ends with a message instead of a signal. Written beforehand, as there is no
// memory left to do it in.
int memory_failure_fd = -1;
std::string memory_failure = "the machine has no memory left for the run";

[[noreturn]] void out_of_memory() {
  send_frame(memory_failure_fd, Frame::failure, memory_failure.data(), memory_failure.size());
  _exit(0);
}

#ifndef __SANITIZE_ADDRESS__  // its shadow alone is larger
void limit_address_space(std::size_t workers) {
  const auto pages = static_cast<rlim_t>(sysconf(_SC_PHYS_PAGES)), page = static_cast<rlim_t>(sysconf(_SC_PAGESIZE));
  const rlim_t share = std::max<rlim_t>(pages * page / 10 * 9 / workers, rlim_t{1} << 30);
  rlimit limit{};
  getrlimit(RLIMIT_AS, &limit);
  const bool bounded_before = limit.rlim_cur < share;
  limit.rlim_cur = std::min(limit.rlim_cur, share);
  setrlimit(RLIMIT_AS, &limit);
  char bytes[32];
  std::snprintf(bytes, sizeof bytes, "%.1f GiB", std::ldexp(static_cast<double>(limit.rlim_cur), -30));
  memory_failure = std::string("the run wants more memory than ") + bytes +
                   (bounded_before ? ", the limit that `hearsay` was started with (see ulimit -v)"
                                   : ", its share of this machine's (see --jobs)");
}
#endif

void limit_memory(std::size_t workers, int fd) {
  memory_failure_fd = fd;
  std::set_new_handler(out_of_memory);
#ifndef __SANITIZE_ADDRESS__
  limit_address_space(workers);
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

// False if no other job may follow.
bool do_job(const Pool& pool, std::size_t index, bool first, const JobLine& line, int fd) {
  const std::uint64_t number = index;
  if (!first) send_frame(fd, Frame::begin, &number, sizeof number);
  try {
    const std::optional<std::string> result = pool.job(index, line);
    HEARSAY_CHECK(result || !first, "a job that no process can do");
    if (result)
      send_frame(fd, Frame::result, result->data(), result->size());
    else
      send_frame(fd, Frame::refused, nullptr, 0);
    return result.has_value();
  } catch (const std::exception& error) {
    send_frame(fd, Frame::failure, error.what(), std::strlen(error.what()));
    return false;
  }
}

[[noreturn]] void do_shift(const Pool& pool, const Shift& shift, SharedCounter& next) {
  install_stop_handler();
  dup2(shift.output, STDERR_FILENO);
  dup2(shift.output, STDOUT_FILENO);  // the parent's stdout is for results alone
  ProgressReporter reporter(shift.to_parent);
  const JobLine line{[&reporter](const Progress& progress) { reporter(progress); }, [] { return asked_to_stop != 0; }};
  const auto end = std::chrono::steady_clock::now() + longest_shift;
  std::size_t index = shift.first;
  while (index < shift.count && do_job(pool, index, index == shift.first, line, shift.to_parent)) {
    if (!pool.shared || asked_to_stop != 0 || std::chrono::steady_clock::now() >= end) break;
    index = next.take();
  }
  _exit(0);  // nothing of the parent's is flushed or destroyed here
}

}  // namespace

SharedCounter::SharedCounter() {
  void* const memory = mmap(nullptr, sizeof(*next_), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::runtime_error("out of memory");
  next_ = new (memory) std::atomic<std::size_t>(0);
}

SharedCounter::~SharedCounter() { munmap(next_, sizeof(*next_)); }

void work(const Pool& pool, const Shift& shift, SharedCounter& next) {
  limit_memory(pool.jobs, shift.to_parent);
  block_interrupts();
  // In a thread of its own, because mimalloc gives each thread a heap, and that of a new one is empty. The heap that
  // was forked lies on the parent's pages, even where it is free: each has to be copied before it can be written to.
  mallopt(M_ARENA_MAX, 1);  // malloc keeps the heap that it has: little comes from there but stacks
  try {
    std::thread([&pool, &shift, &next] { do_shift(pool, shift, next); }).join();
  } catch (const std::system_error&) {  // no memory for its stack
  }
  do_shift(pool, shift, next);
}

void die_with(int parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(255);  // it died before that
}

}  // namespace hearsay
