// One thread of a node, as its supervisor follows it.
#pragma once

#include <sys/types.h>
#include <sys/user.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "protocols/maelstrom/supervisor/vdso.hpp"
#include "protocols/maelstrom/supervisor/waits.hpp"
#include "protocols/maelstrom/supervisor/wire.hpp"

namespace hearsay::maelstrom {

enum class Held : std::uint8_t {
  no,
  for_turn,  // stopped: another thread of the node runs
  unknown,   // stopped at its first instruction, before its parent has been seen to make it
  by_vfork,  // asleep in the kernel until its child execs
  at_wait,   // stopped at a system call that would wait, and for now for nothing: see waits.hpp
};

class Thread {
 public:
  Thread(pid_t thread, pid_t process);
  ~Thread();
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  Registers registers() const;
  void set_registers(const Registers& registers) const;
  // Goes on, by PTRACE_CONT, PTRACE_SYSCALL or PTRACE_LISTEN; `signal` 0: none.
  void go_on(int request, int signal = 0);

  std::int64_t word(std::uint64_t address) const;  // of its memory; 0 where there is none
  bool read(std::uint64_t address, void* to, std::size_t bytes) const;
  bool write(std::uint64_t address, const void* from, std::size_t bytes) const;
  std::string text(std::uint64_t address, std::size_t most) const;
  void reopen_memory();  // after an exec
  int memory() const { return memory_; }
  int process_handle();  // a pidfd of its process; -1 if there is none

  // First and second look of the rule of rest (Supervisor::rests): asleep in a system call; and still, without having
  // run in between.
  bool looks_asleep();
  bool still_asleep() const;
  // The rule holds for this thread: as long as it has not run since, it is in the system call that it was in.
  void remember_rest() { at_rest_ = held == Held::no ? seen_ : Seen{}; }
  // For how long it has been on a processor, in nanoseconds; 0 once it is gone.
  std::int64_t processor_time() const;
  // What it is doing, for a message: "runs without system calls", "is in system call 7 (poll)".
  std::string doing() const;

  const pid_t id, process;
  std::uint64_t birth = 0;  // in the order of creation: names it where its id would not repeat
  std::uint64_t last_turn = 0;
  Held held = Held::no;
  PatchedVdso vdso;

  // --- the traced call that it is in
  bool in_call = false;
  bool retry = false;  // a sleep in place of a fruitless poll, which is then made
  bool fired = false;  // its deadline came
  std::int64_t deadline = no_deadline;
  std::int64_t on_timeout = 0;  // what the call answers then
  Registers saved{};
  int fruitless_polls = 0, yields = 0;  // in a row
  // --- and, while it is held at it
  Registers endless{};          // without its timeout
  Waited waited;                // what ends it
  int calls_in_turn = 0;        // since its turn began: those that did not wait
  WaitEnds ends{};              // as it was found last
  std::uint64_t looked_at = 0;  // Supervisor::activity_ then
  // timerfd_settime: where its argument lies, and what it says while the kernel is given another one
  std::uint64_t timer_argument = 0;
  std::array<std::int64_t, 4> timer_value{};

 private:
  int open_in_proc(const char* file, int flags) const;

  int syscall_, stat_, schedstat_, memory_, process_handle_ = -1;
  using Seen = std::array<char, 80>;  // the kernel's count of how often it has run
  Seen seen_{}, at_rest_{};
};

}  // namespace hearsay::maelstrom
