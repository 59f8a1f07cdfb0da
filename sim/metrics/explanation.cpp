#include "sim/metrics/explanation.hpp"

#include <algorithm>
#include <array>

#include "sim/metrics/agreement.hpp"
#include "sim/metrics/causality.hpp"
#include "sim/metrics/coverage.hpp"
#include "sim/metrics/fault_log.hpp"
#include "sim/metrics/integrity.hpp"
#include "sim/metrics/recovery.hpp"
#include "sim/metrics/residue.hpp"
#include "sim/metrics/sessions.hpp"
#include "sim/metrics/stale_reads.hpp"

namespace hearsay {
namespace {

struct TrackedWrite {
  std::string key, value;
  NodeId origin = no_node;
  Time invoked = never, acknowledged = never, everywhere = never;
  WriteId winner = no_write;
  NodeId last_holder = no_node;  // that went
  Time last_went{};
};

void give(Observer& observer, const Event& event) {
  if (observer.wants(event.kind)) observer.observe(event);
}

std::string what_of(const Event& event) {
  switch (event.kind) {
    case EventKind::applied:
    case EventKind::recovered:
    case EventKind::reapplied: return "write " + std::to_string(event.id);
    case EventKind::respond:
      return "operation " + std::to_string(event.operation->id) + " of client " +
             std::to_string(event.operation->client) +
             (event.operation->key.empty() ? "" : ", key " + event.operation->key);
    case EventKind::deliver: return "a message from node " + std::to_string(event.peer);
    default: return "";
  }
}

}  // namespace

struct Explainer::Parts {
  explicit Parts(std::uint32_t nodes)
      : agreement(nodes), coverage(nodes), causality(nodes, coverage), recovery(agreement), digests(nodes, 0) {}

  // In the order of MetricsCollector: those that look at others before these.
  Agreement agreement;
  Coverage coverage;
  Causality causality;
  RecoveryTimes recovery;
  Residue residue;
  Sessions sessions;
  Integrity integrity;
  StaleReads stale_reads;
  Registers registers;
  Transactions transactions;
  FaultLog faults;
  std::vector<std::uint64_t> digests;  // by node: of its state
  std::vector<TrackedWrite> writes;
  std::vector<FirstViolation> violations;

  void track(const Event& event);
  void note(const Event& event, const char* name, std::uint64_t count);
  void note_all(const Event& event);
  TrackedWrite* known(std::uint64_t write) { return write < writes.size() ? &writes[write] : nullptr; }
  void goes(NodeId node, Time at);
  ExplainedWrite explained(WriteId write, ExplainedWrite::Trouble trouble) const;
  std::vector<NodeId> lacking(WriteId write) const;
  std::vector<ExplainedFault> explained_faults(const std::vector<WriteId>& missing) const;
};

Explainer::Explainer(std::uint32_t nodes) : parts_(std::make_unique<Parts>(nodes)) {}
Explainer::~Explainer() = default;

void Explainer::observe(const Event& event) {
  Parts& p = *parts_;
  if (event.kind == EventKind::crash || event.kind == EventKind::leave) p.goes(event.node, event.at);
  for (Observer* observer :
       std::initializer_list<Observer*>{&p.causality, &p.recovery, &p.coverage, &p.agreement, &p.residue, &p.sessions,
                                        &p.integrity, &p.stale_reads, &p.registers, &p.transactions, &p.faults})
    give(*observer, event);
  p.track(event);
  p.note_all(event);
}

// Before Coverage forgets what the node held.
void Explainer::Parts::goes(NodeId node, Time at) {
  for (WriteId write = 0; write < coverage.writes(); ++write)
    if (coverage.known(write) && write < writes.size() && coverage.visible(write, node)) {
      writes[write].last_holder = node;
      writes[write].last_went = at;
    }
}

void Explainer::Parts::track(const Event& event) {
  const Operation* operation = event.operation;
  const bool of_write = operation != nullptr && operation->kind == OperationKind::write;
  if (event.kind == EventKind::invoke && of_write) {
    if (operation->write >= writes.size()) writes.resize(operation->write + std::size_t{1});
    TrackedWrite& write = writes[operation->write];
    write.key = operation->key;
    write.value = operation->value;
    write.origin = event.node;
    write.invoked = event.at;
  } else if (event.kind == EventKind::respond && of_write && event.detail == static_cast<std::uint8_t>(Outcome::ok)) {
    if (TrackedWrite* write = known(operation->write)) write->acknowledged = event.at;
  } else if (event.kind == EventKind::replaced) {
    if (TrackedWrite* write = known(event.id)) write->winner = static_cast<WriteId>(event.extra);
  } else if (event.kind == EventKind::digest && event.node < digests.size()) {
    digests[event.node] = event.id;
  } else if ((event.kind == EventKind::restart || event.kind == EventKind::join) && event.node < digests.size()) {
    digests[event.node] = 0;
  } else if (event.kind == EventKind::applied || event.kind == EventKind::recovered) {
    TrackedWrite* write = known(event.id);
    const auto id = static_cast<WriteId>(event.id);
    if (write != nullptr && write->everywhere == never && coverage.known(id) && coverage.on_all(id))
      write->everywhere = event.at;
  }
}

void Explainer::Parts::note(const Event& event, const char* name, std::uint64_t count) {
  if (count == 0) return;
  const auto it = std::find_if(violations.begin(), violations.end(), [name](const auto& v) { return v.name == name; });
  if (it != violations.end())
    it->count = count;
  else
    violations.push_back({name, count, seconds(event.at), event.node, what_of(event)});
}

void Explainer::Parts::note_all(const Event& event) {
  note(event, "causal_order", causality.violations());
  note(event, "read_your_writes", sessions.read_your_writes());
  note(event, "monotonic_reads", sessions.monotonic_reads());
  note(event, "duplicate_apply", integrity.duplicate_apply());
  note(event, "stale_reads", stale_reads.count());
  if (event.kind == EventKind::finish) note(event, "accepted_corrupt", integrity.accepted_corrupt());
}

std::vector<NodeId> Explainer::Parts::lacking(WriteId write) const { return residue.lacking(coverage, write); }

ExplainedWrite Explainer::Parts::explained(WriteId id, ExplainedWrite::Trouble trouble) const {
  const TrackedWrite& write = writes[id];
  ExplainedWrite out;
  out.trouble = trouble;
  out.write = id;
  out.key = write.key;
  out.value = write.value;
  out.origin = write.origin;
  out.invoked_at = seconds(write.invoked);
  out.acknowledged_at = seconds(write.acknowledged);
  if (write.everywhere != never) out.everywhere_s = seconds(write.everywhere - write.invoked);
  out.lacking = lacking(id);
  if (write.winner != no_write) out.shadowed_by = write.winner;
  if (write.last_holder != no_node) {
    out.last_holder = write.last_holder;
    out.last_holder_went_at = seconds(write.last_went);
  }
  const double until = out.everywhere_s ? out.invoked_at + *out.everywhere_s : 1e300;
  for (const FaultRecord& fault : faults.records())
    if (fault.at <= until && fault.until.value_or(1e300) >= out.invoked_at) {
      out.last_fault = fault.text.empty() ? fault.verb : fault.verb + ": " + fault.text;
      out.last_fault_at = fault.at;
    }
  return out;
}

std::vector<ExplainedFault> Explainer::Parts::explained_faults(const std::vector<WriteId>& missing) const {
  std::vector<ExplainedFault> all;
  const std::vector<Recovery> recoveries = recovery.list(faults);
  for (const FaultRecord& record : faults.records()) {
    ExplainedFault fault{record, std::nullopt, record.until.has_value(), false, 0};
    const std::string title = record.text.empty() ? record.verb : record.verb + ": " + record.text;
    for (const Recovery& entry : recoveries)
      if (record.until && entry.ended_at == *record.until && entry.fault == title) {
        fault.reconverged_s = entry.reconverged_s;
        fault.overtaken = entry.overtaken;
      }
    for (const WriteId write : missing) {
      const double at = seconds(writes[write].acknowledged);
      if (at >= record.at && at <= record.until.value_or(1e300)) ++fault.missing_writes;
    }
    all.push_back(std::move(fault));
  }
  return all;
}

Explanation Explainer::explain() const {
  const Parts& p = *parts_;
  Explanation out;
  std::vector<WriteId> lost, missing, everywhere;
  for (WriteId id = 0; id < p.writes.size(); ++id) {
    if (p.writes[id].acknowledged == never) continue;
    const bool is_lost = p.coverage.known(id) && p.residue.lost(p.coverage, id);
    if (is_lost || !p.lacking(id).empty()) missing.push_back(id);
    if (is_lost)
      lost.push_back(id);
    else if (p.writes[id].everywhere != never)
      everywhere.push_back(id);
  }
  const auto latency = [&p](WriteId id) { return p.writes[id].everywhere - p.writes[id].invoked; };
  std::stable_sort(everywhere.begin(), everywhere.end(), [&](WriteId a, WriteId b) { return latency(a) > latency(b); });
  const Duration limit = everywhere.empty() ? Duration{} : 2 * latency(everywhere[everywhere.size() / 2]);
  std::erase_if(everywhere, [&](WriteId id) { return latency(id) <= limit; });
  out.lost = lost.size();
  out.missing = missing.size() - lost.size();
  out.late = everywhere.size();
  std::vector<WriteId> partly;
  std::set_difference(missing.begin(), missing.end(), lost.begin(), lost.end(), std::back_inserter(partly));
  const std::array<std::pair<const std::vector<WriteId>*, ExplainedWrite::Trouble>, 3> kinds{
      {{&lost, ExplainedWrite::Trouble::lost},
       {&partly, ExplainedWrite::Trouble::missing},
       {&everywhere, ExplainedWrite::Trouble::late}}};
  for (const auto& [ids, trouble] : kinds)
    for (std::size_t i = 0; i < std::min(ids->size(), most_writes); ++i)
      out.writes.push_back(p.explained((*ids)[i], trouble));
  std::map<std::uint64_t, std::vector<NodeId>> by_digest;
  for (NodeId node = 0; node < p.digests.size(); ++node)
    p.coverage.population().live(node) ? by_digest[p.digests[node]].push_back(node) : out.gone.push_back(node);
  for (auto& [digest, nodes] : by_digest) out.groups.push_back({digest, std::move(nodes)});
  std::stable_sort(out.groups.begin(), out.groups.end(),
                   [](const NodeGroup& a, const NodeGroup& b) { return a.nodes.size() > b.nodes.size(); });
  out.differing_keys = p.agreement.differing_parts();
  out.violations = p.violations;
  out.unlinearizable = p.registers.first_violation();
  if (const auto cycle = find_cycle(p.transactions.history())) {
    out.cycle = ExplainedCycle{cycle->breaks, {}};
    for (const TransactionEdge& edge : cycle->edges)
      out.cycle->parts.push_back({p.transactions.history()[edge.from], edge});
  }
  out.faults = p.explained_faults(missing);
  return out;
}

}  // namespace hearsay
