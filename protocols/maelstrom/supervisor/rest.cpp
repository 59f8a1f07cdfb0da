// When a node rests, and what starts it again.
#include <poll.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <limits>

#include "protocols/maelstrom/supervisor/supervisor.hpp"

namespace hearsay::maelstrom {
namespace {

constexpr std::size_t most_output = 64U << 20U;  // bytes of one step

// Of the machine, for the watchdog alone.
std::int64_t real_seconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec;
}

// Of the node, for so many nanoseconds at most; false if there was none.
bool wait_for_stop(long nanoseconds) {
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGCHLD);
  const timespec time{.tv_sec = 0, .tv_nsec = nanoseconds};
  return sigtimedwait(&stops, nullptr, &time) == SIGCHLD;
}

}  // namespace

// Two looks at every thread that is not held. In the first each was in a system call and off the processor; in the
// second none had run since. So there was one moment at which all slept. A look at each in turn would not show that:
// the first may be woken by the second after it was looked at. The thread whose turn it is comes first, as it is the
// one that most likely runs.
bool Supervisor::rests() {
  Thread* const runner = turn_ != 0 ? find(turn_) : nullptr;
  if (runner != nullptr && runner->held == Held::no && !runner->looks_asleep()) return false;
  for (const auto& thread : threads_)
    if (thread.get() != runner && thread->held == Held::no && !thread->looks_asleep()) return false;
  const bool all = std::all_of(threads_.begin(), threads_.end(),
                               [](const auto& thread) { return thread->held != Held::no || thread->still_asleep(); });
  if (all)
    for (const auto& thread : threads_) thread->remember_rest();
  return all;
}

// One of them runs on, and will most likely stop at its next wait.
bool Supervisor::computes() const {
  return std::any_of(threads_.begin(), threads_.end(),
                     [](const auto& thread) { return thread->held == Held::no && !thread->in_call; });
}

// Until all threads are held or sleep. Between two looks it waits for a stop of a thread, ever
// longer. To yield the processor instead would put it behind all that runs there, hundreds of times a step on a busy
// machine.
void Supervisor::settle() {
  const std::int64_t give_up_at = real_seconds() + settings_.patience_s;
  constexpr long shortest_nap = 4'000, nap_of_computing = 100'000, longest_nap = 400'000;  // nanoseconds
  long nap = shortest_nap;
  bool waited = false;  // for what computes, in vain
  spent_before_ = std::numeric_limits<std::int64_t>::max();
  const auto runs = [](const auto& thread) { return thread->held == Held::no; };
  for (std::uint64_t look = 1; state_ == NodeState::running; ++look) {
    const bool any = std::any_of(threads_.begin(), threads_.end(), runs);
    if (any) ++activity_;
    bool stopped = any && drain_stops();
    if ((waited || !computes()) && rests()) {
      const bool quiet = !std::any_of(threads_.begin(), threads_.end(), runs) || !drain_stops();
      if (quiet && !release_next()) return;
      stopped = true;
      if (!quiet) continue;
    }
    if (stopped) nap = shortest_nap;
    if (computes()) nap = std::max(nap, nap_of_computing);
    if (look % 256 == 0) {
      let_spinners_be_answered();
      collect_output();
      if (real_seconds() > give_up_at) return say_what_runs();
    }
    waited = !wait_for_stop(nap);
    if (waited) nap = std::min(longest_nap, nap + nap / 2);
  }
}

void Supervisor::say_what_runs() {
  std::string who;
  for (const auto& thread : threads_)
    if (thread->held == Held::no && !(thread->looks_asleep() && thread->still_asleep()))
      who += (who.empty() ? "" : ", ") + std::string("thread ") + std::to_string(thread->birth) + " " + thread->doing();
  if (who.empty()) who = "its threads keep waking each other";
  give_up(NodeState::refused, "did not come to rest within " + std::to_string(settings_.patience_s) + " s: " + who +
                                  "; if it polls without waiting, `busy_poll: 1ms` lets that take time");
}

bool Supervisor::collect_output() {
  static std::array<char, 65536> buffer;
  ssize_t got = 0;
  bool any = false;
  do {
    got = read(output_pipe_, buffer.data(), buffer.size());
    if (got <= 0) break;
    any = true;
    output_.append(buffer.data(), static_cast<std::size_t>(got));
    step_output_ += static_cast<std::size_t>(got);
    if (step_output_ > most_output) {
      give_up(NodeState::refused, "wrote more than 64 MiB to stdout without any time passing");
      break;
    }
  } while (got == static_cast<ssize_t>(buffer.size()));
  if (any) ++activity_;
  return any;
}

bool Supervisor::feed_input() {
  const std::size_t before = unread_.size();
  while (!unread_.empty()) {
    const ssize_t put = ::write(input_, unread_.data(), unread_.size());
    if (put <= 0) {
      if (errno == EPIPE) unread_.clear();  // it has closed its stdin
      break;
    }
    unread_.erase(0, static_cast<std::size_t>(put));
  }
  if (unread_.size() == before) return false;
  ++activity_;
  return true;
}

// A full pipe of output may have stopped it, and a full one of input.
void Supervisor::run_until_rest() {
  do {
    settle();
  } while (state_ == NodeState::running && (collect_output() | feed_input()));
  if (state_ != NodeState::running) collect_output();
}

void Supervisor::step(const Clocks& clocks, const std::string& lines, bool fire) {
  if (state_ != NodeState::running) return;
  ++activity_;  // of files that others write to
  step_output_ = 0;
  if (clocks.now != clocks_.now || clocks.wall != clocks_.wall) {
    clocks_ = clocks;
    for (const auto& thread : threads_)
      if (thread->id == thread->process) write_clocks(thread->memory(), thread->vdso, clocks_);
  }
  unread_ += lines;
  feed_input();
  if (!lines.empty()) run_until_rest();
  if (fire) fire_due();
}

std::int64_t Supervisor::deadline() const {
  std::int64_t earliest = no_deadline;
  if (state_ != NodeState::running) return earliest;
  for (const auto& thread : threads_) earliest = std::min(earliest, thread->deadline);
  for (const Timer& timer : timers_) earliest = std::min(earliest, timer.at);
  return earliest;
}

// One after the other, earliest first, of one moment threads in the order of creation before timers: what each sets
// off comes to rest before the next one. What becomes due meanwhile has its turn, too, a bounded number of times: a
// program that waits for no time at all again and again would keep the clock where it is.
void Supervisor::fire_due() {
  constexpr int most = 100'000;
  for (int i = 0; i < most && state_ == NodeState::running; ++i) {
    const std::int64_t due = deadline();
    if (due > clocks_.now) return;
    const auto thread =
        std::find_if(threads_.begin(), threads_.end(), [due](const auto& t) { return t->deadline == due; });
    if (thread != threads_.end()) {
      fire(**thread);
    } else {
      Supervisor::fire(
          *std::find_if(timers_.begin(), timers_.end(), [due](const Timer& timer) { return timer.at == due; }));
    }
    run_until_rest();
  }
  if (state_ == NodeState::running)
    give_up(NodeState::refused, "ended 100,000 waits in one moment: its timers have no period");
}

void Supervisor::fire(Timer& timer) {
  ++activity_;
  const Timer due = timer;
  if (due.every > 0)
    timer.at += due.every;
  else
    timers_.erase(timers_.begin() + (&timer - timers_.data()));
  if (due.file < 0) {
    kill(due.process, SIGALRM);
    return;
  }
  const int process = static_cast<int>(syscall(SYS_pidfd_open, due.process, 0));
  const int file = static_cast<int>(syscall(SYS_pidfd_getfd, process, due.file, 0));
  close(process);
  if (file < 0) return;
  const itimerspec at_once{.it_interval = {}, .it_value = {.tv_sec = 0, .tv_nsec = 1}};
  timerfd_settime(file, 0, &at_once, nullptr);
  pollfd expired{.fd = file, .events = POLLIN, .revents = 0};
  poll(&expired, 1, 1000);
  close(file);
}

}  // namespace hearsay::maelstrom
