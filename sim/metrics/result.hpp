// The result of one run, field by field as docs/definitions.md defines it. Plain values; sim/report writes it as JSON.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/core/event.hpp"
#include "sim/metrics/result_value.hpp"

namespace hearsay {

struct Quantiles {  // seconds; absent when there was nothing to measure
  std::uint64_t count = 0;
  std::optional<double> p50, p90, p99, max, mean;
};

struct OperationCounts {
  std::uint64_t attempted = 0, acknowledged = 0, failed = 0, rejected = 0, timed_out = 0;
};

struct ScriptRecord {  // a step of the workload's script
  double at = 0;
  NodeId node = no_node;
  std::string operation;               // "increment bucket/pn-counter/0 5"
  std::optional<Outcome> outcome;      // absent while the run ended before
  std::optional<double> answered_s;    // from the invocation to the answer; absent if there was none
  std::optional<std::uint64_t> found;  // of an acknowledged read: how many writes make up what it saw
};

struct Recovery {
  std::string fault;  // verb and what it chose
  double ended_at = 0;
  std::optional<double> reconverged_s;
  bool overtaken = false;  // another fault began before the nodes agreed
};

struct FaultRecord {
  std::string verb;
  std::string text;  // what it chose, spelt out
  double at = 0;
  std::optional<double> until;  // when it ended; absent if it lasted to the end of the run
  std::vector<NodeId> nodes;
  std::array<std::uint64_t, fault_effects> effects{};  // by FaultEffect
  bool counts = true;                                  // see FaultFiring
  std::uint32_t entry = 0;                             // of the scenario's `faults`
};

struct StableLatency {
  std::optional<double> p0, p50, p95, p99, p100;
  std::uint64_t never_stable = 0;
};

struct DelayToShare {  // seconds, the mean over writes; absent if one of them never came to that share
  static constexpr std::size_t shares = 4;  // 50, 90, 99, 100 % of the nodes where a write ought to be
  std::array<std::optional<double>, shares> mean;
};

struct EverywhereLatency {  // seconds; absent if the quantile falls among writes that never were on every live node
  std::optional<double> p50, p90, p99, max;
};

struct MessageCounts {
  std::uint64_t sent = 0, delivered = 0, bytes = 0, redundant = 0, duplicated = 0, in_flight = 0;
  std::uint64_t retransmitted = 0, dials = 0, broken_connections = 0;  // stream transport
  std::optional<double> per_op;
  double per_node_per_s = 0, bytes_per_node_per_s = 0;
  std::array<std::uint64_t, drop_reasons> dropped{};
  struct ByType {
    std::uint64_t sent = 0, bytes = 0;
  };
  std::vector<ByType> by_type;  // by message kind of the protocol
};

// What is wrong with the transactions of a run, by what it breaks; each counts what is worse, too.
struct TransactionAnomalies {
  std::uint64_t read_uncommitted = 0;  // cycles of writes; values that nobody wrote, or that stand in a list twice
  std::uint64_t read_committed = 0;   // reads of what was aborted or not final, two orders of a list, cycles with reads
  std::uint64_t serializability = 0;  // transactions that do not see themselves; cycles of any dependencies
  std::uint64_t strict_serializability = 0;  // cycles once what had ended before another began is before it
};

struct Violations {
  std::uint64_t causal_order = 0, read_your_writes = 0, monotonic_reads = 0, duplicate_apply = 0, accepted_corrupt = 0;
  std::uint64_t linearizability = 0;
  TransactionAnomalies transactions{};
};

struct SetFull {  // Maelstrom's set-full checker
  std::uint64_t attempt_count = 0, stable_count = 0, lost_count = 0, never_read_count = 0, stale_count = 0,
                duplicated_count = 0;
  std::vector<std::pair<std::string, std::int64_t>> stable_latencies_ms;  // "0", "0.5", "0.95", "0.99", "1"; or empty
  std::optional<double> msgs_per_op;
};

struct MembershipSpan {  // seconds, over the changes of one kind; absent if none got so far
  std::optional<double> mean, max;
};

struct MembershipChange {
  std::uint64_t count = 0;       // changes that somebody had to learn of
  std::uint64_t incomplete = 0;  // that not all learnt of
  MembershipSpan first_s, half_s, all_s;
};

struct MembershipResult {  // docs/definitions.md, Membership
  MembershipChange discovery, detection, departure;
  std::uint64_t false_suspicions = 0, false_deaths = 0;
  std::uint64_t false_suspicions_of_healthy = 0, false_deaths_of_healthy = 0;  // those of nodes neither paused nor slow
  double views_equal = 1, views_right = 1;                                     // shares of the time
  struct Differed {  // likewise, by which change was spreading: together 1 - views_equal
    double discovery = 0, detection = 0, departure = 0, other = 0;
  } views_differed;
  double changes_per_s = 0;
  double longest_difference_s = 0;
};

struct Series {
  // Equal lengths, at most 500; up_to_date and present are empty if it is not known which writes nodes hold.
  std::vector<double> t, up_to_date, present, distinct_states, messages, bytes;
  std::vector<double> client_latency_s;  // the same; NaN: nothing was answered
  std::vector<double> views;             // the same, or empty: the protocol has no members
};

enum class VerdictKind : std::uint8_t { pass, fail, inconclusive, error };

struct ExpectationResult {
  std::string name;
  std::string bound;
  ResultValue value;  // null if the run does not have it
  bool ok = false;
};

struct Cost {
  double wall_s = 0, peak_rss_mib = 0;
  std::uint64_t events = 0;
  double events_per_wall_s = 0, messages_per_wall_s = 0;
};

struct RunResult {
  // which run
  std::string scenario, protocol, label;
  std::vector<std::pair<std::string, std::string>> params;  // every parameter, as written
  std::uint64_t seed = 0;
  std::uint32_t nodes = 0;
  std::uint32_t position = 0;  // of the protocol's entry in the scenario's list
  std::vector<std::pair<std::string, std::string>> case_values;
  std::vector<std::string> message_kinds;  // the names of the protocol's, as MessageCounts::by_type
  double simulated_s = 0;                  // when it ended
  bool stopped = false;                    // from outside, before its time: the figures are those until then
  double quiet_s = 0;                      // from the last client operation to the end
  bool replicated = true;                  // every node ought to hold every write; false: agreement has no meaning
  bool traced = true;                      // which writes nodes hold is known

  // agreement
  bool converged = false;
  std::optional<double> convergence_time_s;
  std::vector<Recovery> recovery;
  double divergence_s = 0;
  std::uint64_t distinct_states = 0;

  // clients
  OperationCounts operations, writes, reads;
  std::uint64_t lost_writes = 0, missing = 0;
  std::optional<double> residue;
  Quantiles delivery_latency_s, client_latency_s;
  EverywhereLatency everywhere_latency_s;
  DelayToShare delay_to_share_s;
  StableLatency stable_latency_s;

  MessageCounts messages;
  Violations violations;
  std::uint64_t undecided_registers = 0;
  std::map<std::string, ResultValue> observed;  // what a MetricObserver has, by the name of its field
  std::vector<std::pair<std::string, std::optional<double>>> protocol_metrics;
  Series series;
  std::string run_hash;  // 16 hexadecimal digits
  std::vector<FaultRecord> faults;
  std::vector<ScriptRecord> script;
  std::optional<SetFull> maelstrom;
  std::optional<MembershipResult> membership;

  VerdictKind verdict = VerdictKind::pass;
  std::vector<std::string> reasons;
  std::string example;  // of what the nodes lack at the end, in words; empty if that is nothing
  std::vector<ExpectationResult> expectations;
  Cost cost;
};

}  // namespace hearsay
