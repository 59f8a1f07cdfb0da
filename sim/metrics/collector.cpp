// Puts the observers together, in the order in which they have to see an event, and collects their figures.
#include "sim/metrics/collector.hpp"

#include "sim/core/check.hpp"
#include "sim/metrics/agreement.hpp"
#include "sim/metrics/causality.hpp"
#include "sim/metrics/clients.hpp"
#include "sim/metrics/convergence.hpp"
#include "sim/metrics/coverage.hpp"
#include "sim/metrics/fault_log.hpp"
#include "sim/metrics/integrity.hpp"
#include "sim/metrics/lost_updates.hpp"
#include "sim/metrics/membership.hpp"
#include "sim/metrics/recovery.hpp"
#include "sim/metrics/residue.hpp"
#include "sim/metrics/run_hash.hpp"
#include "sim/metrics/script_log.hpp"
#include "sim/metrics/series.hpp"
#include "sim/metrics/sessions.hpp"
#include "sim/metrics/set_full.hpp"
#include "sim/metrics/stale_reads.hpp"
#include "sim/metrics/traffic.hpp"

namespace hearsay {
namespace {

class Finish final : public SelectiveObserver {
 public:
  Finish() : SelectiveObserver({EventKind::finish}) {}
  void observe(const Event& event) override { at = event.at; }

  std::optional<Time> at;
};

}  // namespace

struct MetricsCollector::Parts {
  explicit Parts(const MetricsSetup& setup)
      : agreement(setup.nodes),
        coverage(setup.nodes),
        causality(setup.nodes, coverage),
        traffic(setup.kinds.size()),
        series(setup.duration, coverage, agreement, traffic),
        recovery(agreement),
        membership(setup.nodes, faults, setup.tracks_members),
        with_run_hash(setup.run_hash),
        replicated(setup.replicated) {}

  RunHash run_hash;
  Agreement agreement;
  Convergence convergence;
  Coverage coverage;
  Causality causality;
  Residue residue;
  Clients clients;
  Sessions sessions;
  SetFullChecker set_full;
  Traffic traffic;
  Integrity integrity;
  SeriesSampler series;
  FaultLog faults;
  RecoveryTimes recovery;
  MembershipViews membership;
  StaleReads stale_reads;
  LostUpdates lost_updates;
  ScriptLog script;
  Finish finish;
  bool with_run_hash, replicated;
};

MetricsCollector::MetricsCollector(const MetricsSetup& setup) : parts_(std::make_unique<Parts>(setup)) {
  Parts& p = *parts_;
  // Those that look at others come first: they need what stood before the event.
  observers_ = {&p.series,  &p.causality,  &p.recovery,    &p.coverage,     &p.agreement, &p.convergence,
                &p.residue, &p.clients,    &p.sessions,    &p.set_full,     &p.traffic,   &p.integrity,
                &p.faults,  &p.membership, &p.stale_reads, &p.lost_updates, &p.script,    &p.finish};
  if (setup.run_hash) observers_.push_back(&p.run_hash);
}

MetricsCollector::~MetricsCollector() = default;

std::span<Observer* const> MetricsCollector::observers() const { return observers_; }
bool MetricsCollector::agreed() const { return parts_->agreement.agreed(); }
Time MetricsCollector::agreed_since() const { return parts_->agreement.agreed_since(); }
double MetricsCollector::up_to_date() const { return parts_->coverage.up_to_date(); }
std::uint64_t MetricsCollector::in_flight() const { return parts_->traffic.in_flight(); }

void MetricsCollector::fill(RunResult& result) const {
  const Parts& p = *parts_;
  HEARSAY_CHECK(p.finish.at.has_value(), "the result of a run that has not finished");
  result.simulated_s = seconds(*p.finish.at);
  result.quiet_s = seconds(*p.finish.at - p.clients.last_invoked());
  result.replicated = p.replicated;
  fill_agreement(result);
  fill_clients(result);

  result.messages =
      p.traffic.summary(result.operations.attempted, p.coverage.population().ever(), p.finish.at->time_since_epoch());
  result.violations = {p.causality.violations(), p.sessions.read_your_writes(), p.sessions.monotonic_reads(),
                       p.integrity.duplicate_apply(), p.integrity.accepted_corrupt()};
  result.stale_reads = p.stale_reads.count();
  result.lost_updates = p.lost_updates.count();
  result.series = p.series.series();
  if (p.with_run_hash) result.run_hash = p.run_hash.hex();
  result.faults = p.faults.records();
  result.script = p.script.records();
  result.maelstrom = p.set_full.summary();
  result.membership = p.membership.summary();
  if (result.maelstrom) result.maelstrom->msgs_per_op = result.messages.per_op;
}

void MetricsCollector::fill_agreement(RunResult& result) const {
  const Parts& p = *parts_;
  result.converged = p.agreement.agreed();
  result.convergence_time_s.reset();
  if (const auto time = p.convergence.time(p.agreement)) result.convergence_time_s = seconds(*time);
  result.recovery = p.recovery.list(p.faults);
  result.divergence_s = seconds(p.agreement.diverged());
  result.distinct_states = p.agreement.distinct();
}

void MetricsCollector::fill_clients(RunResult& result) const {
  const Parts& p = *parts_;
  result.operations = p.clients.total();
  result.writes = p.clients.writes();
  result.reads = p.clients.reads();
  const Residue::Counts residue = p.residue.count(p.coverage);
  result.lost_writes = residue.lost_writes;
  result.missing = residue.missing;
  result.residue = residue.share;
  result.delivery_latency_s = p.coverage.delivery_latency().summary();
  result.client_latency_s = p.clients.latency().summary();
  result.stable_latency_s = p.coverage.stable_latency();
  result.everywhere_latency_s = p.coverage.everywhere_latency();
}

}  // namespace hearsay
