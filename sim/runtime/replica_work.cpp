// What a handler leaves to be done after it, in order: work of the processor, syncs of the disk, and the effects that
// wait for them.
#include <simgrid/s4u.hpp>
#include <utility>

#include "sim/runtime/cluster.hpp"
#include "sim/runtime/replica_host.hpp"

namespace hearsay {

void ReplicaHost::take_step() {
  --held_.items;
  const Step step = steps_.take_front();
  if (step.work > Duration{}) spend(step.work);
  if (step.sync) begin_sync(*step.sync, step.handler);
  if (step.effect) step.effect();
}

// As an actor: SimGrid computes how long the work takes on this host. It ends equal work of several hosts in an order
// that means nothing, so what follows waits for the end of the instant and goes by node.
void ReplicaHost::spend(Duration work) {
  Scheduler& scheduler = cluster_.scheduler();
  const double start = seconds(scheduler.now());
  held_.computing = active_ = true;
  scheduler.activity_begins();
  if (std::exchange(woken_, false))
    scheduler.node_done(true);
  else
    scheduler.rearm();
  const double flops_per_second = 1e9;           // Context::compute states work for such a core
  simgrid::s4u::this_actor::sleep_until(start);  // SimGrid's clock may be behind
  for (const auto& [rule, factor] : slow_by_) cluster_.network().report_effect(rule, FaultEffect::slowed);
  work_ = simgrid::s4u::this_actor::exec_init(seconds(work) * flops_per_second * slowness());
  work_->start();
  if (held_.paused) work_->suspend();
  const simgrid::s4u::ExecPtr mine = work_;  // a crash forgets it
  mine->wait();
  work_.reset();
  active_ = false;
  scheduler.activity_ends();
  scheduler.task_last(scheduler.now(), id_, [this, incarnation = incarnation_] {
    if (protocol_ == nullptr || incarnation_ != incarnation) return;
    held_.computing = false;
    nudge();
  });
}

// By the agenda, so that both ways of dispatch order what follows equally. The disk goes on while the process is
// paused. A process that syncs concurrently handles other things meanwhile: only what followed the sync in its handler
// waits.
void ReplicaHost::begin_sync(std::uint64_t position, std::uint64_t handler) {
  Sync sync{++sync_number_, position, false, {}};
  if (cluster_.scenario().engine.sync == Engine::Sync::blocking)
    held_.waiting = true;
  else
    for (; !steps_.empty() && steps_.front().handler == handler; --held_.items)
      sync.then.push_back(steps_.take_front());
  syncs_.push_back(std::move(sync));
  disk_.each_touching([this](RuleId rule) { cluster_.network().report_effect(rule, FaultEffect::slowed); });
  Scheduler& scheduler = cluster_.scheduler();
  last_sync_due_ = std::max(scheduler.now() + disk_.cost(), last_sync_due_);
  scheduler.at(last_sync_due_, [this, number = sync_number_, incarnation = incarnation_] {
    if (protocol_ == nullptr || incarnation_ != incarnation) return;
    for (Sync& waiting : syncs_) waiting.due = waiting.due || waiting.number == number;
    finish_syncs();
  });
}

void ReplicaHost::finish_syncs() {
  const bool any = !syncs_.empty() && syncs_.front().due && !disk_.stalled();
  while (!syncs_.empty() && syncs_.front().due && !disk_.stalled()) {
    storage_.sync_up_to(syncs_.front().position);
    for (Step& step : syncs_.front().then) push_step(std::move(step));
    syncs_.erase(syncs_.begin());
    held_.waiting = false;
  }
  if (any) nudge();
}

void ReplicaHost::restore_disk(RuleId rule) {
  disk_.restore(rule);
  finish_syncs();
}

}  // namespace hearsay
