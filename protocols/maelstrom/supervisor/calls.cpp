// Traced system calls: waits lose their timeouts, clocks and random numbers are answered, what waits in real time by
// other means is refused.
#include <fcntl.h>
#include <linux/futex.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>

#include "protocols/maelstrom/supervisor/supervisor.hpp"

namespace hearsay::maelstrom {
namespace {

constexpr std::int64_t longest = 9'000'000'000;  // seconds; beyond them is never
constexpr int polls_before_sleep = 100;
constexpr int yields_before_doubt = 100;
constexpr int syscall_instruction = 2;  // bytes

std::int64_t nanoseconds(const Thread& thread, std::uint64_t address, std::int64_t unit = 1) {
  const std::int64_t whole = thread.word(address);
  if (whole < 0) return 0;
  return whole > longest ? no_deadline : whole * second + thread.word(address + 8) * unit;
}

std::int64_t milliseconds(std::uint64_t argument) {
  const auto timeout = static_cast<std::int32_t>(argument);
  return timeout < 0 ? no_deadline : std::int64_t{timeout} * 1'000'000;
}

// The clock that a timerfd counts by.
std::int64_t clock_of(pid_t process, int file) {
  const std::string path = "/proc/" + std::to_string(process) + "/fdinfo/" + std::to_string(file);
  std::int64_t clock = CLOCK_MONOTONIC;
  if (std::FILE* info = std::fopen(path.c_str(), "re")) {
    std::array<char, 256> line{};
    int number = 0;
    while (std::fgets(line.data(), static_cast<int>(line.size()), info) != nullptr)
      if (std::sscanf(line.data(), "clockid: %d", &number) == 1) clock = number;
    std::fclose(info);
  }
  return clock;
}

const char* refused(const Registers& r) {
  switch (r.orig_rax) {
    case SYS_timer_settime: return "timer_settime";
    case SYS_semtimedop: return r.r10 != 0 ? "semtimedop" : nullptr;
    case SYS_mq_timedreceive: return r.r8 != 0 ? "mq_timedreceive" : nullptr;
    case SYS_mq_timedsend: return r.r8 != 0 ? "mq_timedsend" : nullptr;
    case 449: return "futex_waitv";
    case SYS_recvmmsg: return r.r8 != 0 ? "recvmmsg with a timeout" : nullptr;
    case SYS_timerfd_gettime: return "timerfd_gettime";
    case SYS_getitimer: return "getitimer";
    case SYS_setsockopt: return "setsockopt with SO_RCVTIMEO or SO_SNDTIMEO";
    case SYS_ptrace: return "ptrace";
    case SYS_setitimer: return r.rdi != 0 ? "setitimer of processor time" : nullptr;
    default: return nullptr;
  }
}

}  // namespace

std::int64_t Supervisor::in(std::int64_t duration) const {
  return duration >= no_deadline - clocks_.now ? no_deadline : clocks_.now + duration;
}

// Xor-shift-multiply of a counter (SplitMix64), as sim/core/random.hpp scatters.
std::uint64_t Supervisor::random() {
  std::uint64_t z = (random_state_ += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31U);
}

void Supervisor::answer(Thread& thread, Registers r, std::int64_t result) {
  r.orig_rax = ~0ULL;  // no call
  r.rax = static_cast<unsigned long long>(result);
  thread.set_registers(r);
  thread.go_on(PTRACE_CONT);
}

// A poll that asks without waiting.
bool Supervisor::polls_only(const Thread& thread, const Registers& r) const {
  switch (r.orig_rax) {
    case SYS_poll: return static_cast<std::int32_t>(r.rdx) == 0;
    case SYS_epoll_wait:
    case SYS_epoll_pwait: return static_cast<std::int32_t>(r.r10) == 0;
    case SYS_ppoll: return r.rdx != 0 && nanoseconds(thread, r.rdx) == 0;
    case SYS_epoll_pwait2: return r.r10 != 0 && nanoseconds(thread, r.r10) == 0;
    case SYS_select:
    case SYS_pselect6: return r.r8 != 0 && nanoseconds(thread, r.r8) == 0;
    default: return false;
  }
}

void Supervisor::on_call(Thread& thread) {
  const Registers r = thread.registers();
  const auto call = static_cast<long>(r.orig_rax);
  const bool polls = polls_only(thread, r);
  if (call != SYS_sched_yield) thread.yields = 0;
  if (!polls && call != SYS_clock_gettime && call != SYS_gettimeofday && call != SYS_time) {
    thread.fruitless_polls = 0;
  } else if (settings_.busy_poll > 0 && ++thread.fruitless_polls > polls_before_sleep) {
    thread.fruitless_polls = 0;
    Registers sleep = r, again = r;
    sleep.orig_rax = SYS_pause;
    again.rip -= syscall_instruction;
    again.orig_rax = ~0ULL;
    wait_in_kernel(thread, again, sleep, in(settings_.busy_poll), call);
    thread.retry = true;
    return;
  }
  if (polls) return thread.go_on(PTRACE_CONT);
  if (on_refused_call(thread, r) || on_signal_call(thread, r) || on_clock_call(thread, r) ||
      on_random_call(thread, r) || on_timer_call(thread, r))
    return;
  on_wait(thread, r);
}

bool Supervisor::on_refused_call(Thread& thread, const Registers& r) {
  if (r.orig_rax == SYS_io_uring_setup) {  // callers fall back to epoll
    answer(thread, r, -ENOSYS);
    return true;
  }
  const char* name = refused(r);
  if (name == nullptr) return false;
  answer(thread, r, -ENOSYS);
  give_up(NodeState::refused, std::string("calls ") + name + ", which simulated time does not cover");
  return true;
}

// Which thread a signal ends the wait of is the kernel's to say, so that they wait there before it is sent.
bool Supervisor::on_signal_call(Thread& thread, const Registers& r) {
  switch (r.orig_rax) {
    case SYS_signalfd:
    case SYS_signalfd4:  // whether such a file can be read depends on who looks
      holds_waits_ = false;
      leave_waits_to_the_kernel();
      thread.go_on(PTRACE_CONT);
      return true;
    case SYS_kill:
    case SYS_tkill:
    case SYS_tgkill:
    case SYS_rt_sigqueueinfo:
    case SYS_rt_tgsigqueueinfo:
    case SYS_pidfd_send_signal:
      leave_waits_to_the_kernel();
      thread.held = Held::for_turn;
      thread.last_turn = 0;  // the next one, once they sleep
      return true;
    default: return false;
  }
}

bool Supervisor::on_clock_call(Thread& thread, const Registers& r) {
  const std::int64_t wall = clocks_.read(CLOCK_REALTIME);
  const std::array<std::int64_t, 2> micro{wall / second, wall % second / 1000};
  switch (r.orig_rax) {
    case SYS_clock_gettime: {
      const std::int64_t value = clocks_.read(static_cast<std::int32_t>(r.rdi));
      const std::array<std::int64_t, 2> parts{value / second, value % second};
      answer(thread, r, thread.write(r.rsi, parts.data(), sizeof parts) ? 0 : -EFAULT);
      return true;
    }
    case SYS_gettimeofday:
      answer(thread, r, r.rdi == 0 || thread.write(r.rdi, micro.data(), sizeof micro) ? 0 : -EFAULT);
      return true;
    case SYS_time:
      if (r.rdi != 0) thread.write(r.rdi, micro.data(), sizeof micro[0]);
      answer(thread, r, micro[0]);
      return true;
    default: return false;
  }
}

// Random bytes come from the node's own stream, those of the random devices through a file that is refilled.
bool Supervisor::on_random_call(Thread& thread, Registers r) {
  if (r.orig_rax == SYS_getrandom) {
    std::string bytes(std::min<std::size_t>(r.rsi, 1U << 20U), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() >> 56U);
    answer(thread, r,
           thread.write(r.rdi, bytes.data(), bytes.size()) ? static_cast<std::int64_t>(bytes.size()) : -EFAULT);
    return true;
  }
  if (r.orig_rax != SYS_openat && r.orig_rax != SYS_open) return false;
  auto& path = r.orig_rax == SYS_openat ? r.rsi : r.rdi;
  const std::string name = thread.text(path, 16);
  if (name != "/dev/urandom" && name != "/dev/random") {
    thread.go_on(PTRACE_CONT);
    return true;
  }
  const Registers original = r;
  std::array<std::uint64_t, 8192> fresh{};
  for (auto& value : fresh) value = random();
  if (pwrite(random_file_, fresh.data(), sizeof fresh, 0) > 0) path = thread.vdso.random_path();
  wait_in_kernel(thread, original, r, no_deadline, 0);
  return true;
}

void Supervisor::arm(pid_t process, int file, std::int64_t at, std::int64_t every) {
  std::erase_if(timers_, [&](const Timer& timer) { return timer.process == process && timer.file == file; });
  if (at != no_deadline) timers_.push_back({process, file, at, every});
}

bool Supervisor::on_timer_call(Thread& thread, const Registers& r) {
  switch (r.orig_rax) {
    case SYS_timerfd_settime: {
      const auto file = static_cast<int>(r.rdi);
      const std::int64_t every = nanoseconds(thread, r.rdx), first = nanoseconds(thread, r.rdx + 16);
      const std::int64_t clock = clock_of(thread.process, file);
      const std::int64_t at = (r.rsi & TFD_TIMER_ABSTIME) != 0 ? clocks_.when(clock, first) : in(first);
      arm(thread.process, file, first == 0 ? no_deadline : at, every);
      // The kernel's own timer is disarmed by the call itself, with a time that never comes.
      const std::array<std::int64_t, 4> never{0, 0, first == 0 ? 0 : longest, 0};
      std::array<std::int64_t, 4> given{};
      thread.read(r.rdx, given.data(), sizeof given);
      thread.write(r.rdx, never.data(), sizeof never);
      Registers relative = r;
      relative.rsi = 0;
      thread.timer_argument = r.rdx;
      thread.timer_value = given;
      wait_in_kernel(thread, r, relative, no_deadline, 0);
      return true;
    }
    case SYS_setitimer: {
      const std::int64_t every = nanoseconds(thread, r.rsi, 1000), first = nanoseconds(thread, r.rsi + 16, 1000);
      arm(thread.process, -1, first == 0 ? no_deadline : in(first), every);
      answer(thread, r, 0);
      return true;
    }
    case SYS_alarm:
      arm(thread.process, -1, r.rdi == 0 ? no_deadline : in(static_cast<std::int64_t>(r.rdi) * second), 0);
      answer(thread, r, 0);
      return true;
    case SYS_sched_yield: {
      Registers done = r;
      done.orig_rax = ~0ULL;
      done.rax = 0;
      thread.set_registers(done);
      thread.held = Held::for_turn;
      thread.last_turn = ++turns_;
      if (++thread.yields % yields_before_doubt == 0) leave_waits_to_the_kernel();
      return true;
    }
    default: return false;
  }
}

void Supervisor::on_wait(Thread& thread, const Registers& r) {
  Registers changed = r;
  unsigned long long* timeout = nullptr;
  switch (r.orig_rax) {
    case SYS_nanosleep:
    case SYS_clock_nanosleep: return on_sleep(thread, r);
    case SYS_futex: return on_futex(thread, r);
    case SYS_poll: changed.rdx = ~0ULL; return wait(thread, r, changed, in(milliseconds(r.rdx)), 0);
    case SYS_epoll_wait:
    case SYS_epoll_pwait: changed.r10 = ~0ULL; return wait(thread, r, changed, in(milliseconds(r.r10)), 0);
    case SYS_ppoll:
    case SYS_rt_sigtimedwait: timeout = &changed.rdx; break;
    case SYS_epoll_pwait2: timeout = &changed.r10; break;
    case SYS_select:
    case SYS_pselect6: timeout = &changed.r8; break;
    default: return wait(thread, r, r, no_deadline, 0);  // it has no timeout
  }
  if (*timeout == 0) return wait(thread, r, changed, no_deadline, 0);
  const std::int64_t duration = nanoseconds(thread, *timeout, r.orig_rax == SYS_select ? 1000 : 1);
  if (duration == 0) return thread.go_on(PTRACE_CONT);
  *timeout = 0;
  wait(thread, r, changed, in(duration), r.orig_rax == SYS_rt_sigtimedwait ? -EAGAIN : 0);
}

void Supervisor::on_sleep(Thread& thread, const Registers& r) {
  std::int64_t until = 0;
  if (r.orig_rax == SYS_nanosleep)
    until = in(nanoseconds(thread, r.rdi));
  else if ((r.rsi & TIMER_ABSTIME) != 0)
    until = clocks_.when(static_cast<std::int32_t>(r.rdi), nanoseconds(thread, r.rdx));
  else
    until = in(nanoseconds(thread, r.rdx));
  if (until <= clocks_.now) return answer(thread, r, 0);
  Registers changed = r;
  changed.orig_rax = SYS_pause;
  wait(thread, r, changed, until, 0);
}

void Supervisor::on_futex(Thread& thread, const Registers& r) {
  const auto operation = static_cast<int>(r.rsi) & FUTEX_CMD_MASK;
  std::int64_t until = no_deadline;
  if (r.r10 != 0) {
    const std::int64_t time = nanoseconds(thread, r.r10);
    const bool wall = operation == FUTEX_LOCK_PI || (r.rsi & FUTEX_CLOCK_REALTIME) != 0;
    if (operation == FUTEX_WAIT)
      until = in(time);
    else if (time != no_deadline)
      until = clocks_.when(wall ? CLOCK_REALTIME : CLOCK_MONOTONIC, time);
  }
  if (until <= clocks_.now) {
    // As the kernel does: the word is compared before the time.
    std::uint32_t word = 0;
    const bool waits = operation == FUTEX_WAIT || operation == FUTEX_WAIT_BITSET;
    const bool changed = waits && thread.read(r.rdi, &word, sizeof word) && word != static_cast<std::uint32_t>(r.rdx);
    return answer(thread, r, changed ? -EAGAIN : -ETIMEDOUT);
  }
  Registers changed = r;
  changed.r10 = 0;
  wait(thread, r, changed, until, -ETIMEDOUT);
}

// What the call answered; if the deadline ended it, what it answers then. Its arguments are put back, for the callee
// keeps them and a call that the kernel restarts is traced again.
void Supervisor::on_call_end(Thread& thread) {
  const Registers now = thread.registers();
  const auto result = static_cast<std::int64_t>(now.rax);
  const bool interrupted = (result <= -512 && result >= -516) || result == -EINTR;
  Registers after = thread.saved;
  after.rax = static_cast<unsigned long long>(thread.fired && interrupted ? thread.on_timeout : result);
  if (!thread.retry) after.rip = now.rip;
  if (thread.retry) after.rax = static_cast<unsigned long long>(thread.on_timeout);
  after.rsp = now.rsp;
  after.eflags = now.eflags;
  after.rcx = now.rcx;
  after.r11 = now.r11;
  if (after.orig_rax == SYS_timerfd_settime)
    thread.write(thread.timer_argument, thread.timer_value.data(), sizeof thread.timer_value);
  const bool slept_less = interrupted && !thread.fired && !thread.retry;
  const std::uint64_t remainder = after.orig_rax == SYS_nanosleep         ? after.rsi
                                  : after.orig_rax == SYS_clock_nanosleep ? after.r10
                                                                          : 0;
  if (slept_less && remainder != 0 && thread.deadline != no_deadline) {
    const std::int64_t left = thread.deadline - clocks_.now;
    const std::array<std::int64_t, 2> parts{left / second, left % second};
    thread.write(remainder, parts.data(), sizeof parts);
  }
  thread.set_registers(after);
  thread.in_call = false;
  thread.deadline = no_deadline;
  run_or_hold(thread);
}

}  // namespace hearsay::maelstrom
