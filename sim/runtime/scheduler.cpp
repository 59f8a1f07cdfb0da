#include "sim/runtime/scheduler.hpp"

#include <simgrid/engine.h>
#include <simgrid/kernel/Timer.hpp>
#include <utility>

#include "sim/core/check.hpp"

namespace hearsay {

void Scheduler::at(Time due, std::function<void()> task) {
  HEARSAY_CHECK(due >= now_, "a task in the past");
  Item item;
  item.item.ref = tasks_.put(std::move(task));
  agenda_.push(due, item);
}

void Scheduler::at(Time due, NodeId node, NodeItem item) {
  agenda_.push(due < now_ ? now_ : due, Item{Item::Kind::node, node, item});
}

void Scheduler::packet_at(Time due, std::uint32_t packet) {
  Item item;
  item.kind = Item::Kind::packet;
  item.item.ref = packet;
  agenda_.push(due < now_ ? now_ : due, item);
}

void Scheduler::hand_over(NodeId node, const NodeItem& item) {
  if (dispatcher_.accept(node, item)) batch_.push_back(node);
}

void Scheduler::node_done() {
  HEARSAY_CHECK(running_ > 0, "a node reports that nobody woke");
  if (--running_ == 0) rearm();
}

void Scheduler::catch_up() {
  const Time simgrid_now{from_seconds(simgrid_get_clock())};
  if (simgrid_now > now_) now_ = simgrid_now;
}

void Scheduler::rearm() {
  if (stopped_ || firing_ || running_ > 0) return;
  if (agenda_.empty()) return;
  const Time due = agenda_.next_due();
  if (timer_ != nullptr && armed_for_ <= due) return;
  if (timer_ != nullptr) timer_->remove();
  armed_for_ = due;
  timer_ = simgrid::kernel::timer::Timer::set(std::max(seconds(due), simgrid_get_clock()), [this] { fire(); });
}

void Scheduler::fire() {
  timer_ = nullptr;
  firing_ = true;
  const Time instant = armed_for_;
  armed_for_ = never;
  while (!stopped_ && !agenda_.empty() && (!follows_simgrid_ || agenda_.next_due() <= instant)) {
    if (agenda_.next_due() > now_) now_ = agenda_.next_due();
    take_batch();
    run_batch();
    if (running_ > 0) break;  // the last node woken goes on from here
  }
  firing_ = false;
  rearm();
}

// Takes what is due now, up to a task that comes after items for nodes.
void Scheduler::take_batch() {
  while (!stopped_ && !agenda_.empty() && agenda_.next_due() <= now_) {
    if (agenda_.next().kind == Item::Kind::task && !batch_.empty()) return;
    const Item item = agenda_.pop();
    switch (item.kind) {
      case Item::Kind::task: tasks_.take(item.item.ref)(); break;
      case Item::Kind::node: hand_over(item.node, item.item); break;
      case Item::Kind::packet: dispatcher_.arrive(item.item.ref); break;
    }
  }
}

void Scheduler::run_batch() {
  if (wakes_actors_) running_ = batch_.size();
  for (std::size_t i = 0; i < batch_.size() && !stopped_; ++i) dispatcher_.run(batch_[i]);
  batch_.clear();
}

}  // namespace hearsay
