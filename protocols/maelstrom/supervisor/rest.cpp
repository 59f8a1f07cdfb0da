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

// Of those whose turn it could be, the one that had its last turn longest ago: the order in which the kernel reports
// them does not repeat.
bool Supervisor::release_next() {
  Thread* next = nullptr;
  for (const auto& thread : threads_)
    if (thread->held == Held::for_turn && (next == nullptr || thread->last_turn < next->last_turn)) next = thread.get();
  turn_ = 0;
  spent_before_ = std::numeric_limits<std::int64_t>::max();
  if (next == nullptr) return false;
  turn_ = next->id;
  next->last_turn = ++turns_;
  next->go_on(PTRACE_CONT);
  return true;
}

// A thread that spins until another one has done something, as V8's garbage collector does, would keep the turn from
// that one. So when those that run have been on a processor for long, the next one has its turn beside them. Nothing
// that ends its work sooner is affected.
void Supervisor::let_spinners_be_answered() {
  constexpr std::int64_t long_for_a_step = 500'000'000;  // nanoseconds
  std::int64_t spent = 0;
  for (const auto& thread : threads_)
    if (thread->held == Held::no) spent += thread->processor_time();
  spent_before_ = std::min(spent_before_, spent);  // less once one of them has ended
  if (spent - spent_before_ < long_for_a_step) return;
  release_next();
}

// Between two looks it sleeps, ever longer; a stop of a thread ends that at once (SIGCHLD, see main.cpp). Yielding the
// processor instead would put it behind all that runs there, hundreds of times a step on a busy machine.
void Supervisor::settle() {
  const std::int64_t give_up_at = real_seconds() + settings_.patience_s;
  constexpr long shortest_nap = 4'000, longest_nap = 400'000;  // nanoseconds
  long nap = shortest_nap;
  spent_before_ = std::numeric_limits<std::int64_t>::max();
  for (std::uint64_t look = 1; state_ == NodeState::running; ++look) {
    const bool stopped = drain_stops();
    if (!stopped && rests() && !drain_stops() && !release_next()) return;
    nap = stopped ? shortest_nap : std::min(longest_nap, nap + nap / 2);
    if (look % 256 == 0) {
      let_spinners_be_answered();
      collect_output();
      if (real_seconds() > give_up_at) return say_what_runs();
    }
    const timespec time{.tv_sec = 0, .tv_nsec = nap};
    nanosleep(&time, nullptr);
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
  bool any = false;
  for (ssize_t got = 0; (got = read(output_pipe_, buffer.data(), buffer.size())) > 0; any = true) {
    output_.append(buffer.data(), static_cast<std::size_t>(got));
    step_output_ += static_cast<std::size_t>(got);
    if (step_output_ > most_output) {
      give_up(NodeState::refused, "wrote more than 64 MiB to stdout without any time passing");
      break;
    }
  }
  return any;
}

void Supervisor::feed_input() {
  while (!unread_.empty()) {
    const ssize_t put = ::write(input_, unread_.data(), unread_.size());
    if (put <= 0) {
      if (errno == EPIPE) unread_.clear();  // it has closed its stdin
      return;
    }
    unread_.erase(0, static_cast<std::size_t>(put));
  }
}

void Supervisor::run_until_rest() {
  for (bool again = true; again && state_ == NodeState::running;) {
    settle();
    again = collect_output();  // a full pipe may have stopped it
    if (!unread_.empty()) {
      const std::size_t before = unread_.size();
      feed_input();
      again = again || unread_.size() != before;
    }
  }
  collect_output();
}

void Supervisor::step(const Clocks& clocks, const std::string& lines, bool fire) {
  if (state_ != NodeState::running) return;
  clocks_ = clocks;
  step_output_ = 0;
  for (const auto& thread : threads_)
    if (thread->id == thread->process) write_clocks(thread->memory(), thread->vdso, clocks_);
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
      (*thread)->fired = true;
      (*thread)->deadline = no_deadline;
      ptrace(PTRACE_INTERRUPT, (*thread)->id, nullptr, nullptr);
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
