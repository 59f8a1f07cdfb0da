#include "sim/runtime/scheduler.hpp"

#include <simgrid/engine.h>

#include <algorithm>
#include <array>
#include <simgrid/kernel/Timer.hpp>
#include <utility>

#include "sim/core/check.hpp"
#include "sim/runtime/dispatch.hpp"

namespace hearsay {
namespace {

// The longer the train the rarer SimGrid's own loop; but it looks through those that are about to run for each that it
// adds, and those that a handler's effect comes before have been woken in vain.
constexpr std::size_t shortest_train = 8, longest_train = 64;
constexpr std::size_t far_ahead = 16, near_ahead = 8, nearest_ahead = 3, to_sort_ahead = 24;

// A node's two lines are in the cache of more nodes than those and its actor's record and stack.
constexpr std::size_t nodes_in_cache = 3000, actors_in_cache = 300;

}  // namespace

Scheduler::Scheduler(Dispatch& dispatch, const Setup& setup)
    : dispatch_(dispatch),
      wakes_actors_(setup.wakes_actors),
      transfers_(setup.transfers),
      begin_s_(simgrid_get_clock()),
      fetches_ahead_(setup.nodes > (setup.wakes_actors ? actors_in_cache : nodes_in_cache)) {}

Scheduler::~Scheduler() {
  if (timer_ != nullptr) timer_->remove();
  while (const auto* entry = agenda_.pop(never))
    if (entry->item.kind == NodeItem::Kind::datagram) static_cast<void>(entry->item.take_message());
}

void Scheduler::at(Time due, std::function<void()> task) {
  HEARSAY_CHECK(due >= now_, "a task in the past");
  agenda_.push(due) = NodeItem::of(NodeItem::Kind::task, tasks_.put(std::move(task)));
}

void Scheduler::at(Time due, NodeId node, NodeItem item) {
  item.node = node;
  agenda_.push(std::max(due, now_)) = item;
}

void Scheduler::packet_last(Time due, std::uint64_t rank, NodeId to, std::uint32_t packet) {
  NodeItem item = NodeItem::packet(packet);
  item.node = to;
  agenda_.push_last(due, rank) = item;
}

void Scheduler::task_last(Time due, std::uint64_t rank, std::function<void()> task) {
  agenda_.push_last(due, rank) = NodeItem::of(NodeItem::Kind::task, tasks_.put(std::move(task)));
}

// Beyond the instant that SimGrid's clock has reached only while nothing of SimGrid's own can happen before.
Time Scheduler::may_take_until() const { return transfers_ || activities_ != 0 ? reached_ : never; }

[[gnu::noinline]] void Scheduler::run_task(std::uint32_t slot) { tasks_.take(slot)(); }

void Scheduler::take_head() {
  const auto* head = agenda_.pop(never);
  now_ = std::max(now_, head->turn.due);
  const NodeItem item = head->item;
  if (item.kind == NodeItem::Kind::task)
    run_task(item.ref);
  else
    dispatch_.take(item, item.kind, dispatch_.node(item.node));
}

// --- in the simulator's context

void Scheduler::rearm() {
  if (stopped_ || firing_ || running_ > 0) return;
  const auto* head = agenda_.head();
  if (head == nullptr) return;
  const Time due = head->turn.due;
  if (timer_ != nullptr && armed_for_ <= due) return;
  if (timer_ != nullptr) timer_->remove();
  armed_for_ = due;
  timer_ =
      simgrid::kernel::timer::Timer::set(std::max(begin_s_ + seconds(due), simgrid_get_clock()), [this] { fire(); });
}

void Scheduler::fire() {
  timer_ = nullptr;
  firing_ = true;
  reached_ = std::max(reached_, armed_for_);
  armed_for_ = never;
  if (wakes_actors_)
    take_for_actors();
  else
    take_inline();
  firing_ = false;
  rearm();
}

void Scheduler::take_inline() {
  const Time until = may_take_until();  // no activity begins here: inline nodes do not compute
  while (!stopped_) {
    const auto* head = agenda_.pop(until);
    if (head == nullptr) return;
    now_ = transfers_ ? std::max(now_, head->turn.due) : head->turn.due;
    const NodeItem::Kind kind = head->item.kind;
    const NodeId node = head->item.node;
    const NodeItem item = head->item;
    // With many nodes every item finds another one, which is in none of the processor's caches. Fewer are in the second
    // one, and the time that this item takes is enough to fetch from there.
    if (fetches_ahead_) {
      agenda_.look_ahead(to_sort_ahead);
      if (const auto* far = agenda_.behind(far_ahead)) dispatch_.fetch_far(far->item);
      if (const auto* near = agenda_.behind(near_ahead)) dispatch_.fetch_near(near->item);
      if (const auto* nearest = agenda_.behind(nearest_ahead)) dispatch_.fetch_nearest(nearest->item);
    } else if (const NodeItem* next = agenda_.next_in_lane()) {
      dispatch_.fetch_far(*next);
    }
    if (kind != NodeItem::Kind::task) [[likely]]
      dispatch_.take(item, kind, dispatch_.node(node)).run();
    else
      run_task(item.ref);
  }
}

// Up to the next item for an actor, which takes it itself.
void Scheduler::take_for_actors() {
  while (!stopped_ && running_ == 0) {
    const auto* head = agenda_.head();
    if (head == nullptr || head->turn.due > may_take_until()) return;
    if (head->item.node != no_node && dispatch_.node(head->item.node).is_ready()) return wake_train();
    take_head();
  }
}

// Wakes the actors of the next items, in order, up to a task, a node that cannot take its item, or one that is in the
// train already.
void Scheduler::wake_train() {
  std::array<const NodeItem*, longest_train> train{};
  std::size_t length = 0;
  const Time until = may_take_until();
  Agenda<NodeItem>::Walk walk(agenda_);
  const auto* next = walk.next();
  for (; length < train_length_ && next != nullptr && next->turn.due <= until && next->item.node != no_node;
       next = walk.next()) {
    train[length++] = &next->item;
    if (!fetches_ahead_) continue;
    dispatch_.fetch_near(next->item);
    dispatch_.node(next->item.node).fetch_stack();
  }
  for (std::size_t i = 0; i < length; ++i) {
    const NodeId node = train[i]->node;
    if (i > 0 && node == train[i - 1]->node) continue;
    if (ReplicaHost& woken = dispatch_.node(node); !woken.is_ready() || !woken.wake()) return;
    ++running_;
  }
  if (fetches_ahead_)
    for (std::size_t i = 0; i < length && next != nullptr; ++i, next = walk.next()) dispatch_.fetch_far(next->item);
}

// --- in an actor's context

bool Scheduler::take_for(NodeId node) {
  if (stopped_) return false;
  const auto* head = agenda_.head();
  if (head == nullptr || head->item.node != node || head->turn.due > may_take_until()) return false;
  take_head();
  return true;
}

void Scheduler::node_done(bool took) {
  HEARSAY_CHECK(running_ > 0, "a node reports that nobody woke");
  if (!took) train_wasted_ = true;
  if (--running_ > 0) return;
  train_length_ =
      train_wasted_ ? std::max(shortest_train, train_length_ * 3 / 4) : std::min(longest_train, train_length_ + 1);
  train_wasted_ = false;
  rearm();
}

void Scheduler::activity_ends() {
  --activities_;
  catch_up();
}

void Scheduler::catch_up() { now_ = std::max(now_, Time(from_seconds(simgrid_get_clock() - begin_s_))); }

}  // namespace hearsay
