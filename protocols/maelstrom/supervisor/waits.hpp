// What would end a wait that a thread is about to begin. A thread whose wait cannot end yet is held at the system
// call's entry instead of sleeping in it: so it needs no watching, and ends its wait with one stop instead of two. To
// the node this is a thread that has been preempted just before the call.
#pragma once

#include <sys/user.h>

#include <cstdint>
#include <vector>

namespace hearsay::maelstrom {

using Registers = user_regs_struct;
class Thread;

enum class WaitEnds : std::uint8_t {
  not_yet,
  at_once,  // the call, made now, does not wait
  unsure,   // only the kernel knows: a signal is pending, or a file cannot be looked at
};

// The files and the word in memory that a wait is for; neither: it sleeps.
struct Waited {
  struct File {
    int number;
    short events, counting;   // asked of poll(); what of its answer ends the wait
    bool unless_nonblocking;  // the call does not wait if the file is O_NONBLOCK
    bool whatever_its_size;   // false: less than 8 bytes are asked for, which files of counts and timers refuse
  };
  std::vector<File> files;
  std::uint64_t word_at = 0;  // a futex's; 0: none
  std::uint32_t word = 0;
};

// False if a thread with these registers is at a call that is not held at its entry.
bool describe_wait(const Thread& thread, const Registers& registers, Waited& waited);

// Of a thread that is stopped at its call. `shared_signals`: also look at those that its process has not yet given to
// one of its threads.
WaitEnds look_at_wait(Thread& thread, bool shared_signals);

}  // namespace hearsay::maelstrom
