// The declarations: one row per field of the result. A new metric is a row here and its observer (MetricObserver). What
// follows from the state of several observers is filled by the collector into a member of RunResult.
#include <array>

#include "sim/metrics/answers.hpp"
#include "sim/metrics/counters.hpp"
#include "sim/metrics/field_builder.hpp"
#include "sim/metrics/logs.hpp"
#include "sim/metrics/lost_updates.hpp"
#include "sim/metrics/stale_reads.hpp"

namespace hearsay {
namespace {

using Texts = std::vector<std::pair<std::string, std::string>>;

ResultValue settings(const Texts& entries) {
  ResultValue::Map map;
  for (const auto& [name, text] : entries) map.emplace_back(name, typed_value(text));
  return map;
}

ResultValue texts(const std::vector<std::string>& lines) { return ResultValue::List(lines.begin(), lines.end()); }

void declare_identity(FieldBuilder& f) {
  f.role(FieldRole::identity)
      .text("scenario", &RunResult::scenario, "name of the scenario")
      .text("protocol", &RunResult::protocol, "name of the protocol")
      .text("label", &RunResult::label, "the protocol's name in tables, unless given that of the protocol")
      .add("params", FieldKind::map, "", member(&RunResult::params, settings), "every parameter of the protocol")
      .values(FieldKind::setting)
      .count("seed", &RunResult::seed, "of all random choices")
      .count("nodes", &RunResult::nodes, "size of the cluster, nodes that join later included")
      .flag("deterministic", &RunResult::deterministic, "equal inputs give an equal run; false: with `pace: real`")
      .count("position", &RunResult::position, "place of the protocol's entry in the scenario's list, from 0")
      .add("case", FieldKind::map, "", member(&RunResult::case_values, settings), "the matrix values of this run")
      .values(FieldKind::setting);
}

// --- messages

ResultValue by_type(const RunResult& result) {
  ResultValue::Map map;
  for (std::size_t i = 0; i < result.message_kinds.size(); ++i) {
    const auto& types = result.messages.by_type;
    const bool counted = i < types.size();
    map.emplace_back(result.message_kinds[i],
                     ResultValue::Map{{"sent", counted ? ResultValue(types[i].sent) : ResultValue()},
                                      {"bytes", counted ? ResultValue(types[i].bytes) : ResultValue()}});
  }
  return map;
}

std::vector<Field> by_type_parts() {
  FieldBuilder f;
  f.role(FieldRole::measured)
      .count("sent", by_owner, "messages of this kind")
      .lower()
      .count("bytes", by_owner, "their bytes")
      .lower();
  return f.take();
}

void declare_messages(FieldBuilder& f) {
  const auto of = [](auto inner) { return member(&RunResult::messages, inner); };
  f.count("messages.sent", of(&MessageCounts::sent), "messages between nodes")
      .lower()
      .count("messages.delivered", of(&MessageCounts::delivered),
             "those that reached a process and were not discarded as corrupt, copies included: sent + duplicated = "
             "delivered + "
             "all dropped + in_flight")
      .count("messages.bytes", of(&MessageCounts::bytes), "bytes of what was sent")
      .lower()
      .number("messages.per_op", "", of(&MessageCounts::per_op), "messages sent per client operation")
      .lower()
      .checked()
      .column("msgs\n/op", 8)
      .number(
          "messages.bytes_per_op", "bytes",
          [](const RunResult& r) { return ratio(r.messages.bytes, r.operations.attempted); },
          "bytes sent per client operation")
      .lower()
      .checked()
      .column("kB\n/op", 7, 1e-3)
      .number("messages.per_node_per_s", "", of(&MessageCounts::per_node_per_s), "messages sent per node and second")
      .lower()
      .number("messages.bytes_per_node_per_s", "bytes", of(&MessageCounts::bytes_per_node_per_s),
              "bytes sent per node and second")
      .lower()
      .count("messages.redundant", of(&MessageCounts::redundant), "deliveries that told the receiver nothing new")
      .lower()
      .share(
          "messages.redundant_share",
          [](const RunResult& r) { return ratio(r.messages.redundant, r.messages.delivered); },
          "redundant over delivered messages")
      .lower()
      .column("redun-\ndant %", 2, 100)
      .count("messages.in_flight", of(&MessageCounts::in_flight),
             "those neither delivered nor dropped when the run ends")
      .count("messages.duplicated", of(&MessageCounts::duplicated), "copies that the network made")
      .count("messages.retransmitted", of(&MessageCounts::retransmitted), "segments that streams sent again")
      .lower()
      .count("messages.dials", of(&MessageCounts::dials), "connection attempts")
      .lower()
      .count("messages.broken_connections", of(&MessageCounts::broken_connections), "connections that ended in error")
      .lower();
  for (std::size_t i = 0; i < drop_reasons; ++i) {
    const std::string reason(name_of(static_cast<DropReason>(i)));
    f.count(
         "messages.dropped." + reason, [i](const RunResult& r) { return r.messages.dropped[i]; },
         "messages dropped for this reason: " + reason)
        .lower();
  }
  f.add("messages.by_type", FieldKind::map, "", by_type, "by kind of message, as `describe` lists them")
      .parts(by_type_parts());
}

// --- what went wrong

void declare_violations(FieldBuilder& f) {
  const auto of = [](auto inner) { return member(&RunResult::violations, inner); };
  f.count("violations.causal_order", of(&Violations::causal_order), "writes applied before their immediate causal past")
      .lower()
      .count("violations.read_your_writes", of(&Violations::read_your_writes),
             "reads that missed an earlier write of their session")
      .lower()
      .count("violations.monotonic_reads", of(&Violations::monotonic_reads),
             "reads that missed what their session had read before")
      .lower()
      .count("violations.duplicate_apply", of(&Violations::duplicate_apply),
             "writes that changed a state a second time")
      .lower()
      .count("violations.accepted_corrupt", of(&Violations::accepted_corrupt), "corrupt messages that were believed")
      .lower()
      .count("violations.linearizability", of(&Violations::linearizability),
             "registers whose history of reads, writes and compare-and-sets is not linearizable")
      .lower()
      .observed<WrongEchoes>("violations.echo", FieldKind::count, "", "echoes of something other than what was sent")
      .lower()
      .observed<RepeatedIds>("violations.unique_ids", FieldKind::count, "", "ids that had been given before")
      .lower()
      .observed<CounterReads>("violations.counter", FieldKind::count, "",
                              "reads of counters that the additions do not allow")
      .lower()
      .observed<LogReads>("violations.log", FieldKind::count, "",
                          "messages of `kafka` that were kept from a client, or have two places or none")
      .lower();
  const auto transactions = [](auto level) {
    return [level](const RunResult& r) { return r.violations.transactions.*level; };
  };
  f.count("violations.read_uncommitted", transactions(&TransactionAnomalies::read_uncommitted),
          "cycles of writes between transactions, and values that nobody wrote or that were written twice")
      .lower()
      .count("violations.read_committed", transactions(&TransactionAnomalies::read_committed),
             "those, reads of what was aborted or not final, and cycles of writes and reads")
      .lower()
      .count("violations.serializability", transactions(&TransactionAnomalies::serializability),
             "those, transactions that do not see their own writes, and cycles of any dependencies")
      .lower()
      .count("violations.strict_serializability", transactions(&TransactionAnomalies::strict_serializability),
             "those, and cycles with the order of real time")
      .lower()
      .count("undecided_registers", &RunResult::undecided_registers,
             "registers of which the search for that ended without an answer")
      .lower()
      .observed<StaleReads>("stale_reads", FieldKind::count, "",
                            "reads of one key that missed an acknowledged later write")
      .lower()
      .observed<LostUpdates>("lost_updates", FieldKind::count, "",
                             "acknowledged writes overwritten by a write whose author did not know of them")
      .lower();
}

ResultValue metrics_of_protocol(const RunResult& result) {
  ResultValue::Map map;
  for (const auto& [name, value] : result.protocol_metrics) map.emplace_back(name, value);
  return map;
}

void declare_series(FieldBuilder& f) {
  const std::tuple<const char*, std::vector<double> Series::*, const char*> curves[] = {
      {"t", &Series::t, "instants of the samples below, in seconds"},
      {"up_to_date", &Series::up_to_date, "share of live nodes that hold everything acknowledged so far"},
      {"present", &Series::present,
       "share of the pairs of a write acknowledged so far and a live node that ought to have it which are present"},
      {"distinct_states", &Series::distinct_states, "different states among live nodes"},
      {"messages", &Series::messages, "messages sent so far"},
      {"bytes", &Series::bytes, "bytes sent so far"},
      {"client_latency_s", &Series::client_latency_s,
       "mean of the operations answered since the sample before, in seconds; null: none was"},
      {"views", &Series::views, "different views of the members among live nodes; empty: the protocol has no members"}};
  for (const auto& [name, curve, meaning] : curves)
    f.add(std::string("series.") + name, FieldKind::numbers, "", member(&RunResult::series, curve), meaning);
}

void declare_events(FieldBuilder& f) {
  f.add("protocol_metrics", FieldKind::map, "", metrics_of_protocol, "what the protocol counts: `describe` lists them")
      .values(FieldKind::number);
  declare_series(f);
  f.text("run_hash", &RunResult::run_hash, "hash over every event of the run");
  declare_lists(f);
}

// --- verdict and cost

std::string_view verdict_name(const RunResult& result) {
  static constexpr std::array<std::string_view, 4> names{"pass", "fail", "inconclusive", "error"};
  return names[static_cast<std::size_t>(result.verdict)];
}

std::vector<Field> expectation_parts() {
  FieldBuilder f;
  f.role(FieldRole::verdict)
      .text("name", by_owner, "the field")
      .text("bound", by_owner, "as the scenario has it")
      .add("value", FieldKind::setting, "", by_owner, "what the run has")
      .nullable()
      .flag("ok", by_owner, "whether the bound holds");
  return f.take();
}

ResultValue expectation_results(const std::vector<ExpectationResult>& results) {
  ResultValue::List list;
  for (const ExpectationResult& e : results)
    list.emplace_back(ResultValue::Map{{"name", e.name}, {"bound", e.bound}, {"value", e.value}, {"ok", e.ok}});
  return list;
}

void declare_verdict(FieldBuilder& f) {
  f.role(FieldRole::verdict)
      .text("verdict", verdict_name, "pass, fail, inconclusive or error")
      .add("reasons", FieldKind::texts, "", member(&RunResult::reasons, texts), "why it is no pass")
      .add("expectations", FieldKind::list, "", member(&RunResult::expectations, expectation_results),
           "one entry per expectation")
      .parts(expectation_parts());
}

void declare_cost(FieldBuilder& f) {
  const auto of = [](auto inner) { return member(&RunResult::cost, inner); };
  f.role(FieldRole::measured)
      .number("cost.wall_s", "s", of(&Cost::wall_s), "seconds that the run took on this machine")
      .lower()
      .count("cost.events", of(&Cost::events), "events of the run")
      .number("cost.events_per_wall_s", "", of(&Cost::events_per_wall_s), "events per second of this machine")
      .higher()
      .number("cost.messages_per_wall_s", "", of(&Cost::messages_per_wall_s), "messages per second of this machine")
      .higher()
      .number("cost.peak_rss_mib", "MiB", of(&Cost::peak_rss_mib), "memory of the run's process at most")
      .lower();
}

std::vector<Field> declare() {
  FieldBuilder f;
  declare_identity(f);
  declare_agreement(f);
  declare_clients(f);
  declare_messages(f);
  declare_dissemination(f);
  declare_violations(f);
  declare_events(f);
  declare_set_full(f);
  declare_membership(f);
  declare_verdict(f);
  declare_cost(f);
  return f.take();
}

}  // namespace

std::span<const Field> result_fields() {
  static const std::vector<Field> fields = declare();
  return fields;
}

std::span<const std::string> figure_inputs() {
  static const std::vector<std::string> inputs{"converged", "never_stable", "operations.writes.acknowledged",
                                               "recovery_s.never", "simulated_s"};
  return inputs;
}

}  // namespace hearsay
