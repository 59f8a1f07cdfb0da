#include "protocols/maelstrom/supervisor/waits.hpp"

#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "protocols/maelstrom/supervisor/thread.hpp"

namespace hearsay::maelstrom {
namespace {

constexpr std::size_t most_files = 16;  // more are left to the kernel
constexpr short any_event = -1;

// One file, until it can be read. Who asks for no bytes does not wait.
bool add_read(Waited& waited, std::uint64_t file, std::uint64_t bytes) {
  waited.files.push_back({static_cast<int>(file), POLLIN, any_event, true, bytes >= sizeof(std::uint64_t)});
  return bytes > 0;
}

// With other flags a call does not wait, or waits for more than the file's being readable.
bool add_receive(Waited& waited, std::uint64_t file, std::uint64_t flags) {
  constexpr std::uint64_t harmless = MSG_NOSIGNAL | MSG_CMSG_CLOEXEC | MSG_TRUNC;
  return (flags & ~harmless) == 0 && add_read(waited, file, sizeof(std::uint64_t));
}

bool add_polled(const Thread& thread, std::uint64_t at, std::uint64_t count, Waited& waited) {
  if (count > most_files) return false;
  std::array<pollfd, most_files> files{};
  if (!thread.read(at, files.data(), count * sizeof files[0])) return false;
  for (std::size_t i = 0; i < count; ++i)
    if (files[i].fd >= 0) waited.files.push_back({files[i].fd, files[i].events, any_event, false, true});
  return true;
}

// The three sets of select(), by the masks of the kernel's fs/select.c.
bool add_selected(const Thread& thread, const Registers& r, Waited& waited) {
  struct Set {
    std::uint64_t at;
    short events, counting;
  };
  const std::array<Set, 3> sets{
      Set{r.rsi, POLLIN | POLLRDNORM | POLLRDBAND, POLLIN | POLLRDNORM | POLLRDBAND | POLLHUP | POLLERR},
      Set{r.rdx, POLLOUT | POLLWRNORM | POLLWRBAND, POLLOUT | POLLWRNORM | POLLWRBAND | POLLERR},
      Set{r.r10, POLLPRI, POLLPRI}};
  constexpr std::uint64_t bits = 64;
  if (r.rdi > FD_SETSIZE) return false;
  for (const Set& set : sets)
    for (std::uint64_t first = 0; set.at != 0 && first < r.rdi; first += bits) {
      std::uint64_t word = 0;
      if (!thread.read(set.at + first / 8, &word, sizeof word)) return false;
      for (std::uint64_t bit = 0; bit < bits && first + bit < r.rdi; ++bit)
        if ((word >> bit & 1U) != 0)
          waited.files.push_back({static_cast<int>(first + bit), set.events, set.counting, false, true});
    }
  return waited.files.size() <= most_files;
}

bool has_pending_signal(const Thread& thread, bool shared) {
  siginfo_t signal{};
  __ptrace_peeksiginfo_args which{.off = 0, .flags = shared ? std::uint32_t{PTRACE_PEEKSIGINFO_SHARED} : 0U, .nr = 1};
  return ptrace(PTRACE_PEEKSIGINFO, thread.id, &which, &signal) != 0;
}

WaitEnds look_at_file(Thread& thread, const Waited::File& waited) {
  const int file = static_cast<int>(syscall(SYS_pidfd_getfd, thread.process_handle(), waited.number, 0));
  if (file < 0) return WaitEnds::unsure;
  WaitEnds ends = WaitEnds::not_yet;
  struct stat kind {};
  if (waited.unless_nonblocking && (fcntl(file, F_GETFL) & O_NONBLOCK) != 0) {
    ends = WaitEnds::at_once;
  } else if (!waited.whatever_its_size &&
             (fstat(file, &kind) != 0 || !(S_ISFIFO(kind.st_mode) || S_ISSOCK(kind.st_mode)))) {
    ends = WaitEnds::unsure;
  } else {
    pollfd look{.fd = file, .events = waited.events, .revents = 0};
    if (poll(&look, 1, 0) > 0 && (look.revents & waited.counting) != 0) ends = WaitEnds::at_once;
  }
  close(file);
  return ends;
}

}  // namespace

bool describe_wait(const Thread& thread, const Registers& r, Waited& waited) {
  waited.files.clear();
  waited.word_at = 0;
  switch (r.orig_rax) {
    case SYS_nanosleep:
    case SYS_clock_nanosleep: return true;
    case SYS_futex: {
      const auto operation = static_cast<int>(r.rsi) & FUTEX_CMD_MASK;
      waited.word_at = r.rdi;
      waited.word = static_cast<std::uint32_t>(r.rdx);
      return r.rdi != 0 && (operation == FUTEX_WAIT || operation == FUTEX_WAIT_BITSET);
    }
    case SYS_read: return add_read(waited, r.rdi, r.rdx);
    case SYS_readv: return r.rdx > 0 && add_read(waited, r.rdi, static_cast<std::uint64_t>(thread.word(r.rsi + 8)));
    case SYS_accept:
    case SYS_accept4: return add_read(waited, r.rdi, sizeof(std::uint64_t));
    case SYS_recvfrom: return r.rdx > 0 && add_receive(waited, r.rdi, r.r10);
    case SYS_recvmsg: return add_receive(waited, r.rdi, r.rdx);
    case SYS_epoll_wait:
    case SYS_epoll_pwait:
    case SYS_epoll_pwait2:
      waited.files.push_back({static_cast<int>(r.rdi), POLLIN, any_event, false, true});
      return true;
    case SYS_poll:
    case SYS_ppoll: return add_polled(thread, r.rdi, r.rsi, waited);
    case SYS_select:
    case SYS_pselect6: return add_selected(thread, r, waited);
    default: return false;
  }
}

WaitEnds look_at_wait(Thread& thread, bool shared_signals) {
  if (has_pending_signal(thread, false) || (shared_signals && has_pending_signal(thread, true)))
    return WaitEnds::unsure;
  const Waited& waited = thread.waited;
  if (waited.word_at != 0) {
    std::uint32_t word = 0;
    if (!thread.read(waited.word_at, &word, sizeof word)) return WaitEnds::unsure;
    return word == waited.word ? WaitEnds::not_yet : WaitEnds::at_once;
  }
  for (const Waited::File& file : waited.files)
    if (const WaitEnds ends = look_at_file(thread, file); ends != WaitEnds::not_yet) return ends;
  return WaitEnds::not_yet;
}

}  // namespace hearsay::maelstrom
