// Eight threads that wake at one moment, again and again, and write down the order in which they got hold of a lock. In
// simulated time it repeats, whatever else the machine does. With an argument it has a signalfd, so that all its waits
// are left to the kernel.
#include <sys/signalfd.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr int threads = 8, rounds = 20;

std::mutex lock;
std::condition_variable changed;
std::string order;
int arrived = 0, round_now = 0;

void race(int self) {
  for (int round = 0; round < rounds; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    unsigned work = static_cast<unsigned>(self);  // of different lengths
    for (int i = 0; i < 10'000 * (self % 3); ++i) work = work * 1'664'525 + 1'013'904'223;
    std::unique_lock<std::mutex> hold(lock);
    order += static_cast<char>(work == 0 ? '?' : 'a' + self);
    if (++arrived == threads) {
      arrived = 0;
      order += '\n';
      ++round_now;
      changed.notify_all();
    } else {
      changed.wait(hold, [round] { return round_now > round; });
    }
  }
}

}  // namespace

int main(int count, char**) {
  sigset_t none;
  sigemptyset(&none);
  if (count > 1 && signalfd(-1, &none, 0) < 0) return 1;
  std::vector<std::thread> all;
  for (int i = 0; i < threads; ++i) all.emplace_back(race, i);
  for (auto& one : all) one.join();
  std::fputs(order.c_str(), stdout);
}
