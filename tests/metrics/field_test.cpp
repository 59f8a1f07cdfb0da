// The declarations of a result's fields, and what follows from them.
#include "sim/metrics/field.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <set>

#include "sim/metrics/field_builder.hpp"
#include "tests/metrics/history.hpp"

namespace hearsay {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::optional<double> figure_of(const RunResult& result, const std::string& name) {
  return figure(*find_field(name), name, lookup_in(result));
}

TEST_CASE("every field has a name of its own, a meaning and a value") {
  std::set<std::string> names;
  for (const Field& field : result_fields()) {
    INFO(field.name);
    CHECK(names.insert(field.name).second);
    CHECK_FALSE(field.meaning.empty());
    CHECK(field.value);
    if (field.kind == FieldKind::list) CHECK_FALSE(field.parts.empty());
    if (field.column || field.checked) CHECK(field.numeric());
  }
}

TEST_CASE("a run has the value of every field that one observer has all of") {
  const RunResult result = History(2).finish(1000);
  std::set<std::string> declared, observed;
  for (const Field& field : result_fields())
    if (field.observer) declared.insert(field.name);
  for (const auto& [name, value] : result.observed) observed.insert(name);
  CHECK_FALSE(declared.empty());
  CHECK(observed == declared);
}

TEST_CASE("a field that one observer has all of may be null unless it counts") {
  struct Last final : MetricObserver {
    Last() : MetricObserver({EventKind::finish}) {}
    void observe(const Event&) override {}
    ResultValue value() const override { return 2.5; }
  };
  FieldBuilder builder;
  builder.observed<Last>("a.count", FieldKind::count, "", "counts")
      .observed<Last>("a.time", FieldKind::number, "s", "x");
  const std::vector<Field> fields = builder.take();
  RunResult result;
  CHECK_FALSE(fields[0].nullable);
  CHECK(fields[1].nullable);
  CHECK(std::get<std::uint64_t>(fields[0].value(result).data) == 0);
  CHECK(fields[1].value(result).is_null());
  result.observed["a.time"] = fields[1].observer()->value();
  CHECK(std::get<double>(fields[1].value(result).data) == 2.5);
  CHECK(fields[1].path == std::vector<std::string>{"a", "time"});
}

TEST_CASE("what papers report of a broadcast comes from the metrics that the protocol has, and is null without them") {
  RunResult result = History(2).finish(1000);
  const auto dissemination = [&result] {
    const ResultValue tree = tree_of(result);
    return *part_at(tree, "dissemination");
  };
  CHECK(dissemination().is_null());
  result.protocol_metrics = {{"retries", 3.0}};
  CHECK(dissemination().is_null());
  result.nodes = 10;
  result.writes.acknowledged = 2;
  result.protocol_metrics = {{"elements_sent", 90.0},
                             {"relative_message_redundancy", 3.5},
                             {"last_delivery_hop", 0.0},
                             {"last_useful_round", 0.0},
                             {"mean_useful_round", 0.0}};
  CHECK(figure_of(result, "dissemination.traffic_per_update") == 4.5);
  CHECK(figure_of(result, "dissemination.entries_sent") == 90);
  CHECK(figure_of(result, "dissemination.relative_message_redundancy") == 3.5);
  for (const char* nothing : {"last_delivery_hop", "mean_hops", "last_round", "mean_round", "entries_stored"}) {
    INFO(nothing);
    CHECK_FALSE(figure_of(result, std::string("dissemination.") + nothing));
  }
  result.protocol_metrics = {{"last_useful_round", 12.0}, {"mean_useful_round", 7.5}, {"last_delivery_hop", 4.0}};
  CHECK(figure_of(result, "dissemination.last_round") == 12);
  CHECK(figure_of(result, "dissemination.mean_round") == 7.5);
  CHECK(figure_of(result, "dissemination.last_delivery_hop") == 4);
}

TEST_CASE("what stands alone, and what has parts") {
  Field field;
  for (const FieldKind kind : {FieldKind::flag, FieldKind::share, FieldKind::text, FieldKind::setting}) {
    field.kind = kind;
    CHECK(field.single());
    CHECK(field.numeric() == (kind < FieldKind::text));
  }
  for (const FieldKind kind : {FieldKind::numbers, FieldKind::texts, FieldKind::list, FieldKind::map}) {
    field.kind = kind;
    CHECK_FALSE(field.single());
  }
}

TEST_CASE("recovery is summed up over the faults that the nodes recovered from") {
  RunResult result;
  CHECK_FALSE(figure_of(result, "recovery_s.mean"));
  result.recovery.resize(3);
  result.recovery[0].reconverged_s = 1;
  result.recovery[1].reconverged_s = 3;
  result.recovery[2].overtaken = true;
  CHECK(figure_of(result, "recovery_s.mean") == 2);
  CHECK(figure_of(result, "recovery_s.max") == 3);
}

TEST_CASE("every kind of change of membership has its fields") {
  for (const std::string change : {"discovery", "detection", "departure"})
    for (const char* part : {".count", ".incomplete", ".all_s.mean"}) CHECK(find_field("membership." + change + part));
}

TEST_CASE("a field that may be null says so, and no other is null in a run that measured nothing") {
  const RunResult empty;
  for (const Field& field : result_fields()) {
    INFO(field.name);
    if (field.single() && field.value(empty).is_null()) CHECK(field.nullable);
  }
}

TEST_CASE("a result that nothing was measured for counts nothing") {
  const RunResult empty;
  for (const Field& field : result_fields()) {
    INFO(field.name);
    if (!field.numeric() || field.role != FieldRole::measured) continue;
    const auto value = scalar_of(field.value(empty));
    if (value && std::holds_alternative<double>(*value)) CHECK(std::get<double>(*value) == 0);
  }
}

TEST_CASE("a crashed run keeps what names it and has no measurement") {
  RunResult crashed;
  crashed.seed = 7;
  crashed.verdict = VerdictKind::error;
  const FieldLookup field = lookup_in(crashed);
  CHECK(field("seed") == FieldValue(7.0));
  CHECK(field("verdict") == FieldValue(std::string("error")));
  for (const char* name : {"converged", "lost_writes", "messages.sent", "cost.events", "run_hash"})
    CHECK_FALSE(field(name));
  crashed.run_hash = "1";  // it was over, and something failed afterwards
  CHECK(lookup_in(crashed)("lost_writes") == FieldValue(0.0));
}

TEST_CASE("what never happened is infinite as a figure, and what was not measured is nothing") {
  RunResult result;
  CHECK(figure_of(result, "convergence_time_s") == infinity);
  CHECK(figure_of(result, "converged") == 0);
  CHECK_FALSE(figure_of(result, "client_latency_s.p50"));
  result.converged = true;
  result.convergence_time_s = 2.5;
  CHECK(figure_of(result, "convergence_time_s") == 2.5);
  CHECK(figure_of(result, "converged") == 1);
  result.verdict = VerdictKind::error;
  CHECK_FALSE(figure_of(result, "convergence_time_s"));
}

TEST_CASE("a quantile of stable latency is never where it falls among the writes that never became stable") {
  RunResult result;
  result.writes.acknowledged = 100;
  result.stable_latency_s = {0.1, 0.25, 0.4, 0.5, 0.6, 0};
  const auto with = [&](std::uint64_t never_stable, const char* quantile) {
    result.stable_latency_s.never_stable = never_stable;
    return figure_of(result, std::string("stable_latency_s.") + quantile);
  };
  CHECK(with(0, "p99") == 0.5);
  CHECK(with(1, "p99") == 0.5);
  CHECK(with(2, "p99") == infinity);
  CHECK(with(50, "p50") == 0.25);
  CHECK(with(51, "p50") == infinity);
  CHECK(with(5, "p95") == 0.4);
  CHECK(with(6, "p95") == infinity);
  CHECK(with(1, "p100") == infinity);
  CHECK(with(99, "p0") == 0.1);
  CHECK(with(100, "p0") == infinity);
}

TEST_CASE("the tree of a result nests fields by the parts of their names") {
  RunResult result;
  result.maelstrom.emplace();
  result.maelstrom->stable_latencies_ms = {{"0.5", 12}};
  result.operations.acknowledged = 3;
  const ResultValue tree = tree_of(result);
  const auto at = [&tree](const std::string& path) {
    const ResultValue* part = part_at(tree, path);
    return part != nullptr ? scalar_of(*part) : std::nullopt;
  };
  CHECK(at("operations.acknowledged") == FieldValue(3.0));
  CHECK(at("maelstrom.stable_latencies_ms.0.5") == FieldValue(12.0));
  CHECK_FALSE(at("acknowledged"));
  CHECK_FALSE(at("stable_latencies_ms.0.5"));
  CHECK_FALSE(at("a.b"));
  CHECK_FALSE(at("a.b.c"));
}

TEST_CASE("what each fault did has a count for every effect") {
  std::set<std::string> parts;
  for (const Field& part : find_field("faults")->parts) parts.insert(part.name);
  for (std::size_t i = 0; i < fault_effects; ++i) CHECK(parts.count(std::string(name_of(static_cast<FaultEffect>(i)))));
}

TEST_CASE("a key of a list is a whole number below its size") {
  CHECK(list_index("0", 1) == std::size_t{0});
  CHECK(list_index("12", 13) == std::size_t{12});
  for (const char* key : {"", "1", "x", "0x", "-1", "+0", " 0", "99999999999999999999"}) {
    INFO(key);
    CHECK_FALSE(list_index(key, 1));
  }
}

TEST_CASE("the columns that tables show without being asked, and which of them go first where it is narrow") {
  std::string columns;
  for (const Field* field : usual_fields())
    columns += field->name + " " + std::to_string(field->column->priority) + "\n";
  CHECK(columns ==
        "convergence_time_s 8\ndivergence_s 3\noperations.acknowledged_share 9\nlost_writes 9\nmissing 4\n"
        "everywhere_latency_s.p50 6\neverywhere_latency_s.p99 8\nnever_stable 7\nclient_latency_s.p50 5\n"
        "client_latency_s.p99 5\nmessages.per_op 8\nmessages.bytes_per_op 7\nmessages.redundant_share 2\n");
}

TEST_CASE("a field without a column of its own gets one by its name; shares are in percent") {
  const TableColumn share = column_of(*find_field("residue"));
  CHECK(share.heading == "residue %");
  CHECK(share.scale == 100);
  const TableColumn count = column_of(*find_field("violations.causal_order"));
  CHECK(count.heading == "violations\ncausal_order");
  CHECK(count.scale == 1);
  CHECK(column_of(*find_field("quiet_s")).heading == "quiet_s");
}

TEST_CASE("which direction of a figure is the better one") {
  const auto better = [](const char* name) { return find_field(name)->better; };
  for (const char* name : {"maelstrom.lost_count", "maelstrom.stale_count", "maelstrom.msgs_per_op", "missing",
                           "convergence_time_s", "messages.per_op", "stale_reads", "violations.causal_order"}) {
    INFO(name);
    CHECK(better(name) == Better::lower);
  }
  for (const char* name : {"maelstrom.stable_count", "converged", "operations.acknowledged_share"}) {
    INFO(name);
    CHECK(better(name) == Better::higher);
  }
  for (const char* name : {"maelstrom.attempt_count", "seed", "nodes"}) {
    INFO(name);
    CHECK(better(name) == Better::neither);
  }
}

TEST_CASE("a value as a scenario writes it is a number only where JSON has such numbers") {
  CHECK(std::get<std::uint64_t>(typed_value("18446744073709551615").data) == 18446744073709551615ULL);
  CHECK(std::get<std::int64_t>(typed_value("-2").data) == -2);
  CHECK(std::get<double>(typed_value("1e3").data) == 1000);
  for (const char* text :
       {"", "-", "+1", "007", ".5", "1.", "1e", "0x10", "10%", "1e999", "18446744073709551616", "inf"}) {
    INFO(text);
    CHECK(std::get<std::string>(typed_value(text).data) == text);
  }
}

}  // namespace
}  // namespace hearsay
