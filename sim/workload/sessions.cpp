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
      script_(context.script),
      numbering_(context.numbering),
      clients_(settings.clients ? static_cast<std::uint64_t>(*settings.clients) : targets_.size()),
      first_client_(context.numbering->clients),
      schedule_(settings, context.duration_end, RandomStream(context.seed, "workload.arrival")),
      client_random_(context.seed, "workload.client"),
      kind_random_(context.seed, "workload.kind"),
      roam_random_(context.seed, "workload.roam") {
  if (!script_.empty()) clients_ = session_count();
  numbering_->clients += static_cast<ClientId>(clients_ + (settings_.final_reads ? targets_.size() : 0));
  if (settings_.final_reads) check_final_reads(context.duration_end);
}

// Of a script: those that its steps name; a step that names none speaks for the session of its node's number.
std::uint64_t SessionWorkload::session_count() const {
  std::uint64_t count = 0;
  for (const ScriptStep& step : script_)
    count = std::max(count, static_cast<std::uint64_t>(step.client.value_or(step.node)) + 1);
  return count;
}

// The last answers must come before the run is over.
void SessionWorkload::check_final_reads(Time run_end) const {
  if (final_reads_at() + 2 * settings_.client_latency < run_end) return;
  throw ParameterError("final_reads",
                       "the final reads are not answered before the run is over; give an earlier `stop`, or the "
                       "scenario a `duration` beyond the schedule, `final_reads` and twice `client_latency`");
}

Time SessionWorkload::schedule_end() const {
  return script_.empty() ? schedule_.end() : script_.back().at + Duration(1);
}

Time SessionWorkload::end() const { return settings_.final_reads ? final_reads_at() + Duration(1) : schedule_end(); }

std::optional<Time> SessionWorkload::peek() {
  if (steps_ < script_.size()) return script_[steps_].at;
  if (script_.empty() && !peeked_) peeked_ = schedule_.next();
  if (peeked_) return peeked_;
  if (settings_.final_reads && final_reads_ < targets_.size()) return final_reads_at();
  return std::nullopt;
}

std::optional<ScheduledOperation> SessionWorkload::next() {
  const auto at = peek();
  if (!at) return std::nullopt;
  ScheduledOperation scheduled = steps_ < script_.size() ? next_scripted() : peeked_ ? next_drawn() : next_final_read();
  peeked_.reset();
  scheduled.at = *at;
  scheduled.client_latency = settings_.client_latency;
  scheduled.timeout = settings_.timeout;
  return scheduled;
}

ScheduledOperation SessionWorkload::begin(OperationKind kind) {
  ScheduledOperation scheduled;
  scheduled.operation.id = numbering_->operations++;
  scheduled.operation.kind = kind;
  if (kind == OperationKind::write) scheduled.operation.write = numbering_->writes++;
  return scheduled;
}

void SessionWorkload::finish(ScheduledOperation& scheduled, std::int64_t size) {
  Operation& operation = scheduled.operation;
  operation.client += first_client_;
  const auto bytes = static_cast<std::uint32_t>(operation.key.size() + operation.value.size());
  const bool writes = operation.kind == OperationKind::write;
  operation.size = writes ? std::max(static_cast<std::uint32_t>(size), bytes) : bytes;
}

ScheduledOperation SessionWorkload::next_drawn() {
  const std::uint64_t number = drawn_++;
  const auto client = static_cast<ClientId>(settings_.burst > 1 ? number % clients_ : client_random_.below(clients_));
  const std::uint64_t target = settings_.roam ? roam_random_.below(targets_.size()) : client % targets_.size();
  ScheduledOperation scheduled =
      begin(kind_random_.chance(settings_.reads) ? OperationKind::read : OperationKind::write);
  scheduled.target = targets_[target];
  scheduled.operation.client = client;
  fill(scheduled.operation);
  finish(scheduled, settings_.size);
  return scheduled;
}

ScheduledOperation SessionWorkload::next_scripted() {
  const ScriptStep& step = script_[steps_];
  ScheduledOperation scheduled = begin(step.kind);
  scheduled.target = step.node;
  Operation& operation = scheduled.operation;
  operation.script = static_cast<std::uint32_t>(steps_++);
  operation.client = static_cast<ClientId>(step.client.value_or(step.node));
  operation.key = step.key.value_or("");
  operation.value = step.argument;
  fill_scripted(operation, step);
  finish(scheduled, step.size.value_or(settings_.size));
  return scheduled;
}

// Each target once, by a session of its own, in order of the nodes.
ScheduledOperation SessionWorkload::next_final_read() {
  ScheduledOperation scheduled = begin(OperationKind::read);
  scheduled.target = targets_[final_reads_];
  Operation& operation = scheduled.operation;
  operation.client = static_cast<ClientId>(clients_ + final_reads_++);
  operation.final_read = true;
  fill(operation);
  finish(scheduled, 0);
  return scheduled;
}

}  // namespace hearsay
