// RunResult -> JSON, in the order of docs/definitions.md.
#include "sim/report/json.hpp"

#include <cctype>
#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/core/check.hpp"
#include "sim/report/text.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }
Json number(const std::optional<double>& value) { return value ? number(*value) : Json(nullptr); }

// A value as a scenario writes it: a plain number or boolean becomes one, anything else (`10%`, `5ms`) stays text.
// An integer that a double could only round stays text too.
Json typed(const std::string& text) {
  if (text == "true" || text == "false") return text == "true";
  const bool number_like = !text.empty() &&
                           (text.front() == '-' || std::isdigit(static_cast<unsigned char>(text.front()))) &&
                           std::isdigit(static_cast<unsigned char>(text.back()));
  if (!number_like) return valid_utf8(text);
  Json value = Json::parse(text, nullptr, false);
  const bool rounded = value.is_number_float() && text.find_first_of(".eE") == std::string::npos;
  return value.is_number() && !rounded ? value : Json(valid_utf8(text));
}

Json typed_map(const std::vector<std::pair<std::string, std::string>>& entries) {
  Json map = Json::object();
  for (const auto& [name, text] : entries) map[valid_utf8(name)] = typed(text);
  return map;
}

Json quantiles(const Quantiles& q) {
  return {{"p50", number(q.p50)},
          {"p90", number(q.p90)},
          {"p99", number(q.p99)},
          {"max", number(q.max)},
          {"mean", number(q.mean)}};
}

Json counts(const OperationCounts& c) {
  return {{"attempted", c.attempted},
          {"acknowledged", c.acknowledged},
          {"failed", c.failed},
          {"rejected", c.rejected},
          {"timed_out", c.timed_out}};
}

Json operations(const RunResult& result) {
  Json all = counts(result.operations);
  all["writes"] = counts(result.writes);
  all["reads"] = counts(result.reads);
  return all;
}

Json recovery(const std::vector<Recovery>& entries) {
  Json list = Json::array();
  for (const Recovery& entry : entries)
    list.push_back({{"fault", valid_utf8(entry.fault)},
                    {"ended_at", number(entry.ended_at)},
                    {"reconverged_s", number(entry.reconverged_s)}});
  return list;
}

Json stable_latency(const StableLatency& s) {
  return {{"p0", number(s.p0)},   {"p50", number(s.p50)},   {"p95", number(s.p95)},
          {"p99", number(s.p99)}, {"p100", number(s.p100)}, {"never_stable", s.never_stable}};
}

Json messages(const MessageCounts& m, const std::vector<MessageKind>& kinds) {
  HEARSAY_CHECK(m.by_type.size() <= kinds.size(), "messages of a kind that the protocol does not declare");
  Json dropped = Json::object();
  for (std::size_t i = 0; i < drop_reasons; ++i)
    dropped[std::string(name_of(static_cast<DropReason>(i)))] = m.dropped[i];
  Json by_type = Json::object();
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const MessageCounts::ByType type = i < m.by_type.size() ? m.by_type[i] : MessageCounts::ByType{};
    by_type[std::string(kinds[i].name)] = {{"sent", type.sent}, {"bytes", type.bytes}};
  }
  return {{"sent", m.sent},
          {"delivered", m.delivered},
          {"bytes", m.bytes},
          {"per_op", number(m.per_op)},
          {"per_node_per_s", number(m.per_node_per_s)},
          {"bytes_per_node_per_s", number(m.bytes_per_node_per_s)},
          {"redundant", m.redundant},
          {"duplicated", m.duplicated},
          {"retransmitted", m.retransmitted},
          {"dials", m.dials},
          {"broken_connections", m.broken_connections},
          {"dropped", std::move(dropped)},
          {"by_type", std::move(by_type)}};
}

Json violations(const Violations& v) {
  return {{"causal_order", v.causal_order},
          {"read_your_writes", v.read_your_writes},
          {"monotonic_reads", v.monotonic_reads},
          {"duplicate_apply", v.duplicate_apply},
          {"accepted_corrupt", v.accepted_corrupt}};
}

Json protocol_metrics(const std::vector<std::pair<std::string, std::optional<double>>>& metrics) {
  Json map = Json::object();
  for (const auto& [name, value] : metrics) map[name] = number(value);
  return map;
}

Json series(const Series& s) {
  const auto list = [](const std::vector<double>& values) {
    Json array = Json::array();
    for (const double value : values) array.push_back(number(value));
    return array;
  };
  return {{"t", list(s.t)},
          {"up_to_date", list(s.up_to_date)},
          {"distinct_states", list(s.distinct_states)},
          {"messages", list(s.messages)},
          {"bytes", list(s.bytes)}};
}

Json faults(const std::vector<FaultRecord>& records) {
  Json list = Json::array();
  for (const FaultRecord& record : records) {
    Json entry = {{"verb", valid_utf8(record.verb)},
                  {"at", number(record.at)},
                  {"until", number(record.until)},
                  {"nodes", record.nodes},
                  {"text", valid_utf8(record.text)}};
    for (std::size_t i = 0; i < fault_effects; ++i)
      entry[std::string(name_of(static_cast<FaultEffect>(i)))] = record.effects[i];
    list.push_back(std::move(entry));
  }
  return list;
}

Json maelstrom(const std::optional<SetFull>& set_full) {
  if (!set_full) return nullptr;
  Json latencies = Json::object();
  for (const auto& [quantile, ms] : set_full->stable_latencies_ms) latencies[quantile] = ms;
  return {{"attempt_count", set_full->attempt_count},    {"stable_count", set_full->stable_count},
          {"lost_count", set_full->lost_count},          {"never_read_count", set_full->never_read_count},
          {"stale_count", set_full->stale_count},        {"duplicated_count", set_full->duplicated_count},
          {"stable_latencies_ms", std::move(latencies)}, {"msgs_per_op", number(set_full->msgs_per_op)}};
}

Json membership_change(const MembershipChange& c) {
  const auto span = [](const MembershipSpan& s) { return Json{{"mean", number(s.mean)}, {"max", number(s.max)}}; };
  return {{"count", c.count},
          {"incomplete", c.incomplete},
          {"first_s", span(c.first_s)},
          {"half_s", span(c.half_s)},
          {"all_s", span(c.all_s)}};
}

Json membership(const std::optional<MembershipResult>& m) {
  if (!m) return nullptr;
  return {{"discovery", membership_change(m->discovery)},
          {"detection", membership_change(m->detection)},
          {"departure", membership_change(m->departure)},
          {"false_suspicions", m->false_suspicions},
          {"false_deaths", m->false_deaths},
          {"views_equal", number(m->views_equal)},
          {"views_right", number(m->views_right)},
          {"views_differed",
           {{"discovery", number(m->views_differed.discovery)},
            {"detection", number(m->views_differed.detection)},
            {"departure", number(m->views_differed.departure)},
            {"other", number(m->views_differed.other)}}},
          {"changes_per_s", number(m->changes_per_s)},
          {"longest_difference_s", number(m->longest_difference_s)}};
}

std::string_view name_of(VerdictKind verdict) {
  switch (verdict) {
    case VerdictKind::pass: return "pass";
    case VerdictKind::fail: return "fail";
    case VerdictKind::inconclusive: return "inconclusive";
    case VerdictKind::error: return "error";
  }
  return "error";
}

Json reasons(const std::vector<std::string>& texts) {
  Json list = Json::array();
  for (const std::string& text : texts) list.push_back(valid_utf8(text));
  return list;
}

Json expectations(const std::vector<ExpectationResult>& results) {
  Json list = Json::array();
  for (const ExpectationResult& e : results) {
    Json value = Json::parse(e.value, nullptr, false);
    if (value.is_discarded()) value = valid_utf8(e.value);
    list.push_back({{"name", valid_utf8(e.name)}, {"bound", valid_utf8(e.bound)}, {"value", value}, {"ok", e.ok}});
  }
  return list;
}

Json cost(const Cost& c) {
  return {{"wall_s", number(c.wall_s)},
          {"events", c.events},
          {"events_per_wall_s", number(c.events_per_wall_s)},
          {"messages_per_wall_s", number(c.messages_per_wall_s)},
          {"peak_rss_mib", number(c.peak_rss_mib)}};
}

// A run whose process died measured nothing: a zero or `false` there would be a lie.
void forget(Json& value) {
  if (value.is_object()) {
    for (auto& item : value.items()) forget(item.value());
  } else if (!value.is_array()) {
    value = nullptr;
  }
}

void forget_measurements(Json& result) {
  for (const char* name : {"simulated_s",      "converged",          "convergence_time_s", "divergence_s",
                           "distinct_states",  "operations",         "lost_writes",        "missing",
                           "residue",          "delivery_latency_s", "stable_latency_s",   "never_stable",
                           "client_latency_s", "messages",           "violations",         "stale_reads",
                           "lost_updates",     "protocol_metrics",   "run_hash",           "cost"})
    forget(result[name]);
}

}  // namespace

void put_verdict(Json& json, const RunResult& result) {
  json["verdict"] = std::string(name_of(result.verdict));
  json["reasons"] = reasons(result.reasons);
  json["expectations"] = expectations(result.expectations);
}

Json to_json(const RunResult& result, const std::vector<MessageKind>& kinds) {
  Json json;
  json["scenario"] = valid_utf8(result.scenario);
  json["protocol"] = valid_utf8(result.protocol);
  json["label"] = valid_utf8(result.label);
  json["params"] = typed_map(result.params);
  json["seed"] = result.seed;
  json["nodes"] = result.nodes;
  json["case"] = typed_map(result.case_values);
  json["simulated_s"] = number(result.simulated_s);
  json["converged"] = result.converged;
  json["convergence_time_s"] = number(result.convergence_time_s);
  json["recovery"] = recovery(result.recovery);
  json["divergence_s"] = number(result.divergence_s);
  json["distinct_states"] = result.distinct_states;
  json["operations"] = operations(result);
  json["lost_writes"] = result.lost_writes;
  json["missing"] = result.missing;
  json["residue"] = number(result.residue);
  json["delivery_latency_s"] = quantiles(result.delivery_latency_s);
  json["stable_latency_s"] = stable_latency(result.stable_latency_s);
  json["never_stable"] = result.stable_latency_s.never_stable;  // the contract names it beside the quantiles
  json["client_latency_s"] = quantiles(result.client_latency_s);
  json["messages"] = messages(result.messages, kinds);
  json["violations"] = violations(result.violations);
  json["stale_reads"] = result.stale_reads;
  json["lost_updates"] = result.lost_updates;
  json["protocol_metrics"] = protocol_metrics(result.protocol_metrics);
  json["series"] = series(result.series);
  json["run_hash"] = result.run_hash;
  json["faults"] = faults(result.faults);
  json["maelstrom"] = maelstrom(result.maelstrom);
  json["membership"] = membership(result.membership);
  put_verdict(json, result);
  json["cost"] = cost(result.cost);
  if (result.verdict == VerdictKind::error && result.run_hash.empty()) forget_measurements(json);
  return json;
}

}  // namespace hearsay
