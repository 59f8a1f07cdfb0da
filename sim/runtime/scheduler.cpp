#include "sim/runtime/scheduler.hpp"

#include <simgrid/engine.h>

#include <algorithm>
#include <simgrid/kernel/Timer.hpp>
#include <utility>

#include "sim/core/check.hpp"

namespace hearsay {
namespace {

// SimGrid looks through those that are about to run for each that it adds.
constexpr std::size_t longest_train = 32;
constexpr std::size_t ahead_for_items = 24, ahead_for_nodes = 16, ahead_for_processes = 8;

constexpr std::size_t nodes_in_cache = 3000;

}  // namespace

Scheduler::Scheduler(Dispatcher& dispatcher, const Setup& setup)
    : dispatcher_(dispatcher),
      wakes_actors_(setup.wakes_actors),
      transfers_(setup.transfers),
      fetches_ahead_(setup.nodes > nodes_in_cache) {}

void Scheduler::at(Time due, std::function<void()> task) {
  HEARSAY_CHECK(due >= now_, "a task in the past");
  agenda_.push(due).set_task(tasks_.put(std::move(task)));
}

void Scheduler::at(Time due, NodeId node, NodeItem item) {
  agenda_.push(std::max(due, now_)).set_node_item(node, item);
}

void Scheduler::packet_at(Time due, NodeId to, std::uint32_t packet) {
  agenda_.push(std::max(due, now_)).set_packet(to, packet);
}

void Scheduler::packet_last(Time due, std::uint64_t rank, NodeId to, std::uint32_t packet) {
  agenda_.push_last(due, rank).set_packet(to, packet);
}

void Scheduler::task_last(Time due, std::uint64_t rank, std::function<void()> task) {
  agenda_.push_last(due, rank).set_task(tasks_.put(std::move(task)));
}

void Scheduler::hand_over(NodeId node, const NodeItem& item) {
  if (node == current_)
    dispatcher_.accept(node, item);
  else
    at(now_, node, item);
}

void Scheduler::hand_over_last(NodeId node, const NodeItem& item) {
  if (node == current_) {
    current_ = no_node;
    dispatcher_.take(node, item);
  } else {
    at(now_, node, item);
  }
}

// Beyond the instant that SimGrid's clock has reached only while nothing of SimGrid's own can happen before.
bool Scheduler::may_take(Time due) const { return due <= reached_ || (!transfers_ && activities_ == 0); }

// --- in the simulator's context

void Scheduler::rearm() {
  if (stopped_ || firing_ || running_ > 0 || agenda_.empty()) return;
  const Time due = agenda_.next_due();
  if (timer_ != nullptr && armed_for_ <= due) return;
  if (timer_ != nullptr) timer_->remove();
  armed_for_ = due;
  timer_ = simgrid::kernel::timer::Timer::set(std::max(seconds(due), simgrid_get_clock()), [this] { fire(); });
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
  while (!stopped_ && !agenda_.empty() && may_take(agenda_.next_due())) {
    if (fetches_ahead_) fetch_ahead();
    const NodeId node = take_next();
    if (node != no_node) dispatcher_.run(node);
  }
}

// With many nodes every item finds another one, which is in none of the processor's caches. The agenda knows them in
// advance.
void Scheduler::fetch_ahead() {
  agenda_.sort_ahead(ahead_for_items);
  agenda_.fetch(ahead_for_items);
  if (const Item* item = agenda_.glance(ahead_for_nodes); item != nullptr && item->node != no_node)
    dispatcher_.fetch_node(item->node, packet_of(*item));
  if (const Item* item = agenda_.glance(ahead_for_processes); item != nullptr && item->node != no_node)
    dispatcher_.fetch_process(item->node, packet_of(*item));
}

// Up to the next item for an actor, which takes it itself.
void Scheduler::take_for_actors() {
  while (!stopped_ && running_ == 0) {
    EventQueue<Item>::View next{};
    if (!agenda_.look_ahead(0, next) || !may_take(next.due)) return;
    if (next.item->node != no_node && dispatcher_.is_ready(next.item->node)) return wake_train();
    take_next();
  }
}

NodeId Scheduler::take_next() {
  const auto entry = agenda_.pop();
  now_ = std::max(now_, entry.due);
  const Item& item = entry.item;
  switch (item.kind) {
    case Item::Kind::task: tasks_.take(item.item.ref)(); break;
    case Item::Kind::node: dispatcher_.take(item.node, item.item); break;
    case Item::Kind::packet:
      current_ = item.node;
      dispatcher_.arrive(item.item.ref);
      current_ = no_node;
      break;
  }
  return item.node;
}

// Wakes the actors of the next items, in order, up to a task, a node that cannot take its item, or one that is in the
// train already.
void Scheduler::wake_train() {
  NodeId last = no_node;
  for (std::size_t i = 0; i < longest_train; ++i) {
    EventQueue<Item>::View next{};
    if (!agenda_.look_ahead(i, next) || !may_take(next.due)) return;
    if (fetches_ahead_) fetch_actors(i);
    const NodeId node = next.item->node;
    if (node == last && node != no_node) continue;
    if (node == no_node || !dispatcher_.is_ready(node) || !dispatcher_.wake(node)) return;
    last = node;
    ++running_;
  }
}

void Scheduler::fetch_actors(std::size_t i) {
  agenda_.sort_ahead(i + ahead_for_items);
  agenda_.fetch(i + ahead_for_items);
  if (const Item* item = agenda_.glance(i + ahead_for_nodes); item != nullptr && item->node != no_node)
    dispatcher_.fetch_node(item->node, packet_of(*item));
  if (const Item* item = agenda_.glance(i + ahead_for_processes); item != nullptr && item->node != no_node) {
    dispatcher_.fetch_process(item->node, packet_of(*item));
    dispatcher_.fetch_actor(item->node);
  }
}

// --- in an actor's context

bool Scheduler::take_for(NodeId node) {
  if (stopped_) return false;
  EventQueue<Item>::View next{};
  if (!agenda_.look_ahead(0, next) || next.item->node != node || !may_take(next.due)) return false;
  take_next();
  return true;
}

void Scheduler::node_done() {
  HEARSAY_CHECK(running_ > 0, "a node reports that nobody woke");
  if (--running_ == 0) rearm();
}

void Scheduler::activity_ends() {
  --activities_;
  catch_up();
}

void Scheduler::catch_up() { now_ = std::max(now_, Time(from_seconds(simgrid_get_clock()))); }

}  // namespace hearsay
