// A node that waits in every way that Linux has and prints what each took by its own clocks: name, nanoseconds that it
// should take, those that it took by both clocks, result and errno.
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <initializer_list>

namespace {

constexpr long ms = 1'000'000, quarter = 250 * ms;

long read_clock(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return now.tv_sec * 1'000 * ms + now.tv_nsec;
}

timespec at(clockid_t clock, long after) {
  const long then = read_clock(clock) + after;
  return {then / (1'000 * ms), then % (1'000 * ms)};
}

template <class Wait>
void measure(const char* name, long expected, Wait wait) {
  const long monotonic = read_clock(CLOCK_MONOTONIC), wall = read_clock(CLOCK_REALTIME);
  errno = 0;
  const long result = wait();
  const int error = errno;
  std::printf("%s;%ld;%ld;%ld;%ld;%d\n", name, expected, read_clock(CLOCK_MONOTONIC) - monotonic,
              read_clock(CLOCK_REALTIME) - wall, result, error);
  std::fflush(stdout);
}

timespec quarter_ts() { return {0, quarter}; }

void sleeps() {
  measure("nanosleep", quarter, [] {
    auto t = quarter_ts();
    return nanosleep(&t, nullptr);
  });
  measure("usleep", quarter, [] { return usleep(quarter / 1000); });
  measure("sleep", 2'000 * ms, [] { return static_cast<int>(sleep(2)); });
  measure("sleep 100", 100'000 * ms, [] { return static_cast<int>(sleep(100)); });
  measure("clock_nanosleep", quarter, [] {
    auto t = quarter_ts();
    return clock_nanosleep(CLOCK_MONOTONIC, 0, &t, nullptr);
  });
  for (const clockid_t clock : {CLOCK_MONOTONIC, CLOCK_REALTIME})
    measure("clock_nanosleep until", quarter, [clock] {
      const auto t = at(clock, quarter);
      return clock_nanosleep(clock, TIMER_ABSTIME, &t, nullptr);
    });
}

void polls() {
  static pollfd none{-1, 0, 0};
  static const int epoll = epoll_create1(0);
  static epoll_event event;
  measure("poll", quarter, [] { return poll(&none, 1, 250); });
  measure("poll 0", 0, [] { return poll(&none, 1, 0); });
  measure("ppoll", quarter, [] {
    auto t = quarter_ts();
    return ppoll(&none, 1, &t, nullptr);
  });
  measure("select", quarter, [] {
    timeval t{0, quarter / 1000};
    return select(0, nullptr, nullptr, nullptr, &t);
  });
  measure("pselect", quarter, [] {
    auto t = quarter_ts();
    return pselect(0, nullptr, nullptr, nullptr, &t, nullptr);
  });
  measure("epoll_wait", quarter, [] { return epoll_wait(epoll, &event, 1, 250); });
  measure("epoll_pwait", quarter, [] { return epoll_pwait(epoll, &event, 1, 250, nullptr); });
  measure("epoll_pwait2", quarter, [] {
    auto t = quarter_ts();
    return syscall(441, epoll, &event, 1, &t, nullptr, 8);
  });
}

void* post_later(void* semaphore) {
  usleep(300'000);
  sem_post(static_cast<sem_t*>(semaphore));
  return nullptr;
}

void* hold(void* mutex) {
  pthread_mutex_lock(static_cast<pthread_mutex_t*>(mutex));
  usleep(700'000);
  pthread_mutex_unlock(static_cast<pthread_mutex_t*>(mutex));
  return nullptr;
}

void locks() {
  static sem_t semaphore;
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  static pthread_t thread;
  static int word = 0;
  sem_init(&semaphore, 0, 0);
  measure("sem_timedwait", quarter, [] {
    const auto t = at(CLOCK_REALTIME, quarter);
    return sem_timedwait(&semaphore, &t);
  });
  measure("sem_clockwait", quarter, [] {
    const auto t = at(CLOCK_MONOTONIC, quarter);
    return sem_clockwait(&semaphore, CLOCK_MONOTONIC, &t);
  });
  pthread_mutex_lock(&mutex);
  measure("cond_timedwait", quarter, [] {
    const auto t = at(CLOCK_REALTIME, quarter);
    return pthread_cond_timedwait(&condition, &mutex, &t);
  });
  measure("cond_clockwait", quarter, [] {
    const auto t = at(CLOCK_MONOTONIC, quarter);
    return pthread_cond_clockwait(&condition, &mutex, CLOCK_MONOTONIC, &t);
  });
  pthread_mutex_unlock(&mutex);
  pthread_create(&thread, nullptr, post_later, &semaphore);
  measure("sem_timedwait woken", 300 * ms, [] {
    const auto t = at(CLOCK_REALTIME, 900 * ms);
    return sem_timedwait(&semaphore, &t);
  });
  pthread_join(thread, nullptr);
  pthread_create(&thread, nullptr, hold, &mutex);
  usleep(1000);
  measure("mutex_timedlock", quarter, [] {
    const auto t = at(CLOCK_REALTIME, quarter);
    return pthread_mutex_timedlock(&mutex, &t);
  });
  measure("join", 449 * ms, [] { return pthread_join(thread, nullptr); });
  measure("futex", quarter, [] {
    auto t = quarter_ts();
    return syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &t, nullptr, 0);
  });
  measure("futex, other word, past", 0, [] {
    timespec t{1, 0};
    return syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, 1, &t, nullptr, ~0U);
  });
}

void timers() {
  static sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGUSR1);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  measure("sigtimedwait", quarter, [] {
    auto t = quarter_ts();
    return sigtimedwait(&signals, nullptr, &t);
  });
  static const int timer = timerfd_create(CLOCK_MONOTONIC, 0), wall_timer = timerfd_create(CLOCK_REALTIME, 0);
  static unsigned long expirations = 0;
  static itimerspec once{{0, 0}, {0, quarter}}, again{{0, 100 * ms}, {0, 100 * ms}}, off{};
  measure("timerfd", quarter, [] {
    timerfd_settime(timer, 0, &once, nullptr);
    return read(timer, &expirations, 8);
  });
  measure("timerfd of the wall clock, until", quarter, [] {
    const itimerspec then{{0, 0}, at(CLOCK_REALTIME, quarter)};
    timerfd_settime(wall_timer, TFD_TIMER_ABSTIME, &then, nullptr);
    return read(wall_timer, &expirations, 8);
  });
  timerfd_settime(timer, 0, &again, nullptr);
  measure("timerfd, three times", 300 * ms, [] {
    ssize_t got = 0;
    for (int i = 0; i < 3; ++i) got = read(timer, &expirations, 8);
    return got;
  });
  timerfd_settime(timer, 0, &off, nullptr);
  signal(SIGALRM, [](int) {});
  measure("alarm", 1'000 * ms, [] {
    alarm(1);
    return pause();
  });
  measure("setitimer", quarter, [] {
    const itimerval t{{0, 0}, {0, quarter / 1000}};
    setitimer(ITIMER_REAL, &t, nullptr);
    return pause();
  });
  measure("nanosleep cut short, and its remainder", quarter, [] {
    const itimerval t{{0, 0}, {0, 100'000}};
    setitimer(ITIMER_REAL, &t, nullptr);
    auto time = quarter_ts();
    timespec rest{};
    if (nanosleep(&time, &rest) != -1 || errno != EINTR) return 99;
    errno = 0;
    return nanosleep(&rest, nullptr);
  });
}

void children() {
  measure("fork and waitpid", quarter, [] {
    const pid_t child = fork();
    if (child == 0) {
      usleep(quarter / 1000);
      _exit(0);
    }
    return waitpid(child, nullptr, 0) == child ? 0 : 99;
  });
  measure("system(sleep 3)", 3'000 * ms, [] { return std::system("sleep 3"); });
}

}  // namespace

int main() {
  sleeps();
  polls();
  locks();
  timers();
  children();
}
