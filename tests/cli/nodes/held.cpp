// Waits that a supervisor that holds them at their entry could get wrong; prints what each call answered. Nothing of it
// depends on time, so that it is the same natively.
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <functional>
#include <thread>
#include <vector>

namespace {

void print(const char* name, long result) {
  std::printf("%s: %ld, %d\n", name, result, result < 0 ? errno : 0);
  std::fflush(stdout);
}

struct Pipe {
  std::array<int, 2> ends{};
  Pipe() {
    if (pipe(ends.data()) != 0) std::_Exit(1);
  }
  int in() const { return ends[1]; }
  int out() const { return ends[0]; }
};

void put(int file, const char* bytes, std::size_t size) {
  if (write(file, bytes, size) != static_cast<ssize_t>(size)) std::_Exit(1);
}

long futex(std::atomic<int>& word, int operation, int value) {
  return syscall(SYS_futex, &word, operation | FUTEX_PRIVATE_FLAG, value, nullptr, nullptr, 0);
}

// While another thread waits in `wait`, does `act`; prints what the wait answered.
void across(const char* name, const std::function<long()>& wait, const std::function<void(pthread_t)>& act) {
  std::thread waiter([&] { print(name, wait()); });
  const timespec moment{.tv_sec = 0, .tv_nsec = 20'000'000};
  nanosleep(&moment, nullptr);
  act(waiter.native_handle());
  waiter.join();
}

std::array<char, 64> buffer;

void small_reads() {
  const Pipe empty;
  print("no bytes of a pipe", read(empty.out(), buffer.data(), 0));
  const int event = eventfd(0, 0);
  print("4 bytes of an eventfd", read(event, buffer.data(), 4));
  print("a file that is not open", read(999, buffer.data(), 8));
  fcntl(empty.out(), F_SETFL, O_NONBLOCK);
  print("a pipe that does not block", read(empty.out(), buffer.data(), 8));
  put(empty.in(), "abc", 3);
  print("a pipe with bytes", read(empty.out(), buffer.data(), 8));
  close(empty.in());
  print("a pipe without writers", read(empty.out(), buffer.data(), 8));
}

void ready_files() {
  const Pipe one, other;
  put(other.in(), "x", 1);
  std::vector<pollfd> files(40, pollfd{one.out(), POLLIN, 0});
  files[30].fd = other.out();
  print("poll of many", poll(files.data(), files.size(), -1));
  print("poll of few", poll(files.data() + 25, 8, -1));
  print("poll for writing", poll(std::array{pollfd{one.in(), POLLOUT, 0}}.data(), 1, 5000));
  fd_set set;
  FD_ZERO(&set);
  FD_SET(one.out(), &set);
  FD_SET(other.out(), &set);
  timeval time{.tv_sec = 100, .tv_usec = 0};
  print("select", select(other.out() + 1, &set, nullptr, nullptr, &time));
  print("select, the other", FD_ISSET(other.out(), &set) && !FD_ISSET(one.out(), &set) ? 1 : 0);
  const int epoll = epoll_create1(0);
  epoll_event event{.events = EPOLLIN, .data = {.fd = other.out()}};
  epoll_ctl(epoll, EPOLL_CTL_ADD, other.out(), &event);
  print("epoll_wait", epoll_wait(epoll, &event, 1, 1000));
}

void woken_by_others() {
  const Pipe pipe_;
  std::array<int, 2> pair{};
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()) != 0) std::_Exit(1);
  const auto read_pipe = [&] { return read(pipe_.out(), buffer.data(), 8); };
  across("read", read_pipe, [&](pthread_t) { put(pipe_.in(), "ab", 2); });
  across(
      "recv of all", [&] { return recv(pair[0], buffer.data(), 4, MSG_WAITALL); },
      [&](pthread_t) {
        put(pair[1], "ab", 2);
        put(pair[1], "cd", 2);
      });
  across(
      "recv", [&] { return recv(pair[0], buffer.data(), 4, 0); }, [&](pthread_t) { put(pair[1], "ab", 2); });
  std::atomic<int> word = 0;
  across(
      "futex", [&] { return futex(word, FUTEX_WAIT, 0) == 0 || errno == EAGAIN ? 0 : -1; },
      [&](pthread_t) {
        word = 1;
        futex(word, FUTEX_WAKE, 1);
      });
  word = 0;
  across(
      "futex, word unchanged", [&] { return futex(word, FUTEX_WAIT, 0); },
      [&](pthread_t) {
        while (futex(word, FUTEX_WAKE, 1) == 0) sched_yield();
      });
}

void interrupted() {
  struct sigaction counts {};
  counts.sa_handler = [](int) {};
  sigaction(SIGUSR1, &counts, nullptr);
  const Pipe pipe_;
  const auto read_pipe = [&] { return read(pipe_.out(), buffer.data(), 8); };
  across("read, signal for its thread", read_pipe, [](pthread_t thread) { pthread_kill(thread, SIGUSR1); });
  across(
      "sleep, signal for its thread",
      [] {
        timespec time{.tv_sec = 1000, .tv_nsec = 0};
        const int result = nanosleep(&time, &time);
        return result == -1 && errno == EINTR && time.tv_sec >= 998 ? 1 : 0;
      },
      [](pthread_t thread) { pthread_kill(thread, SIGUSR1); });
  std::thread sender([] {
    const timespec moment{.tv_sec = 0, .tv_nsec = 20'000'000};
    nanosleep(&moment, nullptr);
    kill(getpid(), SIGUSR1);
  });
  print("read, signal for the process", read(pipe_.out(), buffer.data(), 8));
  sender.join();
  const pid_t child = fork();
  if (child == 0) {
    const timespec moment{.tv_sec = 0, .tv_nsec = 20'000'000};
    nanosleep(&moment, nullptr);
    kill(getppid(), SIGUSR1);
    nanosleep(&moment, nullptr);
    put(pipe_.in(), "x", 1);
    _exit(0);
  }
  print("read, signal of a child", read(pipe_.out(), buffer.data(), 8));
  waitpid(child, nullptr, 0);
  print("read, of a child", read(pipe_.out(), buffer.data(), 8));
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  raise(SIGUSR2);
  put(pipe_.in(), "x", 1);
  print("read, a blocked signal pending", read(pipe_.out(), buffer.data(), 8));
  const int file = signalfd(-1, &signals, 0);
  signalfd_siginfo info{};
  print("signalfd", read(file, &info, sizeof info) == sizeof info ? static_cast<long>(info.ssi_signo) : -1);
  across(
      "signalfd, another thread", [&] { return read(file, &info, sizeof info) == sizeof info ? 1L : -1L; },
      [](pthread_t) { kill(getpid(), SIGUSR2); });
}

}  // namespace

int main() {
  small_reads();
  ready_files();
  woken_by_others();
  interrupted();
}
