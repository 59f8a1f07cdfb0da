#include "protocols/common/raft/applier.hpp"

#include "protocols/common/raft/disk.hpp"
#include "protocols/common/raft/metrics.hpp"

namespace hearsay::raft {

void Applier::run(Context& context, Core& core, Clients& clients) {
  const std::uint64_t before = state_.digest();
  const Log& log = core.log();
  if (applied_ < log.base().index) restore(context, *core.snapshot());
  while (applied_ < core.commit()) {
    const Entry& entry = log.at(++applied_);
    if (!witness_.applied(applied_, entry.prefix)) context.count(index(Metric::state_machine_safety_violations));
    if (entry.content->kind == Content::Kind::command) apply(context, entry, clients);
  }
  if (state_.digest() != before) context.state_digest(state_.digest());
  clients.serve(context, applied_, state_);
}

void Applier::restore(Context& context, const Snapshot& snapshot) {
  state_ = snapshot.state;
  applied_ = snapshot.index;
  if (!witness_.applied(applied_, snapshot.prefix)) context.count(index(Metric::state_machine_safety_violations));
  for (WriteId write = 0; write < state_.writes().size(); ++write)
    if (state_.has(write) && !(write < reported_.size() && reported_[write])) report(context, write, false);
  set_(context);
}

void Applier::apply(Context& context, const Entry& entry, Clients& clients) {
  const Command& command = entry.content->command;
  const std::uint64_t before = state_.digest();
  const State::Result result = state_.apply(command, params_.sessions);
  if (result.repeated)
    context.count(index(Metric::repeated_commands));
  else if (command.write != no_write && result.outcome == Outcome::ok)
    report(context, command.write, state_.digest() != before);
  else if (command.write == no_write && state_.digest() != before)
    set_(context);
  if (result.replaced != no_write) context.replaced(result.replaced, command.write);
  if (command.session == clients.session()) clients.applied(context, command.number, result);
}

void Applier::report(Context& context, WriteId write, bool changed) {
  if (write >= reported_.size()) reported_.resize(write + std::size_t{1});
  if (!reported_[write])
    context.applied(write);
  else if (changed)
    context.reapplied(write);
  reported_[write] = true;
}

void Applier::snapshot(Context& context, Core& core) {
  const Index covered = core.snapshot() ? core.snapshot()->index : 0;
  if (applied_ < covered + params_.snapshot_entries) return;
  auto made = std::make_shared<Snapshot>();
  made->index = applied_;
  made->term = *core.log().term(applied_);
  made->prefix = *core.log().prefix(applied_);
  made->configuration = core.log().configuration_at(applied_);
  made->state = state_;
  made->size = state_.bytes();
  core.compact(std::move(made), applied_ - std::min<Index>(applied_, params_.catch_up_entries));
  Disk::compact(context, core);
  context.count(index(Metric::snapshots_made));
}

}  // namespace hearsay::raft
