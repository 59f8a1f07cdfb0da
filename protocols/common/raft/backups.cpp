// Snapshots of the whole cluster: members take turns to begin one, markers carry it on, and a cluster whose disks are
// all lost begins again from the last (protocols/common/backup.hpp).
#include "protocols/common/raft/disk.hpp"
#include "protocols/common/raft/metrics.hpp"
#include "protocols/common/raft/replica.hpp"

namespace hearsay::raft {
namespace {

// Who restores a cluster looks for so long whose disks are there.
constexpr Duration inspection = std::chrono::seconds(1);

// A cut that no message crosses backwards: whatever one part holds for committed, a majority of the voters' parts has
// in its log. Not judged while the group changes, since parts may then go by different voters.
bool is_consistent(const std::map<NodeId, BackupPart<Persistent>>& parts) {
  const Configuration& group = parts.begin()->second.state.log.configuration();
  for (const auto& [node, part] : parts)
    if (part.state.log.configuration() != group) return true;
  for (const auto& [node, part] : parts) {
    const Index commit = part.state.commit;
    const auto prefix = part.state.log.prefix(commit);
    std::size_t have = 0;
    for (const NodeId voter : group.voters) {
      const auto other = parts.find(voter);
      if (other == parts.end()) continue;
      const Log& log = other->second.state.log;
      if (commit < log.base().index || log.prefix(commit) == prefix) ++have;
    }
    if (have < group.quorum()) return false;
  }
  return true;
}

}  // namespace

bool Replica::waits_for_backup(Context& context, StartReason reason) {
  if (!backups_ || reason != StartReason::restart || !backups_->has_snapshot() || !Disk::is_empty(context))
    return false;
  backups_->disk_lost(context.name());
  context.set_timer(inspection, Timers::key(TimerPurpose::restore));
  return true;
}

// A single node that has lost its disk begins without it: an old state of it would take back what it has promised
// since.
void Replica::restore(Context& context) {
  const auto* part = backups_->all_lost() ? backups_->part(context.name()) : nullptr;
  if (part == nullptr) return begin(context, Disk::load(context, StartReason::restart, params_->voters));
  if (backups_->first_to_restore()) witness_->begin_again();
  context.count(index(Metric::backups_restored));
  start_from(context, part->state);
  for (const auto& [from, message] : part->transit) this->message(context, {from, no_connection, *message, false});
}

void Replica::start_from(Context& context, const Persistent& recorded) {
  context.state_digest(0);
  clients_.start(context, StartReason::restart);
  Disk::overwrite(context, recorded);
  context.sync();
  begin(context, recorded);
}

// At the multiples of the interval, by the node's clock.
void Replica::arm_backups(Context& context) {
  const Duration interval = params_->backup_interval, age = context.now().time_since_epoch();
  if (interval > Duration{}) context.set_timer(interval - age % interval, Timers::key(TimerPurpose::backup));
}

// Any node can begin one (Chandy and Lamport 1985), so one that is down costs its turn alone.
void Replica::begin_backup(Context& context) {
  const std::vector<NodeId> members = core_->configuration().members();
  const Duration interval = std::max(params_->backup_interval, Duration(std::chrono::seconds(1)));
  const auto turn = static_cast<std::uint64_t>(context.now().time_since_epoch() / interval);
  if (members.empty() || members[turn % members.size()] != core_->id()) return;
  Marker marker{.from = core_->id(), .participants = members, .alone = !params_->backup_markers};
  marker.snapshot = backups_->open(marker.participants);
  record(context, marker, true);
}

void Replica::receive(Context& context, NodeId from, const Marker& marker) {
  if (!backups_) return;
  if (!recorder_.knows(marker.snapshot)) {
    Marker own = marker;
    own.from = core_->id();
    record(context, own, false);
  }
  recorder_.marker(marker.snapshot, from);
  store_part(context);
}

// The markers leave before anything that this node sends from now on. Without them whoever begins only asks the others.
void Replica::record(Context& context, const Marker& marker, bool begins) {
  snapshot_ = marker.snapshot;
  recorder_.begin(marker.snapshot, marker.participants, core_->id(), core_->record());
  if (!marker.alone || begins)
    for (const NodeId node : marker.participants)
      if (node != core_->id()) context.send(node, made(Marker(marker)));
  if (marker.alone) recorder_.await_nothing();
  store_part(context);
}

void Replica::store_part(Context& context) {
  auto part = recorder_.take();
  if (!part) return;
  context.count(index(Metric::backup_messages), static_cast<double>(part->transit.size()));
  if (!backups_->store(snapshot_, core_->id(), *std::move(part))) return;
  context.count(index(Metric::backups_taken));
  if (!is_consistent(backups_->parts())) context.count(index(Metric::backups_inconsistent));
}

}  // namespace hearsay::raft
