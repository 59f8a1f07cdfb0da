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

#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/protocol.hpp"
#include "sim/core/time.hpp"
#include "sim/runtime/agenda.hpp"
#include "sim/runtime/slab.hpp"

namespace simgrid::kernel::timer {
class Timer;
}

namespace hearsay {

// An item of the agenda, made by its named constructors. Which fields a kind uses stands beside it.
struct NodeItem {
  enum class Kind : std::uint8_t {
    task,          // of the simulator; ref: its slot
    packet,        // of a stream, or under `flow`, that arrives at the node; ref: its slot in the network
    datagram,      // that arrives; ref: sender, key: the Message, id: SendId, epoch, detail: 1 if corrupt
    start,         // detail: StartReason
    request,       // key: OpId
    message,       // of a stream; ref: slot of the Packet
    timer,         // ref: incarnation, key
    connected,     // ref: peer, key: ConnectionId
    disconnected,  // ref: peer, key: ConnectionId, detail: ConnectionError
    leave,
    nudge,  // nothing but a reason to look into the inbox again
  } kind = Kind::task;
  std::uint8_t detail = 0;
  NodeId node = no_node;  // whose it is; no_node: the simulator's
  std::uint32_t ref = 0;
  std::uint32_t epoch = 0;  // LinkState::epoch() when it was sent
  std::uint64_t key = 0;
  SendId id = no_send;

  // Word by word: see Agenda::push.
  void set(Kind what, NodeId owner, std::uint32_t reference, std::uint64_t word) {
    kind = what;
    detail = 0;
    node = owner;
    ref = reference;
    key = word;
  }
  // Owns a reference to the message until take_message().
  void set_datagram(NodeId from, NodeId to, SendId send, MessagePtr&& message, std::uint64_t sent_in, bool corrupt) {
    set(Kind::datagram, to, from, reinterpret_cast<std::uintptr_t>(message.release()));
    detail = corrupt ? 1 : 0;
    epoch = static_cast<std::uint32_t>(sent_in);
    id = send;
  }

  static NodeItem of(Kind kind, std::uint32_t ref = 0, std::uint64_t key = 0, std::uint8_t detail = 0) {
    return {kind, detail, no_node, ref, 0, key, no_send};
  }
  static NodeItem packet(std::uint32_t slot) { return of(Kind::packet, slot); }
  static NodeItem start(StartReason reason) { return of(Kind::start, 0, 0, static_cast<std::uint8_t>(reason)); }
  static NodeItem request(OpId operation) { return of(Kind::request, 0, operation); }
  static NodeItem message_of_stream(std::uint32_t packet) { return of(Kind::message, packet); }
  static NodeItem timer(std::uint32_t incarnation, TimerKey key) { return of(Kind::timer, incarnation, key); }
  static NodeItem connected(NodeId peer, ConnectionId id) { return of(Kind::connected, peer, id); }
  static NodeItem disconnected(NodeId peer, ConnectionId id, ConnectionError error) {
    return of(Kind::disconnected, peer, id, static_cast<std::uint8_t>(error));
  }
  static NodeItem leave() { return of(Kind::leave); }
  static NodeItem nudge() { return of(Kind::nudge); }
  const Message* message() const { return reinterpret_cast<const Message*>(key); }
  MessagePtr take_message() const { return MessagePtr::adopt(message()); }

  bool is_message() const { return kind == Kind::datagram || kind == Kind::message; }
};
static_assert(sizeof(NodeItem) == 32);

// Who handles what the scheduler takes from the agenda.
class Dispatcher {
 public:
  virtual ~Dispatcher() = default;
  virtual void take(const NodeItem& item) = 0;   // in the node's context if it is ready, else in the simulator's
  virtual bool is_ready(NodeId node) const = 0;  // its process runs and is neither paused nor busy
  // Actor dispatch: has SimGrid run its actor, which calls Scheduler::take_for and then node_done. False if it was
  // woken before and has not run yet.
  virtual bool wake(NodeId node) = 0;
  // Asks the processor to fetch what taking an item will touch: of `far` the node itself, of `near`, whose node has
  // been asked for before, what that points at. Either may be null.
  virtual void fetch(const NodeItem* far, const NodeItem* near) const = 0;
};

// The nodes' end of what arrives.
class Inboxes {
 public:
  virtual ~Inboxes() = default;
  virtual void accept(const NodeItem& item) = 0;  // into the inbox of its node
  // The same, or the node handles it at once if nothing is before it. Requires that nothing else comes of what arrives.
  virtual void handle(const NodeItem& item) = 0;
};

class Scheduler {
 public:
  struct Setup {
    bool wakes_actors = false;  // nodes are actors
    bool transfers = false;     // SimGrid computes transfers, so its clock must reach every instant
    std::size_t nodes = 0;
  };
  Scheduler(Dispatcher& dispatcher, const Setup& setup);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  Time now() const { return now_; }

  void at(Time due, std::function<void()> task);  // in the simulator's own context; requires due >= now()
  void at(Time due, NodeId node, NodeItem item);
  // A place on the agenda for an item, to be set by the caller at once. Not before now().
  NodeItem& push(Time due) { return agenda_.push(std::max(due, now_)); }
  // After everything else of its instant, in order of `rank` (< 2^63): for what activities of SimGrid's bring about,
  // whose turns in SimGrid's loop mean nothing.
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
  // Arms the timer for the head of the agenda; after work that the scheduler did not dispatch.
  void rearm();

  // Starts the loop at time 0; returns at once, SimGrid's engine does the rest.
  void begin() { rearm(); }
  // No item is taken any more.
  void stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }

 private:
  void fire();
  Time may_take_until() const;
  void take(const NodeItem& item) {
    if (item.kind == NodeItem::Kind::task)
      tasks_.take(item.ref)();
    else
      dispatcher_.take(item);
  }
  void take_head();
  void take_inline();
  void fetch_ahead();
  void take_for_actors();
  void wake_train();

  Dispatcher& dispatcher_;
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
