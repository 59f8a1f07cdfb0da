// The declarations: one row per field of the result. A new metric is a row here, its member in result.hpp, and the
// observer that fills it.
#include <array>

#include "sim/metrics/field_builder.hpp"

namespace hearsay {
namespace {

using Texts = std::vector<std::pair<std::string, std::string>>;

ResultValue settings(const Texts& entries) {
  ResultValue::Map map;
  for (const auto& [name, text] : entries) map.emplace_back(name, typed_value(text));
  return map;
}

ResultValue texts(const std::vector<std::string>& lines) { return ResultValue::List(lines.begin(), lines.end()); }

std::optional<double> ratio(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

// A part of a list's entry or of a map's, whose value the whole list gives.
constexpr std::nullptr_t by_owner = nullptr;

void declare_identity(FieldBuilder& f) {
  f.role(FieldRole::identity)
      .text("scenario", &RunResult::scenario, "name of the scenario")
      .text("protocol", &RunResult::protocol, "name of the protocol")
      .text("label", &RunResult::label, "the protocol's name in tables, unless given that of the protocol")
      .add("params", FieldKind::map, "", member(&RunResult::params, settings), "every parameter of the protocol")
      .values(FieldKind::setting)
      .count("seed", &RunResult::seed, "of all random choices")
      .count("nodes", &RunResult::nodes, "size of the cluster, nodes that join later included")
      .count("position", &RunResult::position, "place of the protocol's entry in the scenario's list, from 0")
      .add("case", FieldKind::map, "", member(&RunResult::case_values, settings), "the matrix values of this run")
      .values(FieldKind::setting);
}

// --- agreement

ResultValue recoveries(const std::vector<Recovery>& entries) {
  ResultValue::List list;
  for (const Recovery& entry : entries)
    list.emplace_back(ResultValue::Map{{"fault", entry.fault},
                                       {"ended_at", entry.ended_at},
                                       {"reconverged_s", entry.reconverged_s},
                                       {"overtaken", entry.overtaken}});
  return list;
}

std::vector<Field> recovery_parts() {
  FieldBuilder f;
  f.role(FieldRole::measured)
      .text("fault", by_owner, "verb and what it chose")
      .number("ended_at", "s", by_owner, "when it ended")
      .number("reconverged_s", "s", by_owner, "from then until all live nodes agreed again")
      .nullable()
      .lower()
      .flag("overtaken", by_owner, "another fault began before that");
  return f.take();
}

bool did_not_converge(const FieldLookup& run) {
  const auto converged = run("converged");
  return converged && !std::get<bool>(*converged);
}

// Agreement of all nodes, and presence on all, where the workload asks for them.
template <class Get>
auto if_replicated(Get get) {
  return [get](const RunResult& r) { return r.replicated ? ResultValue(std::invoke(get, r)) : ResultValue(); };
}

struct RecoverySummary {
  std::optional<double> mean, max;
  std::uint64_t never = 0;
};

RecoverySummary summary_of(const std::vector<Recovery>& entries) {
  RecoverySummary summary;
  double sum = 0, count = 0;
  for (const Recovery& entry : entries) {
    if (!entry.reconverged_s) {
      summary.never += entry.overtaken ? 0 : 1;
      continue;
    }
    sum += *entry.reconverged_s;
    ++count;
    summary.max = std::max(summary.max.value_or(0), *entry.reconverged_s);
  }
  if (count > 0) summary.mean = sum / count;
  return summary;
}

bool never_recovered(const FieldLookup& run) {
  const auto never = run("recovery_s.never");
  return never && std::get<double>(*never) > 0;
}

void declare_recovery(FieldBuilder& f) {
  const auto of = [](auto inner) {
    return if_replicated([inner](const RunResult& r) { return std::invoke(inner, summary_of(r.recovery)); });
  };
  f.add("recovery", FieldKind::list, "", member(&RunResult::recovery, recoveries), "one entry per fault that ended")
      .parts(recovery_parts())
      .number("recovery_s.mean", "s", of(&RecoverySummary::mean), "mean of the recoveries that came")
      .nullable()
      .lower()
      .checked()
      .never(never_recovered)
      .number("recovery_s.max", "s", of(&RecoverySummary::max), "the longest of the recoveries that came")
      .nullable()
      .lower()
      .never(never_recovered)
      .count("recovery_s.never", of(&RecoverySummary::never),
             "faults that ended, after which the nodes never agreed, though no other fault began")
      .nullable()
      .lower();
}

void declare_agreement(FieldBuilder& f) {
  f.role(FieldRole::measured)
      .number("simulated_s", "s", &RunResult::simulated_s, "when the run ended")
      .number("quiet_s", "s", &RunResult::quiet_s, "from the last client operation, final reads aside, to the end")
      .flag("converged", if_replicated(&RunResult::converged), "at the end every live node holds the same state")
      .nullable()
      .higher()
      .checked()
      .number("convergence_time_s", "s", if_replicated(&RunResult::convergence_time_s),
              "from the last disturbance to agreement that lasts; null unless converged")
      .nullable()
      .lower()
      .checked()
      .never(did_not_converge)
      .column("conv.\ntime s", 8);
  declare_recovery(f);
  f.number("divergence_s", "s", if_replicated(&RunResult::divergence_s),
           "time in which live nodes' states were not all equal")
      .nullable()
      .lower()
      .checked()
      .column("diverg-\nence s", 3)
      .count("distinct_states", if_replicated(&RunResult::distinct_states),
             "different states among live nodes at the end")
      .nullable()
      .lower();
}

// --- clients and writes

void declare_counts(FieldBuilder& f, const std::string& group, OperationCounts RunResult::*counts,
                    const std::string& what) {
  f.count(group + ".attempted", member(counts, &OperationCounts::attempted), what + " that clients asked for")
      .count(group + ".acknowledged", member(counts, &OperationCounts::acknowledged), "answered with success")
      .higher()
      .count(group + ".failed", member(counts, &OperationCounts::failed), "the node was down or could not")
      .lower()
      .count(group + ".rejected", member(counts, &OperationCounts::rejected), "refused on purpose")
      .lower()
      .count(group + ".timed_out", member(counts, &OperationCounts::timed_out), "not answered in time, or at all")
      .lower();
}

void declare_quantiles(FieldBuilder& f, const std::string& group, Quantiles RunResult::*samples,
                       const std::string& what, const std::string& column = "") {
  const std::pair<const char*, std::optional<double> Quantiles::*> points[] = {{"p50", &Quantiles::p50},
                                                                               {"p90", &Quantiles::p90},
                                                                               {"p99", &Quantiles::p99},
                                                                               {"max", &Quantiles::max},
                                                                               {"mean", &Quantiles::mean}};
  for (const auto& [name, point] : points) {
    f.number(group + "." + name, "s", member(samples, point), what + ": " + name).lower();
    const bool shown = point == &Quantiles::p50 || point == &Quantiles::p99;
    if (shown && !column.empty()) f.checked().column(column + "\n" + name + " ms", 5, 1e3);
  }
}

double number_of(const FieldLookup& run, const std::string& path) {
  const auto value = run(path);
  const auto* number = value ? std::get_if<double>(&*value) : nullptr;
  return number != nullptr ? *number : 0;
}

// Writes that never became stable are infinitely late; a quantile with this share of the samples above it is infinite
// if it falls among them.
std::function<bool(const FieldLookup&)> among_never_stable(const std::string& quantile, double share_above) {
  return [quantile, share_above](const FieldLookup& run) {
    const double late = number_of(run, "never_stable");
    const double writes = number_of(run, "operations.writes.acknowledged");
    return late > 0 && (late > share_above * writes || late >= writes || !run(quantile));
  };
}

void declare_stability(FieldBuilder& f) {
  struct Point {
    const char* name;
    std::optional<double> StableLatency::*member;
    double share_above;
  };
  const Point points[] = {{"p0", &StableLatency::p0, 1},
                          {"p50", &StableLatency::p50, 0.5},
                          {"p95", &StableLatency::p95, 0.05},
                          {"p99", &StableLatency::p99, 0.01},
                          {"p100", &StableLatency::p100, 0}};
  for (const Point& point : points) {
    const std::string name = std::string("stable_latency_s.") + point.name;
    f.number(name, "s", if_replicated(member(&RunResult::stable_latency_s, point.member)),
             std::string("from a write's acknowledgement to its presence on every live node: ") + point.name)
        .nullable()
        .lower()
        .never(among_never_stable(name, point.share_above));
  }
  const auto never_stable = if_replicated(member(&RunResult::stable_latency_s, &StableLatency::never_stable));
  const char* meaning = "acknowledged writes that never came to be on every live node";
  f.count("stable_latency_s.never_stable", never_stable, meaning).nullable().lower();
  f.count("never_stable", never_stable, meaning).nullable().lower().checked().column("never\nstable", 7);
}

void declare_everywhere(FieldBuilder& f) {
  const std::pair<const char*, std::optional<double> EverywhereLatency::*> points[] = {{"p50", &EverywhereLatency::p50},
                                                                                       {"p90", &EverywhereLatency::p90},
                                                                                       {"p99", &EverywhereLatency::p99},
                                                                                       {"max", &EverywhereLatency::max}};
  for (const auto& [point, value] : points) {
    const std::string name = std::string("everywhere_latency_s.") + point;
    f.number(name, "s", if_replicated(member(&RunResult::everywhere_latency_s, value)),
             std::string("from a write's invocation to its presence on every live node, all acknowledged writes: ") + point)
        .nullable()
        .lower()
        .never([name](const FieldLookup& run) { return number_of(run, "never_stable") > 0 && !run(name); });
    if (value != &EverywhereLatency::max) f.checked();
    if (value == &EverywhereLatency::p50) f.column("on all\np50 ms", 6, 1e3);
    if (value == &EverywhereLatency::p99) f.column("on all\np99 ms", 8, 1e3);
  }
}

void declare_lost(FieldBuilder& f) {
  f.count("lost_writes", &RunResult::lost_writes, "acknowledged writes that are present on no live node at the end")
      .lower()
      .checked()
      .column("lost\nwrites", 9)
      .count("missing", if_replicated(&RunResult::missing),
             "pairs of an acknowledged write and a live node that lacks it at the end")
      .nullable()
      .lower()
      .column("missing", 4)
      .share("residue", if_replicated(&RunResult::residue), "missing pairs over all such pairs")
      .nullable()
      .lower();
}

void declare_clients(FieldBuilder& f) {
  declare_counts(f, "operations", &RunResult::operations, "reads and writes");
  f.share("operations.acknowledged_share",
          [](const RunResult& r) { return ratio(r.operations.acknowledged, r.operations.attempted); },
          "acknowledged over attempted operations")
      .higher()
      .checked()
      .column("ack-\ned %", 9, 100);
  declare_counts(f, "operations.writes", &RunResult::writes, "writes");
  declare_counts(f, "operations.reads", &RunResult::reads, "reads");
  declare_lost(f);
  declare_quantiles(f, "delivery_latency_s", &RunResult::delivery_latency_s,
                    "from a write's invocation to its application on each node");
  declare_everywhere(f);
  declare_stability(f);
  declare_quantiles(f, "client_latency_s", &RunResult::client_latency_s, "from invocation to response", "client");
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
      .count("messages.delivered", of(&MessageCounts::delivered), "those that arrived, copies included")
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
      .count("stale_reads", &RunResult::stale_reads, "reads of one key that missed an acknowledged later write")
      .lower()
      .count("lost_updates", &RunResult::lost_updates,
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
      {"distinct_states", &Series::distinct_states, "different states among live nodes"},
      {"messages", &Series::messages, "messages sent so far"},
      {"bytes", &Series::bytes, "bytes sent so far"}};
  for (const auto& [name, curve, meaning] : curves)
    f.add(std::string("series.") + name, FieldKind::numbers, "", member(&RunResult::series, curve), meaning);
}

ResultValue fault_records(const std::vector<FaultRecord>& records) {
  ResultValue::List list;
  for (const FaultRecord& record : records) {
    ResultValue::List nodes(record.nodes.begin(), record.nodes.end());
    ResultValue::Map entry{{"verb", record.verb},
                           {"at", record.at},
                           {"until", record.until},
                           {"nodes", std::move(nodes)},
                           {"text", record.text}};
    for (std::size_t i = 0; i < fault_effects; ++i)
      entry.emplace_back(std::string(name_of(static_cast<FaultEffect>(i))), record.effects[i]);
    list.emplace_back(std::move(entry));
  }
  return list;
}

std::vector<Field> fault_parts() {
  FieldBuilder f;
  f.role(FieldRole::measured)
      .text("verb", by_owner, "the fault's verb")
      .number("at", "s", by_owner, "when it began")
      .number("until", "s", by_owner, "when it ended; null if it lasted to the end of the run")
      .nullable()
      .add("nodes", FieldKind::numbers, "", by_owner, "the nodes that it chose")
      .text("text", by_owner, "what it chose, spelt out");
  for (std::size_t i = 0; i < fault_effects; ++i) {
    const std::string effect(name_of(static_cast<FaultEffect>(i)));
    f.count(effect, by_owner, (effect == "stopped" ? "nodes " : "messages ") + effect);
  }
  return f.take();
}

void declare_events(FieldBuilder& f) {
  f.add("protocol_metrics", FieldKind::map, "", metrics_of_protocol, "what the protocol counts: `describe` lists them")
      .values(FieldKind::number);
  declare_series(f);
  f.text("run_hash", &RunResult::run_hash, "hash over every event of the run")
      .add("faults", FieldKind::list, "", member(&RunResult::faults, fault_records), "one entry per firing of a fault")
      .parts(fault_parts());
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

std::span<const std::string> nullable_groups() {
  static const std::vector<std::string> groups{"maelstrom", "membership"};
  return groups;
}

std::span<const std::string> figure_inputs() {
  static const std::vector<std::string> inputs{"converged", "never_stable", "operations.writes.acknowledged", "recovery_s.never",
                                               "simulated_s"};
  return inputs;
}

}  // namespace hearsay
