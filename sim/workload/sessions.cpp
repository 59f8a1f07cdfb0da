#include "sim/workload/sessions.hpp"

#include <algorithm>

namespace hearsay {
namespace {

std::vector<NodeId> choose_targets(const WorkloadSettings& settings, const WorkloadContext& context) {
  RandomStream random(context.seed, "workload.targets");
  auto targets = select(settings.targets, context.nodes, context.zones, random);
  if (targets.empty()) throw ParameterError("targets", "no node is left to talk to; name at least one, or `all`");
  return targets;
}

}  // namespace

SessionWorkload::SessionWorkload(const WorkloadSettings& settings, const WorkloadContext& context)
    : settings_(settings),
      targets_(choose_targets(settings, context)),
      clients_(settings.clients ? static_cast<std::uint64_t>(*settings.clients) : targets_.size()),
      schedule_(settings, context.duration_end, RandomStream(context.seed, "workload.arrival")),
      client_random_(context.seed, "workload.client"),
      kind_random_(context.seed, "workload.kind"),
      roam_random_(context.seed, "workload.roam") {
  if (settings_.final_reads) check_final_reads(context.duration_end);
}

// The last answers must come before the run is over.
void SessionWorkload::check_final_reads(Time run_end) const {
  if (final_reads_at() + 2 * settings_.client_latency < run_end) return;
  throw ParameterError("final_reads",
                       "the final reads are not answered before the run is over; give an earlier `stop`, or the "
                       "scenario a `duration` beyond the schedule, `final_reads` and twice `client_latency`");
}

Time SessionWorkload::end() const { return settings_.final_reads ? final_reads_at() + Duration(1) : schedule_.end(); }

std::optional<ScheduledOperation> SessionWorkload::next() {
  if (auto scheduled = next_of_schedule()) return scheduled;
  return settings_.final_reads ? next_final_read() : std::nullopt;
}

std::optional<ScheduledOperation> SessionWorkload::next_of_schedule() {
  const auto at = schedule_.next();
  if (!at) return std::nullopt;
  ScheduledOperation scheduled;
  scheduled.at = *at;
  Operation& operation = scheduled.operation;
  operation.id = issued_++;
  operation.client =
      static_cast<ClientId>(settings_.burst > 1 ? operation.id % clients_ : client_random_.below(clients_));
  const std::uint64_t target =
      settings_.roam ? roam_random_.below(targets_.size()) : operation.client % targets_.size();
  scheduled.target = targets_[target];
  operation.kind = kind_random_.chance(settings_.reads) ? OperationKind::read : OperationKind::write;
  const bool writes = operation.kind == OperationKind::write;
  if (writes) operation.write = written_++;
  fill(operation);
  const auto bytes = static_cast<std::uint32_t>(operation.key.size() + operation.value.size());
  operation.size = writes ? std::max(static_cast<std::uint32_t>(settings_.size), bytes) : bytes;
  return scheduled;
}

// Each target once, by a session of its own, in order of the nodes.
std::optional<ScheduledOperation> SessionWorkload::next_final_read() {
  if (final_reads_ == targets_.size()) return std::nullopt;
  ScheduledOperation scheduled;
  scheduled.at = final_reads_at();
  scheduled.target = targets_[final_reads_];
  Operation& operation = scheduled.operation;
  operation.id = issued_++;
  operation.kind = OperationKind::read;
  operation.client = static_cast<ClientId>(clients_ + final_reads_++);
  operation.final_read = true;
  fill(operation);
  operation.size = static_cast<std::uint32_t>(operation.key.size());
  return scheduled;
}

}  // namespace hearsay
