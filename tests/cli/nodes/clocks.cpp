// A node that answers a line with what each clock shows: seconds by time and gettimeofday, nanoseconds since the start
// of the node and of the world by clock_gettime, and the processor's counter read three times, where it has one. With
// an argument it shows whether reads of that counter fault when a process asks for that, which not every hypervisor
// allows.
#include <sys/prctl.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
#include <iostream>
#include <string>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace {

int show_whether_counter_faults() {
#if defined(__x86_64__)
  std::signal(SIGSEGV, [](int) { _exit(write(STDOUT_FILENO, "faults\n", 7) == 7 ? 0 : 1); });
  if (prctl(PR_SET_TSC, PR_TSC_SIGSEGV) == 0) __rdtsc();
#endif
  return 0;
}

}  // namespace

int main(int count, char**) {
  if (count > 1) return show_whether_counter_faults();
  std::string line;
  while (std::getline(std::cin, line)) {
    const std::time_t seconds = std::time(nullptr);
    timeval day{};
    gettimeofday(&day, nullptr);
    timespec own{}, world{};
    clock_gettime(CLOCK_MONOTONIC, &own);
    clock_gettime(CLOCK_REALTIME, &world);
    std::cout << seconds << ' ' << day.tv_sec << ' ' << day.tv_usec << ' ' << own.tv_sec * 1'000'000'000 + own.tv_nsec
              << ' ' << world.tv_sec * 1'000'000'000 + world.tv_nsec;
#if defined(__x86_64__)
    unsigned processor = 77;
    const unsigned long long first = __rdtsc(), second = __rdtscp(&processor), third = __rdtsc();
    std::cout << ' ' << first << ' ' << second << ' ' << third << ' ' << processor;
#endif
    std::cout << std::endl;
  }
}
