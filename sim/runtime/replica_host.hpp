// Hosts one replica: its inbox, its process (the protocol object of this incarnation), its disk and clock. Under
// `dispatch: actor` an S4U actor on its SimGrid host empties the inbox; under `inline` the simulator's own context
// does.
#pragma once

#include <bit>
#include <functional>
#include <memory>
#include <optional>
#include <simgrid/s4u/Actor.hpp>
#include <simgrid/s4u/Exec.hpp>
#include <vector>

#include "sim/core/fetch.hpp"
#include "sim/core/fifo.hpp"
#include "sim/core/protocol.hpp"
#include "sim/runtime/disk.hpp"
#include "sim/runtime/node_item.hpp"

namespace hearsay {

class Cluster;
struct Event;

// What every item touches comes first, in one cache line.
class alignas(64) ReplicaHost final : public Context {
 public:
  ReplicaHost(Cluster& cluster, NodeId id);
  ~ReplicaHost() override;

  // --- life; called by Cluster from the simulator's context
  // Builds the protocol object; its start() follows as an item at this instant.
  void start(StartReason reason);
  void crash(DiskMode disk);
  void kill() { remove(); }  // the disk stays as it is
  void pause();
  void resume();
  void remove();  // after leave(): the process ends, the disk goes with the node
  void order_leave();
  // From its next start on, or from now if it is about to start, it goes by the other one's name; if it joins, with a
  // copy of the other one's disk.
  void become_clone(const ReplicaHost& original);
  bool linger();  // after leave(): false if the process has nothing left to do

  // --- work; see Dispatch
  void accept(const NodeItem& item);  // into the inbox
  // The same, or it handles it at once if nothing is before it. Requires that nothing else comes of what arrives.
  void take(const NodeItem& item) {
    if (held_.items == 0 && is_ready() && !(held_.costly && item.is_message()))
      handle(item);
    else
      accept(item);
  }
  // The same of a datagram, of which there are most. Requires runs().
  void take_datagram(const NodeItem& item) {
    if (held_.by_nothing()) [[likely]]
      handle_datagram(item);
    else
      push_item(item);
  }
  bool runs() const { return protocol_ != nullptr; }
  bool is_ready() const { return protocol_ != nullptr && !held_.paused && !held_.computing && !held_.waiting; }
  void run() {
    if (held_.items != 0) drain();
  }
  // For the processor's cache: first the node itself; some items later what that points at: the protocol's object, and
  // the end of the actor's stack, where it will go on. Inlined, since GCC leaves out calls of functions that do nothing
  // but prefetch.
  [[gnu::always_inline]] void fetch() const {
    __builtin_prefetch(this, 1);
    __builtin_prefetch(&random_, 1);
  }
  [[gnu::always_inline]] void fetch_process() const {
    constexpr std::size_t usual_bytes = 384;  // of the protocols that ship
    fetch_lines(protocol_.get(), usual_bytes);
  }
  [[gnu::always_inline]] void fetch_stack() const {
    constexpr int line = 64, lines_of_stack = 10;
    if (actor_stack_ == nullptr) return;
    for (int i = -1; i < lines_of_stack; ++i) __builtin_prefetch(actor_stack_ - i * line, 1);
  }
  // Actor dispatch: has SimGrid run its actor, which calls Scheduler::take_for and then node_done. False if it was
  // woken before and has not run yet.
  bool wake();

  // Faults of its machine, by the firing that they belong to.
  void slow_down(RuleId rule, double factor) { slow_by_.emplace_back(rule, factor); }
  void speed_up(RuleId rule) {
    std::erase_if(slow_by_, [rule](const auto& slow) { return slow.first == rule; });
  }
  void set_sync_latency(Duration latency) { disk_.set_usual(latency); }
  void slow_disk(RuleId rule, const DiskSlowness& slowness) { disk_.slow(rule, slowness); }
  void restore_disk(RuleId rule);
  void shift_clock(Duration skew, double drift);
  void restore_clock(Duration skew, double drift);

  // --- Context
  NodeId self() const override { return id_; }
  NodeId name() const override { return name_; }
  std::span<const NodeId> neighbours() const override { return neighbours_; }
  std::span<const NodeId> peers() const override { return peers_; }
  Time now() const override;
  RandomStream& random() override { return random_; }
  SendId send(NodeId to, MessagePtr message) override;
  SendId send_on(ConnectionId connection, MessagePtr message) override;
  void withdraw(SendId send) override;
  ConnectionId dial(NodeId to) override;
  void close(ConnectionId connection) override;
  void set_timer(Duration delay, TimerKey key) override;
  void exit() override;
  void compute(Duration work) override;
  Storage& storage() override { return storage_; }
  void sync() override;
  void respond(OpId operation, Response response) override;
  void applied(WriteId write) override;
  void reapplied(WriteId write) override;
  void replaced(WriteId loser, WriteId winner) override;
  void redundant() override;
  void discarded_corrupt() override;
  void state_digest(std::uint64_t digest) override;
  void placed(std::uint64_t part, std::uint64_t digest, const std::vector<NodeId>& owners) override;
  void member(NodeId about, MemberState state) override;
  void count(MetricIndex metric, double amount) override;
  void high_water(MetricIndex metric, double level) override;
  void level(MetricIndex metric, double level) override;
  void count_about(MetricIndex metric, NodeId about, double amount) override;
  void sample(MetricIndex metric, Duration duration) override;

 private:
  // One step of a handler's consequences once it has computed or synced: work, a wait, or an effect held back till
  // then.
  struct Step {
    Duration work{};
    std::optional<std::uint64_t> sync;  // Storage::position() up to which it syncs
    std::function<void()> effect;
    std::uint64_t handler = 0;  // which call of a handler it follows
  };
  // A sync under way, and what is held back until it is done. None is done before one that began earlier.
  struct Sync {
    std::uint64_t number = 0;
    std::uint64_t position = 0;
    bool due = false;
    std::vector<Step> then;
  };
  struct ClockShift {
    Duration skew{};
    double drift = 0;
    Time since{};
  };

  void actor_main();
  [[gnu::noinline]] void actor_loop();
  void drain();
  void handle(const NodeItem& item);
  void handle_datagram(const NodeItem& item);
  void handle_other(const NodeItem& item);
  struct Delivery {  // of the message that is being handled
    Received received;
    SendId id = no_send;
  };
  void handle_packet(std::uint32_t slot);
  void deliver(const Delivery& delivery);
  void deliver_garbage(const Delivery& delivery);
  void take_step();  // the next consequence of the last handler
  void spend(Duration work);
  void begin_sync(std::uint64_t position, std::uint64_t handler);
  void finish_syncs();
  bool owes_work() const;
  double slowness() const {
    double product = 1;
    for (const auto& [rule, factor] : slow_by_) product *= factor;
    return product;
  }
  void nudge();
  [[gnu::noinline]] Time believed(Time true_time) const;  // what a clock that was shifted shows
  void report(Event&& event) { report(event); }
  void report(Event& event);  // which it puts the time into
  void report_state(Event&& event);
  void start_actor();
  void discard_inbox();
  void end_departure();
  bool inline_dispatch() const;

  bool acts_at_once() const { return held_.items == 0 || steps_.empty(); }
  template <class Effect>
  void act(Effect effect) {
    if (acts_at_once()) [[likely]]
      effect();
    else
      hold_back(std::move(effect));
  }
  // Out of line: what it needs of registers and stack is not for those who act at once.
  template <class Effect>
  [[gnu::noinline]] void hold_back(Effect effect) {
    push_step({{}, std::nullopt, std::move(effect)});
  }

  void push_item(const NodeItem& item);
  NodeItem take_item();
  void push_step(Step step);

  Cluster& cluster_;
  std::unique_ptr<Protocol> protocol_;
  const Delivery* delivery_ = nullptr;  // what is being handled
  NodeId id_;
  std::uint32_t incarnation_ = 0;
  // Why it would not handle a message at once.
  struct Held {
    std::uint32_t items = 0;  // that wait in inbox_ and steps_
    bool paused = false;
    bool computing = false;  // it handles nothing else until its work is done
    bool waiting = false;    // for its disk
    bool costly = false;     // messages take processor time (`engine.message_cpu`)

    bool by_nothing() const { return std::bit_cast<std::uint64_t>(*this) == 0; }  // one comparison
  } held_;
  bool departing_ = false;      // it has been told to leave
  bool active_ = false;         // the work is an activity of SimGrid's
  bool paid_ = false;           // the work of the message at the head of the inbox has been done
  bool woken_ = false;          // by the scheduler, and has not run since
  bool recovering_ = false;     // in start() after a restart
  bool booting_ = false;        // in start() when the cluster boots
  bool lingering_ = false;      // it has announced its departure: its state does not count any more
  std::uint64_t handlers_ = 0;  // how often one was called
  // Here the second line begins.
  std::span<const NodeId> peers_;
  RandomStream random_;
  const char* actor_stack_ = nullptr;  // where it sleeps
  std::span<const NodeId> neighbours_;
  std::vector<NodeId> own_peers_;  // of a late joiner
  Storage storage_;
  Fifo<NodeItem> inbox_;
  Fifo<Step> steps_;
  simgrid::s4u::ActorPtr actor_;
  simgrid::s4u::ExecPtr work_;  // what it computes
  std::vector<std::pair<RuleId, double>> slow_by_;
  Disk disk_;
  std::vector<Sync> syncs_;  // first come, first done
  std::uint64_t sync_number_ = 0;
  Time last_sync_due_{};
  std::vector<ClockShift> clock_;
  NodeId name_;
  bool cloned_ = false;  // since it was last there
};

}  // namespace hearsay
