// A node that answers a line once another thread has seen that it waits, which it does without a system call, as V8's
// garbage collector does for a moment.
#include <atomic>
#include <iostream>
#include <string>
#include <thread>

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    std::atomic<bool> seen = false;
    std::thread other([&] { seen = true; });
    while (!seen) {
    }
    other.join();
    std::cout << line << std::endl;
  }
}
