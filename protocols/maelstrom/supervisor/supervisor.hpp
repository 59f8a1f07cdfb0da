// Runs one node, an unmodified program of any language, in simulated time. Its clock reads come from a cell in its own
// vDSO (vdso.hpp). Its waits stop for the supervisor by a seccomp filter (filter.hpp), which remembers their timeouts
// as deadlines. A wait that nothing could end yet is held there, at its entry (waits.hpp), until its deadline or what
// ends it has come. Others are left to the kernel without their timeout; a deadline ends them by an interrupt. One
// thread at a time runs. A step is over when all are held or sleep.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "protocols/maelstrom/supervisor/clocks.hpp"
#include "protocols/maelstrom/supervisor/settings.hpp"
#include "protocols/maelstrom/supervisor/thread.hpp"

namespace hearsay::maelstrom {

class Supervisor {
 public:
  explicit Supervisor(Settings settings);
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  // Starts the program, up to its first rest. Then and after each step: output(), deadline(), state() and why().
  void start(const Clocks& clocks);
  void step(const Clocks& clocks, const std::string& lines, bool fire);

  std::string take_output() { return std::exchange(output_, {}); }
  std::int64_t deadline() const;
  NodeState state() const { return state_; }
  const std::string& why() const { return why_; }

 private:
  // A timer of a process that expires by itself: a timerfd, or the alarm (`file` -1).
  struct Timer {
    pid_t process;
    int file;
    std::int64_t at, every;
  };

  // --- processes and threads (supervisor.cpp)
  void spawn();
  Thread* find(pid_t id);
  Thread& add(pid_t id, pid_t process);
  void drop(pid_t id);
  bool drain_stops();
  void on_stop(pid_t id, int status);
  void on_end(pid_t id, int status);
  void on_new_thread(Thread& parent, int event);
  void on_exec(Thread& thread);
  void on_group_stop(Thread& thread, int signal);
  void run_or_hold(Thread& thread);
  bool answer_rdtsc(Thread& thread);
  void give_up(NodeState state, const std::string& why);

  // --- rest (rest.cpp)
  void run_until_rest();
  void settle();
  bool rests();
  bool computes() const;
  bool collect_output();
  bool feed_input();
  void fire_due();
  void fire(Timer& timer);
  void say_what_runs();

  // --- turns (turns.cpp)
  void wait(Thread& thread, const Registers& original, const Registers& endless, std::int64_t until,
            std::int64_t on_timeout);
  void wait_in_kernel(Thread& thread, const Registers& original, const Registers& changed, std::int64_t until,
                      std::int64_t on_timeout);
  WaitEnds look_at(Thread& thread);
  void fire(Thread& thread);
  bool can_go_on(Thread& thread);
  void let_go(Thread& thread);
  void leave_waits_to_the_kernel();
  bool release_next();
  void let_spinners_be_answered();

  // --- traced calls (calls.cpp)
  void on_call(Thread& thread);
  void on_call_end(Thread& thread);
  bool polls_only(const Thread& thread, const Registers& r) const;
  bool on_clock_call(Thread& thread, const Registers& r);
  bool on_random_call(Thread& thread, Registers r);
  bool on_timer_call(Thread& thread, const Registers& r);
  bool on_refused_call(Thread& thread, const Registers& r);
  bool on_signal_call(Thread& thread, const Registers& r);
  void on_wait(Thread& thread, const Registers& r);
  void on_futex(Thread& thread, const Registers& r);
  void on_sleep(Thread& thread, const Registers& r);
  void answer(Thread& thread, Registers r, std::int64_t result);
  void arm(pid_t process, int file, std::int64_t at, std::int64_t every);
  std::int64_t in(std::int64_t duration) const;
  std::uint64_t random();

  Settings settings_;
  Clocks clocks_;
  std::int64_t spent_before_ = 0;                 // by the threads that run, when the last turn began
  std::vector<std::unique_ptr<Thread>> threads_;  // in the order of creation
  std::vector<Timer> timers_;                     // in the order of arming
  pid_t node_ = 0, turn_ = 0;                     // its first process; the thread that runs
  int input_ = -1, output_pipe_ = -1, random_file_ = -1;
  std::string unread_, output_, why_;
  NodeState state_ = NodeState::running;
  std::uint64_t births_ = 0, turns_ = 0, random_state_ = 0, ticks_ = 0;
  std::uint64_t activity_ = 1;  // grows with all that may end a wait
  bool holds_waits_ = true;     // at their entry
  std::size_t step_output_ = 0;
};

}  // namespace hearsay::maelstrom
