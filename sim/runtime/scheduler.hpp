// The loop of the simulation. Our own agenda decides what happens next and in which order; SimGrid's clock follows it by
// one kernel timer armed for the head of the agenda (DESIGN section 5), and moves by itself where SimGrid computes a
// duration: transfers under the flow model, and processor time.
//
// Semantics of an instant, equal for both ways of dispatch: what is due is taken in order; consecutive items for nodes form
// a batch, which is handed out node by node in order of first appearance; what the handlers schedule for the same instant
// comes after the batch.
#pragma once

#include <functional>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"
#include "sim/runtime/event_queue.hpp"
#include "sim/runtime/slab.hpp"

namespace simgrid::kernel::timer {
class Timer;
}

namespace hearsay {

// Something for a node's inbox. Which fields a kind uses stands beside it.
struct NodeItem {
  enum class Kind : std::uint8_t {
    start,         // detail: StartReason
    request,       // ref: OpId
    message,       // ref: slot of the Packet
    timer,         // ref: incarnation, key
    connected,     // ref: peer, key: ConnectionId
    disconnected,  // ref: peer, key: ConnectionId, detail: ConnectionError
    leave,
  } kind = Kind::start;
  std::uint8_t detail = 0;
  std::uint32_t ref = 0;
  std::uint64_t key = 0;
};

// Who handles what the scheduler takes from the agenda.
class Dispatcher {
 public:
  virtual ~Dispatcher() = default;
  // Puts an item into the node's inbox; true if the node must now be run (it is up, idle and not yet in this batch).
  virtual bool accept(NodeId node, const NodeItem& item) = 0;
  // A packet reaches its destination; puts what comes of it into inboxes by Scheduler::hand_over.
  virtual void arrive(std::uint32_t packet) = 0;
  // Lets the node empty its inbox: at once (inline), or by waking its actor, which calls Scheduler::node_done after.
  virtual void run(NodeId node) = 0;
};

class Scheduler {
 public:
  // `wakes_actors`: run() wakes an actor and returns before the node has run.
  // `follows_simgrid`: SimGrid computes durations too, so its clock must reach every instant together with ours.
  Scheduler(Dispatcher& dispatcher, bool wakes_actors, bool follows_simgrid)
      : dispatcher_(dispatcher), wakes_actors_(wakes_actors), follows_simgrid_(follows_simgrid || wakes_actors) {}

  Time now() const { return now_; }

  void at(Time due, std::function<void()> task);  // in the simulator's own context; requires due >= now()
  void at(Time due, NodeId node, NodeItem item);
  void packet_at(Time due, std::uint32_t packet);

  // For a node at this instant, from within a task or arrive(): without the detour over the agenda.
  void hand_over(NodeId node, const NodeItem& item);

  // Runs the node at this instant though no item is new: it may go on. From within a task.
  void wake(NodeId node) { batch_.push_back(node); }

  // A node woken by run() has emptied its inbox, or is busy.
  void node_done();
  // SimGrid's clock moved by itself: a computation or transfer ended. Call first when such an activity returns.
  void catch_up();
  // After work that was not dispatched by the scheduler (such an activity's continuation): arms the timer if needed.
  void rearm();

  // Starts the loop at time 0; returns at once, SimGrid's engine does the rest.
  void begin() { rearm(); }
  // No item is taken any more.
  void stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }

 private:
  struct Item {
    enum class Kind : std::uint8_t { task, node, packet } kind = Kind::task;
    NodeId node = no_node;
    NodeItem item{};  // item.ref: slot of the task, or the packet
  };

  void fire();
  void take_batch();
  void run_batch();

  Dispatcher& dispatcher_;
  bool wakes_actors_;
  bool follows_simgrid_;
  bool stopped_ = false;
  Time now_{};
  EventQueue<Item> agenda_;
  Slab<std::function<void()>> tasks_;
  std::vector<NodeId> batch_;   // nodes to run, in order of first appearance
  std::size_t running_ = 0;     // nodes woken that have not reported node_done
  bool firing_ = false;
  simgrid::kernel::timer::Timer* timer_ = nullptr;
  Time armed_for_ = never;
};

}  // namespace hearsay
