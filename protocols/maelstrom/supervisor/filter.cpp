#include "protocols/maelstrom/supervisor/filter.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace hearsay::maelstrom {
namespace {

constexpr std::uint32_t allow = SECCOMP_RET_ALLOW, trace = SECCOMP_RET_TRACE;

// Traced whatever their arguments.
constexpr std::array<long, 46> always{
    SYS_nanosleep, SYS_clock_nanosleep, SYS_clock_gettime, SYS_gettimeofday, SYS_time, SYS_getrandom, SYS_select,
    SYS_pselect6, SYS_ppoll, SYS_epoll_pwait2, SYS_rt_sigtimedwait, SYS_timerfd_settime, SYS_timerfd_gettime,
    SYS_setitimer, SYS_getitimer, SYS_alarm, SYS_openat, SYS_open, SYS_io_uring_setup, SYS_timer_settime,
    SYS_semtimedop, SYS_mq_timedreceive, SYS_mq_timedsend, 449 /* futex_waitv */, SYS_recvmmsg, SYS_ptrace,
    SYS_signalfd, SYS_signalfd4, SYS_kill, SYS_tkill, SYS_tgkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo,
    SYS_pidfd_send_signal,
    // untimed waits: one thread of a node runs at a time, so that what its threads do to each other repeats
    SYS_read, SYS_readv, SYS_wait4, SYS_waitid, SYS_recvfrom, SYS_recvmsg, SYS_accept, SYS_accept4, SYS_pause,
    SYS_sched_yield, SYS_rt_sigsuspend};

class Builder {
 public:
  void statement(std::uint32_t code, std::uint32_t k) {
    program_.push_back(BPF_STMT(static_cast<std::uint16_t>(code), k));
  }
  void jump(std::uint32_t code, std::uint32_t k, std::uint8_t yes, std::uint8_t no) {
    program_.push_back(BPF_JUMP(static_cast<std::uint16_t>(BPF_JMP | code | BPF_K), k, yes, no));
  }
  void load(std::size_t offset) { statement(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)); }
  void load_argument(std::size_t i) { load(offsetof(seccomp_data, args) + 8 * i); }
  void answer(std::uint32_t verdict) { statement(BPF_RET | BPF_K, verdict); }
  void answer_if(std::uint32_t value, std::uint32_t verdict) {
    jump(BPF_JEQ, value, 0, 1);
    answer(verdict);
  }
  std::vector<sock_filter> program_;
};

// poll, epoll_wait: the timeout is an argument; 0 asks without waiting.
void add_poll(Builder& b, long call, std::size_t argument, bool trap_polls) {
  b.jump(BPF_JEQ, static_cast<std::uint32_t>(call), 0, 4);
  b.load_argument(argument);
  b.answer_if(0, trap_polls ? trace : allow);
  b.answer(trace);
}

// Waiting for the kernel to say that a lock is free; waking others needs no stop.
void add_futex(Builder& b) {
  constexpr std::array waits{FUTEX_WAIT, FUTEX_WAIT_BITSET, FUTEX_LOCK_PI, 13 /* LOCK_PI2 */, FUTEX_WAIT_REQUEUE_PI};
  b.jump(BPF_JEQ, SYS_futex, 0, static_cast<std::uint8_t>(3 + 2 * waits.size()));
  b.load_argument(1);
  b.statement(BPF_ALU | BPF_AND | BPF_K, static_cast<std::uint32_t>(FUTEX_CMD_MASK));
  for (const int operation : waits) b.answer_if(static_cast<std::uint32_t>(operation), trace);
  b.answer(allow);
}

// Timeouts of sockets, which end a wait in real time.
void add_socket_timeouts(Builder& b) {
  b.jump(BPF_JEQ, SYS_setsockopt, 0, 10);
  b.load_argument(1);
  b.jump(BPF_JEQ, SOL_SOCKET, 1, 0);
  b.answer(allow);
  b.load_argument(2);
  for (const std::uint32_t option : {20U, 21U, 66U}) b.answer_if(option, trace);
}

}  // namespace

bool install_filter(bool trap_polls) {
  Builder b;
  b.load(offsetof(seccomp_data, arch));
  b.jump(BPF_JEQ, AUDIT_ARCH_X86_64, 1, 0);
  b.answer(SECCOMP_RET_KILL_PROCESS);
  b.load(offsetof(seccomp_data, nr));
  for (const long call : always) b.answer_if(static_cast<std::uint32_t>(call), trace);
  add_poll(b, SYS_poll, 2, trap_polls);
  add_poll(b, SYS_epoll_wait, 3, trap_polls);
  add_poll(b, SYS_epoll_pwait, 3, trap_polls);
  add_futex(b);
  add_socket_timeouts(b);
  b.answer(allow);
  const sock_fprog program{static_cast<unsigned short>(b.program_.size()), b.program_.data()};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

}  // namespace hearsay::maelstrom
