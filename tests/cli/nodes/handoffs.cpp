// A node that answers a line once a token has gone 200 times through four threads, over a pipe, an eventfd, a socket
// and a condition variable. With an argument it has a signalfd, so that all its waits are left to the kernel.
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>

int main(int count, char**) {
  sigset_t none;
  sigemptyset(&none);
  if (count > 1 && signalfd(-1, &none, 0) < 0) return 1;
  std::array<int, 2> pipe_ends{}, socket_ends{};
  if (pipe(pipe_ends.data()) != 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, socket_ends.data()) != 0) return 1;
  const int event = eventfd(0, 0);
  std::mutex mutex;
  std::condition_variable changed;
  long turns = 0, wanted = 0;
  std::thread([&] {
    for (char c = 0; read(pipe_ends[0], &c, 1) == 1;) {
      const std::uint64_t one = 1;
      if (write(event, &one, 8) != 8) return;
    }
  }).detach();
  std::thread([&] {
    for (std::uint64_t value = 0; read(event, &value, 8) == 8;)
      if (write(socket_ends[0], "x", 1) != 1) return;
  }).detach();
  std::thread([&] {
    for (char c = 0; read(socket_ends[1], &c, 1) == 1;) {
      const std::lock_guard lock(mutex);
      ++turns;
      changed.notify_all();
    }
  }).detach();
  std::string line;
  while (std::getline(std::cin, line)) {
    for (int i = 0; i < 200; ++i) {
      if (write(pipe_ends[1], "x", 1) != 1) return 1;
      std::unique_lock lock(mutex);
      ++wanted;
      changed.wait(lock, [&] { return turns >= wanted; });
    }
    std::cout << line << std::endl;
  }
}
