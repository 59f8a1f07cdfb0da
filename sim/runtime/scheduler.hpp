// The loop of the simulation. Our own agenda decides what happens next: strictly in order of (due time, insertion), and
// equally for both ways of dispatch. SimGrid's clock follows by one kernel timer armed for the head of the agenda
// (docs/design.md, section 5), and moves by itself where SimGrid computes a duration: transfers under the flow model,
// processor time.
//
// Waking an actor through SimGrid's main loop costs more than its work, so actors are woken in trains: the scheduler
// looks ahead, wakes the actors of the next items in their order, and each of them, when SimGrid runs it, takes its own
// items off the head of the agenda. If an earlier handler has put something before them, they find a foreign head, take
// nothing, and the scheduler starts over from there. So looking ahead never changes the order. Over several instants it
// is allowed only while SimGrid has no activity of its own that could end in between.
#pragma once

#include <algorithm>
#include <functional>

#include "sim/agenda/agenda.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"
#include "sim/runtime/node_item.hpp"
#include "sim/runtime/slab.hpp"

namespace simgrid::kernel::timer {
class Timer;
}

namespace hearsay {

class Dispatch;

class Scheduler {
 public:
  struct Setup {
    bool wakes_actors = false;  // nodes are actors
    bool transfers = false;     // SimGrid computes transfers, so its clock must reach every instant
    std::size_t nodes = 0;
  };
  Scheduler(Dispatch& dispatch, const Setup& setup);  // it must outlive the run
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  Time now() const { return now_; }

  void at(Time due, std::function<void()> task);  // in the simulator's own context; requires due >= now()
  void at(Time due, NodeId node, NodeItem item);
  // A place on the agenda for an item, to be set by the caller at once. Requires due >= now().
  NodeItem& push(Time due) { return agenda_.push(due); }
  // After everything else of its instant, in order of `rank` (< 2^63 - 1): for what activities of SimGrid's bring
  // about, whose turns in SimGrid's loop mean nothing.
  void packet_last(Time due, std::uint64_t rank, NodeId to, std::uint32_t packet);
  void task_last(Time due, std::uint64_t rank, std::function<void()> task);

  // --- for actors
  // Takes the head of the agenda into the node's inbox if it is the node's turn.
  bool take_for(NodeId node);
  // A woken node has taken what it could, or is about to block. `took`: that was something.
  void node_done(bool took);
  // An activity of SimGrid's begins and ends: meanwhile its clock must reach every instant. The end also brings our
  // clock up to SimGrid's; call it first when the activity returns.
  void activity_begins() { ++activities_; }
  void activity_ends();
  // Brings our clock up to SimGrid's.
  void catch_up();
  // Arms the timer for the head of the agenda: to start the loop, and after work that the scheduler did not dispatch.
  void rearm();
  // No item is taken any more.
  void stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }

 private:
  void fire();
  Time may_take_until() const;
  void run_task(std::uint32_t slot);
  void take_head();
  void take_inline();
  void take_for_actors();
  void wake_train();

  Dispatch& dispatch_;
  bool wakes_actors_;
  bool transfers_;
  double begin_s_;      // where SimGrid's clock stood: this run may not be the first of its process
  bool fetches_ahead_;  // there are more nodes than the caches hold
  bool stopped_ = false;
  bool firing_ = false;
  Time now_{};
  Agenda<NodeItem> agenda_;
  Slab<std::function<void()>> tasks_;
  std::size_t running_ = 0;        // nodes woken that have not reported node_done
  std::size_t train_length_ = 32;  // at most; follows whether trains were woken in vain
  bool train_wasted_ = false;
  std::size_t activities_ = 0;
  simgrid::kernel::timer::Timer* timer_ = nullptr;
  Time armed_for_ = never;
  Time reached_{};  // the last instant for which the timer has fired
};

}  // namespace hearsay
