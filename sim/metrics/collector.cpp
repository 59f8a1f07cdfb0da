// Puts the observers together, in the order in which they have to see an event, and collects their figures.
#include "sim/metrics/collector.hpp"

#include <algorithm>
#include <cstdio>

#include "sim/core/check.hpp"
#include "sim/metrics/agreement.hpp"
#include "sim/metrics/causality.hpp"
#include "sim/metrics/clients.hpp"
#include "sim/metrics/convergence.hpp"
#include "sim/metrics/coverage.hpp"
#include "sim/metrics/fault_log.hpp"
#include "sim/metrics/field.hpp"
#include "sim/metrics/integrity.hpp"
#include "sim/metrics/membership.hpp"
#include "sim/metrics/recovery.hpp"
#include "sim/metrics/registers.hpp"
#include "sim/metrics/residue.hpp"
#include "sim/metrics/run_hash.hpp"
#include "sim/metrics/script_log.hpp"
#include "sim/metrics/series.hpp"
#include "sim/metrics/sessions.hpp"
#include "sim/metrics/set_full.hpp"
#include "sim/metrics/traffic.hpp"
#include "sim/metrics/transactions.hpp"

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
        series(setup.duration, coverage, agreement, traffic, clients, membership),
        recovery(agreement),
        membership(setup.nodes, faults, setup.tracks_members),
        with_run_hash(setup.run_hash),
        replicated(setup.replicated),
        traced(setup.traced) {}

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
  ScriptLog script;
  Registers registers;
  Transactions transactions;
  std::vector<std::pair<std::string, std::unique_ptr<MetricObserver>>> metrics;  // by field
  Finish finish;
  bool with_run_hash, replicated, traced;
};

MetricsCollector::MetricsCollector(const MetricsSetup& setup) : parts_(std::make_unique<Parts>(setup)) {
  Parts& p = *parts_;
  // Those that look at others come first: they need what stood before the event.
  observers_ = {&p.series,  &p.causality,  &p.recovery, &p.coverage,  &p.agreement,    &p.convergence,
                &p.residue, &p.clients,    &p.sessions, &p.set_full,  &p.traffic,      &p.integrity,
                &p.faults,  &p.membership, &p.script,   &p.registers, &p.transactions, &p.finish};
  for (const Field& field : result_fields())
    if (field.observer) observers_.push_back(p.metrics.emplace_back(field.name, field.observer()).second.get());
  if (setup.run_hash) observers_.push_back(&p.run_hash);
}

MetricsCollector::~MetricsCollector() = default;

std::span<Observer* const> MetricsCollector::observers() const { return observers_; }
bool MetricsCollector::agreed() const { return parts_->agreement.agreed(); }
Time MetricsCollector::agreed_since() const { return parts_->agreement.agreed_since(); }
double MetricsCollector::present() const { return parts_->coverage.present(); }
std::uint32_t MetricsCollector::distinct_states() const { return parts_->agreement.distinct(); }
std::uint64_t MetricsCollector::in_flight() const { return parts_->traffic.in_flight(); }

void MetricsCollector::fill(RunResult& result) const {
  const Parts& p = *parts_;
  HEARSAY_CHECK(p.finish.at.has_value(), "the result of a run that has not finished");
  result.simulated_s = seconds(*p.finish.at);
  result.quiet_s = seconds(*p.finish.at - p.clients.last_invoked());
  result.replicated = p.replicated;
  result.traced = p.traced;
  fill_agreement(result);
  fill_clients(result);

  result.messages =
      p.traffic.summary(result.operations.attempted, p.coverage.population().ever(), p.finish.at->time_since_epoch());
  result.violations = {p.causality.violations(),      p.sessions.read_your_writes(),  p.sessions.monotonic_reads(),
                       p.integrity.duplicate_apply(), p.integrity.accepted_corrupt(), p.registers.violations(),
                       p.transactions.anomalies()};
  result.undecided_registers = p.registers.undecided();
  for (const auto& [field, metric] : p.metrics) result.observed[field] = metric->value();
  result.series = p.series.series();
  if (p.with_run_hash) result.run_hash = p.run_hash.hex();
  result.faults = p.faults.records();
  result.script = p.script.records();
  result.maelstrom = p.set_full.summary();
  result.membership = p.membership.summary();
  if (!result.membership) result.series.views.clear();
  if (!p.traced) {
    result.series.up_to_date.clear();
    result.series.present.clear();
  }
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
  if (p.replicated) fill_example(result, p.traced ? residue.example : no_write);
  result.delivery_latency_s = p.coverage.delivery_latency().summary();
  result.client_latency_s = p.clients.latency().summary();
  result.stable_latency_s = p.coverage.stable_latency();
  result.everywhere_latency_s = p.coverage.everywhere_latency();
  result.delay_to_share_s = p.coverage.delay_to_share();
}

// "live nodes hold 2 different states; write 7, asked of node 3 at 5.1 s during partition: halves, is missing on 4, 5".
void MetricsCollector::fill_example(RunResult& result, WriteId missing) const {
  const Parts& p = *parts_;
  if (p.agreement.distinct() > 1)
    result.example = "live nodes hold " + std::to_string(p.agreement.distinct()) + " different states";
  if (missing == no_write) return;
  const Time invoked = p.coverage.invoked(missing);
  char at[32];
  std::snprintf(at, sizeof at, "%.6g s", seconds(invoked));
  std::string text = "write " + std::to_string(missing) + ", asked of node " +
                     std::to_string(p.coverage.origin(missing)) + " at " + at;
  for (const FaultRecord& fault : p.faults.records()) {
    if (fault.until.value_or(result.simulated_s) < seconds(invoked)) continue;
    text += (fault.at <= seconds(invoked) ? " during " : " before ") + fault.verb +
            (fault.text.empty() ? "" : ": " + fault.text);
    break;
  }
  const std::vector<NodeId> lacking = p.residue.lacking(p.coverage, missing);
  constexpr std::size_t shown = 5;
  text += lacking.size() == p.coverage.expected(missing) ? ", is on no live node" : ", is missing on ";
  if (lacking.size() < p.coverage.expected(missing))
    for (std::size_t i = 0; i < std::min(shown, lacking.size()); ++i)
      text += (i > 0 ? ", " : "") + std::to_string(lacking[i]);
  if (lacking.size() > shown && lacking.size() < p.coverage.expected(missing))
    text += " and " + std::to_string(lacking.size() - shown) + " more";
  result.example += (result.example.empty() ? "" : "; ") + text;
}

}  // namespace hearsay
