// How waits begin and end, and whose turn it is: one thread of the node runs at a time.
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <limits>

#include "protocols/maelstrom/supervisor/supervisor.hpp"

namespace hearsay::maelstrom {
namespace {

constexpr int most_calls_in_turn = 50;  // that could have been waits

}  // namespace

// Whether the call, made now, would wait. Of the signals for the whole process, the kernel gives those that come while
// all threads sleep to the first one.
WaitEnds Supervisor::look_at(Thread& thread) {
  if (thread.looked_at == activity_) return WaitEnds::not_yet;
  const Thread* const first = thread.id == thread.process ? nullptr : find(thread.process);
  thread.ends = look_at_wait(thread, first == nullptr || first->held != Held::at_wait);
  if (thread.ends == WaitEnds::not_yet) thread.looked_at = activity_;
  return thread.ends;
}

// `endless`: the same call without its timeout.
void Supervisor::wait(Thread& thread, const Registers& original, const Registers& endless, std::int64_t until,
                      std::int64_t on_timeout) {
  if (!holds_waits_ || turn_ != thread.id || !describe_wait(thread, original, thread.waited))
    return wait_in_kernel(thread, original, endless, until, on_timeout);
  thread.saved = original;
  thread.endless = endless;
  thread.deadline = until;
  thread.on_timeout = on_timeout;
  thread.looked_at = 0;
  // One that asks again and again whether another one has done its work lets that other one do it.
  const bool had_enough = ++thread.calls_in_turn > most_calls_in_turn;
  if (look_at(thread) != WaitEnds::not_yet && !had_enough) return let_go(thread);
  thread.held = Held::at_wait;
  if (had_enough) thread.last_turn = ++turns_;
}

void Supervisor::wait_in_kernel(Thread& thread, const Registers& original, const Registers& changed, std::int64_t until,
                                std::int64_t on_timeout) {
  thread.saved = original;
  thread.in_call = true;
  thread.retry = thread.fired = false;
  thread.deadline = until;
  thread.on_timeout = on_timeout;
  thread.set_registers(changed);
  thread.go_on(PTRACE_SYSCALL);
}

void Supervisor::fire(Thread& thread) {
  thread.deadline = no_deadline;
  if (thread.held == Held::at_wait) {  // the call is left out
    Registers r = thread.saved;
    r.orig_rax = ~0ULL;
    r.rax = static_cast<unsigned long long>(thread.on_timeout);
    thread.set_registers(r);
    thread.held = Held::for_turn;
    return;
  }
  thread.fired = true;
  ptrace(PTRACE_INTERRUPT, thread.id, nullptr, nullptr);
}

// Held at a wait that can end now.
bool Supervisor::can_go_on(Thread& thread) {
  return thread.held == Held::for_turn || (thread.held == Held::at_wait && look_at(thread) != WaitEnds::not_yet);
}

void Supervisor::let_go(Thread& thread) {
  if (thread.held == Held::for_turn) return thread.go_on(PTRACE_CONT);
  // What these write to their timeout when they return would be real time.
  const Registers& r = thread.saved;
  const bool writes_time = r.orig_rax == SYS_select || r.orig_rax == SYS_pselect6 || r.orig_rax == SYS_ppoll;
  if (thread.ends == WaitEnds::unsure || (writes_time && thread.deadline != no_deadline))
    return wait_in_kernel(thread, r, thread.endless, thread.deadline, thread.on_timeout);
  thread.deadline = no_deadline;
  thread.go_on(PTRACE_CONT);
}

// For whoever waits until another thread is seen to sleep.
void Supervisor::leave_waits_to_the_kernel() {
  for (const auto& thread : threads_)
    if (thread->held == Held::at_wait)
      wait_in_kernel(*thread, thread->saved, thread->endless, thread->deadline, thread->on_timeout);
}

// Of those whose turn it could be, the one that had its last turn longest ago: the order in which the kernel reports
// them does not repeat.
bool Supervisor::release_next() {
  Thread* next = nullptr;
  for (const auto& thread : threads_)
    if ((next == nullptr || thread->last_turn < next->last_turn) && can_go_on(*thread)) next = thread.get();
  turn_ = 0;
  spent_before_ = std::numeric_limits<std::int64_t>::max();
  if (next == nullptr) return false;
  turn_ = next->id;
  next->last_turn = ++turns_;
  next->calls_in_turn = 0;
  let_go(*next);
  return true;
}

// A thread that spins until another one has done something, as V8's garbage collector does, would keep the turn from
// that one. So when those that run have been on a processor for long, the next one has its turn beside them. Nothing
// that ends its work sooner is affected.
void Supervisor::let_spinners_be_answered() {
  constexpr std::int64_t long_for_a_step = 500'000'000;  // nanoseconds
  std::int64_t spent = 0;
  for (const auto& thread : threads_)
    if (thread->held == Held::no) spent += thread->processor_time();
  spent_before_ = std::min(spent_before_, spent);  // less once one of them has ended
  if (spent - spent_before_ < long_for_a_step) return;
  if (!release_next()) leave_waits_to_the_kernel();
}

}  // namespace hearsay::maelstrom
