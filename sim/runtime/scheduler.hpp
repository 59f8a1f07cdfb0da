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

#include <functional>

#include "sim/core/ids.hpp"
#include "sim/core/protocol.hpp"
#include "sim/core/time.hpp"
#include "sim/runtime/event_queue.hpp"
#include "sim/runtime/slab.hpp"

namespace simgrid::kernel::timer {
class Timer;
}

namespace hearsay {

// Something for a node's inbox, made by its named constructors. Which fields a kind uses stands beside it.
struct NodeItem {
  enum class Kind : std::uint8_t {
    start,         // detail: StartReason
    request,       // ref: OpId
    message,       // ref: slot of the Packet
    timer,         // ref: incarnation, key
    connected,     // ref: peer, key: ConnectionId
    disconnected,  // ref: peer, key: ConnectionId, detail: ConnectionError
    leave,
    nudge,  // nothing but a reason to look into the inbox again
  } kind = Kind::start;
  std::uint8_t detail = 0;
  std::uint32_t ref = 0;
  std::uint64_t key = 0;

  static NodeItem start(StartReason reason) { return {Kind::start, static_cast<std::uint8_t>(reason), 0, 0}; }
  static NodeItem request(OpId operation) { return {Kind::request, 0, static_cast<std::uint32_t>(operation), 0}; }
  static NodeItem message(std::uint32_t packet) { return {Kind::message, 0, packet, 0}; }
  static NodeItem timer(std::uint32_t incarnation, TimerKey key) { return {Kind::timer, 0, incarnation, key}; }
  static NodeItem connected(NodeId peer, ConnectionId id) { return {Kind::connected, 0, peer, id}; }
  static NodeItem disconnected(NodeId peer, ConnectionId id, ConnectionError error) {
    return {Kind::disconnected, static_cast<std::uint8_t>(error), peer, id};
  }
  static NodeItem leave() { return {Kind::leave, 0, 0, 0}; }
  static NodeItem nudge() { return {Kind::nudge, 0, 0, 0}; }
};

inline constexpr std::uint32_t no_packet = 0xffffffff;

// Who handles what the scheduler takes from the agenda.
class Dispatcher {
 public:
  virtual ~Dispatcher() = default;
  virtual void accept(NodeId node, const NodeItem& item) = 0;  // puts an item into the node's inbox
  // The same, or has the node handle it at once if nothing is before it. In the node's context.
  virtual void take(NodeId node, const NodeItem& item) = 0;
  virtual void arrive(std::uint32_t packet) = 0;  // what comes of it goes to Scheduler::hand_over
  // What taking an item for this node, and a packet or no_packet, will touch: asks the processor to fetch it. Without
  // effect on the simulation. First the node and the packet; some items later what they point at.
  virtual void fetch_node(NodeId node, std::uint32_t packet) const = 0;
  virtual void fetch_process(NodeId node, std::uint32_t packet) const = 0;
  virtual void fetch_actor(NodeId node) const = 0;
  virtual bool is_ready(NodeId node) const = 0;  // its process runs and is neither paused nor busy
  virtual void run(NodeId node) = 0;             // inline dispatch: lets it empty its inbox, if it is ready
  // Actor dispatch: has SimGrid run its actor, which calls Scheduler::take_for and then node_done. False if it was
  // woken before and has not run yet.
  virtual bool wake(NodeId node) = 0;
};

class Scheduler {
 public:
  struct Setup {
    bool wakes_actors = false;  // nodes are actors
    bool transfers = false;     // SimGrid computes transfers, so its clock must reach every instant
    std::size_t nodes = 0;
  };
  Scheduler(Dispatcher& dispatcher, const Setup& setup);

  Time now() const { return now_; }

  void at(Time due, std::function<void()> task);  // in the simulator's own context; requires due >= now()
  void at(Time due, NodeId node, NodeItem item);
  void packet_at(Time due, NodeId to, std::uint32_t packet);
  // After everything else of its instant, in order of `rank` (< 2^63): for what activities of SimGrid's bring about,
  // whose turns in SimGrid's loop mean nothing.
  void packet_last(Time due, std::uint64_t rank, NodeId to, std::uint32_t packet);
  void task_last(Time due, std::uint64_t rank, std::function<void()> task);

  // For a node at this instant: into its inbox if the item being taken is the node's own, else by the agenda.
  void hand_over(NodeId node, const NodeItem& item);
  // The same where nothing else comes of the item being taken: the node may handle it before this returns.
  void hand_over_last(NodeId node, const NodeItem& item);

  // --- for actors
  // Takes the head of the agenda into the node's inbox if it is the node's turn.
  bool take_for(NodeId node);
  // A woken node has taken what it could, or is about to block.
  void node_done();
  // An activity of SimGrid's begins and ends: meanwhile its clock must reach every instant. The end also brings our
  // clock up to SimGrid's; call it first when the activity returns.
  void activity_begins() { ++activities_; }
  void activity_ends();
  // Brings our clock up to SimGrid's.
  void catch_up();
  // Arms the timer for the head of the agenda; after work that the scheduler did not dispatch.
  void rearm();

  // Starts the loop at time 0; returns at once, SimGrid's engine does the rest.
  void begin() { rearm(); }
  // No item is taken any more.
  void stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }

 private:
  struct Item {
    enum class Kind : std::uint8_t { task, node, packet } kind = Kind::task;
    NodeId node = no_node;  // whose it is; of a packet, its destination
    NodeItem item{};        // item.ref: slot of the task, or the packet

    void set_task(std::uint32_t slot) {
      kind = Kind::task;
      node = no_node;
      item.ref = slot;
    }
    void set_packet(NodeId to, std::uint32_t packet) {
      kind = Kind::packet;
      node = to;
      item.ref = packet;
    }
    void set_node_item(NodeId owner, NodeItem what) {
      kind = Kind::node;
      node = owner;
      item = what;
    }
  };

  void fire();
  bool may_take(Time due) const;
  static std::uint32_t packet_of(const Item& item) {
    return item.kind == Item::Kind::packet ? item.item.ref : no_packet;
  }
  NodeId take_next();  // whose it was; no_node: the simulator's
  void take_inline();
  void fetch_ahead();
  void fetch_actors(std::size_t i);
  void take_for_actors();
  void wake_train();

  Dispatcher& dispatcher_;
  bool wakes_actors_;
  bool transfers_;
  bool fetches_ahead_;  // there are more nodes than the caches hold
  bool stopped_ = false;
  bool firing_ = false;
  Time now_{};
  EventQueue<Item> agenda_;
  Slab<std::function<void()>> tasks_;
  NodeId current_ = no_node;  // whose item is being taken
  std::size_t running_ = 0;   // nodes woken that have not reported node_done
  std::size_t activities_ = 0;
  simgrid::kernel::timer::Timer* timer_ = nullptr;
  Time armed_for_ = never;
  Time reached_{};  // the last instant for which the timer has fired
};

}  // namespace hearsay
