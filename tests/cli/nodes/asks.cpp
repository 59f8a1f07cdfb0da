// A node that answers a line once another thread has done its part, for which it asks again and again, each time by a
// call that does not wait, as Node.js does for V8's concurrent marking.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>

int main() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_NONBLOCK) != 0) return 1;
  std::mutex mutex;
  std::condition_variable changed;
  bool wanted = false;
  std::atomic<bool> done = false;
  std::thread([&] {
    for (std::unique_lock lock(mutex);;) {
      changed.wait(lock, [&] { return wanted; });
      wanted = false;
      done = true;
    }
  }).detach();
  std::string line;
  while (std::getline(std::cin, line)) {
    {
      const std::lock_guard lock(mutex);
      wanted = true;
    }
    changed.notify_one();
    long asked = 0;
    for (char c = 0; !done.exchange(false); ++asked)
      if (read(ends[0], &c, 1) >= 0) return 1;
    std::cout << line << " after " << asked << std::endl;
  }
  std::_Exit(0);
}
