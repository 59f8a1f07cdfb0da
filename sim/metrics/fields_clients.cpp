// The declarations of what clients and users ask first: agreement, operations, and where writes are.
#include <algorithm>

#include "sim/metrics/field_builder.hpp"

namespace hearsay {
namespace {

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

// Where writes are, if nodes say what they hold.
template <class Get>
auto if_traced(Get get) {
  return [get](const RunResult& r) { return r.traced ? ResultValue(std::invoke(get, r)) : ResultValue(); };
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

}  // namespace

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

namespace {

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
    // Of hundreds of (write, node) pairs a run, these are the sharpest of all figures: they see what one fault hides
    // from the time until a write is everywhere.
    if (column.empty() && (point == &Quantiles::p50 || point == &Quantiles::p90)) f.checked();
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
    f.number(name, "s", if_traced(if_replicated(member(&RunResult::stable_latency_s, point.member))),
             std::string("from a write's acknowledgement to its presence on every live node: ") + point.name)
        .nullable()
        .lower()
        .never(among_never_stable(name, point.share_above));
  }
  const auto never_stable =
      if_traced(if_replicated(member(&RunResult::stable_latency_s, &StableLatency::never_stable)));
  const char* meaning = "acknowledged writes that never came to be on every live node";
  f.count("stable_latency_s.never_stable", never_stable, meaning).nullable().lower();
  f.count("never_stable", never_stable, meaning).nullable().lower().checked().column("never\nstable", 7);
}

void declare_everywhere(FieldBuilder& f) {
  const std::pair<const char*, std::optional<double> EverywhereLatency::*> points[] = {
      {"p50", &EverywhereLatency::p50},
      {"p90", &EverywhereLatency::p90},
      {"p99", &EverywhereLatency::p99},
      {"max", &EverywhereLatency::max}};
  for (const auto& [point, value] : points) {
    const std::string name = std::string("everywhere_latency_s.") + point;
    f.number(
         name, "s", if_traced(if_replicated(member(&RunResult::everywhere_latency_s, value))),
         std::string("from a write's invocation to its presence on every live node, all acknowledged writes: ") + point)
        .nullable()
        .lower()
        .never([name](const FieldLookup& run) { return number_of(run, "never_stable") > 0 && !run(name); });
    if (value != &EverywhereLatency::max) f.checked();
    if (value == &EverywhereLatency::p50) f.column("on all\np50 ms", 6, 1e3);
    if (value == &EverywhereLatency::p99) f.column("on all\np99 ms", 8, 1e3);
  }
}

void declare_reach(FieldBuilder& f) {
  const char* names[DelayToShare::shares] = {"50", "90", "99", "100"};
  for (std::size_t share = 0; share < DelayToShare::shares; ++share) {
    const std::string name = std::string("delay_to_share_s.") + names[share];
    f.number(name, "s",
             if_traced(if_replicated([share](const RunResult& r) { return r.delay_to_share_s.mean[share]; })),
             std::string("from a write's invocation to its presence on ") + names[share] +
                 " % of the live nodes, mean over acknowledged writes")
        .nullable()
        .lower()
        .never([name](const FieldLookup& run) {
          return run("never_stable") && number_of(run, "operations.writes.acknowledged") > 0 && !run(name);
        });
  }
}

void declare_lost(FieldBuilder& f) {
  f.count("lost_writes", if_traced(&RunResult::lost_writes),
          "acknowledged writes that are present on no live node at the end; null where nodes do not say what they hold")
      .nullable()
      .lower()
      .checked()
      .column("lost\nwrites", 9)
      .count("missing", if_traced(if_replicated(&RunResult::missing)),
             "pairs of an acknowledged write and a live node that lacks it at the end")
      .nullable()
      .lower()
      .column("missing", 4)
      .share("residue", if_traced(if_replicated(&RunResult::residue)), "missing pairs over all such pairs")
      .nullable()
      .lower();
}

}  // namespace

void declare_clients(FieldBuilder& f) {
  declare_counts(f, "operations", &RunResult::operations, "reads and writes");
  f.share(
       "operations.acknowledged_share",
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
  declare_reach(f);
  declare_stability(f);
  declare_quantiles(f, "client_latency_s", &RunResult::client_latency_s, "from invocation to response", "client");
}

}  // namespace hearsay
