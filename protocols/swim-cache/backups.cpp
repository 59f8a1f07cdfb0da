#include "protocols/swim-cache/backups.hpp"

#include <algorithm>
#include <utility>

#include "protocols/swim-cache/metrics.hpp"
#include "protocols/swim-cache/timers.hpp"

namespace hearsay::swim {
namespace {

// Who restores a cluster looks for so long whose disks are there.
constexpr Duration inspection = std::chrono::seconds(1);

enum Number : std::uint32_t { by_interval, on_request, restoring };  // of timers

TimerKey backup_key(Number number) { return timer_key(TimerPurpose::backup, number); }

}  // namespace

void Backups::start(Context& context, StartReason reason) {
  arm(context);
  const Duration wait = params_.backup_at - context.now().time_since_epoch();
  if (wait > Duration{}) context.set_timer(wait, backup_key(on_request));
  const bool lost = reason == StartReason::restart && store_.entries().empty() && !consensus_.has_disk(context);
  if (!lost || !outside_->has_snapshot()) return consensus_.start(context, reason);
  outside_->disk_lost(context.self());
  context.set_timer(inspection, backup_key(restoring));
}

void Backups::timer(Context& context, std::uint32_t number) {
  if (number == restoring) return restore(context);
  if (number == by_interval) arm(context);
  begin(context);
}

// At the multiples of the interval, by the node's clock.
void Backups::arm(Context& context) {
  const Duration interval = params_.backup_interval, age = context.now().time_since_epoch();
  if (interval > Duration{}) context.set_timer(interval - age % interval, backup_key(by_interval));
}

// Any node can begin one (Chandy and Lamport 1985), so one that is down costs its turn alone.
void Backups::begin(Context& context) {
  const std::vector<NodeId> members = agent_.members().list();
  const Duration interval = std::max(params_.backup_interval, Duration(std::chrono::seconds(1)));
  const auto turn = static_cast<std::uint64_t>(context.now().time_since_epoch() / interval);
  if (members.empty() || members[turn % members.size()] != context.self()) return;
  ClusterMarker marker;
  marker.participants = members;
  marker.alone = !params_.backup_markers;
  marker.snapshot = outside_->open(members);
  record(context, marker, true);
}

void Backups::receive(Context& context, NodeId from, const ClusterMarker& marker) {
  if (!recorder_.knows(marker.snapshot)) record(context, marker, false);
  recorder_.marker(marker.snapshot, from);
  store_part(context);
}

// What holds entries or is of the log; the rest is asked again, or tells who is there.
void Backups::message(NodeId from, const Message& message) {
  const AnyMessage& any = payload<AnyMessage>(message);
  if (std::holds_alternative<Put>(any) || std::holds_alternative<Transfer>(any) ||
      std::holds_alternative<Update>(any) || std::holds_alternative<Agreed>(any))
    recorder_.message(from, message);
}

// The markers leave before anything that this node sends from now on. Without them whoever begins only asks the others.
void Backups::record(Context& context, const ClusterMarker& marker, bool begins) {
  Recorded state;
  for (const auto& [key, siblings] : store_.entries()) state.entries.push_back(siblings);
  state.log = consensus_.record();
  snapshot_ = marker.snapshot;
  recorder_.begin(marker.snapshot, marker.participants, context.self(), std::move(state));
  if (!marker.alone || begins)
    for (const NodeId node : marker.participants)
      if (node != context.self()) context.send(node, envelope(ClusterMarker(marker)));
  if (marker.alone) recorder_.await_nothing();
  store_part(context);
}

void Backups::store_part(Context& context) {
  auto part = recorder_.take();
  if (!part) return;
  context.count(index(Metric::backup_messages), static_cast<double>(part->transit.size()));
  if (outside_->store(snapshot_, context.self(), *std::move(part))) context.count(index(Metric::backups_taken));
}

// A single node that has lost its disk begins without it: the others have what it held.
void Backups::restore(Context& context) {
  const auto* part = outside_->all_lost() ? outside_->part(context.self()) : nullptr;
  if (part == nullptr) return consensus_.start(context, StartReason::restart);
  if (outside_->first_to_restore()) consensus_.begin_again();
  context.count(index(Metric::backups_restored));
  for (const Siblings& entries : part->state.entries) store_.put(context, entries);
  store_.sync(context);
  consensus_.start(context, StartReason::restart, part->state.log);
  for (const auto& [from, message] : part->transit) restored_(context, from, *message);
}

}  // namespace hearsay::swim
