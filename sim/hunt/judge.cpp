// The oracles.
#include <algorithm>
#include <cmath>

#include "protocols/registry.hpp"
#include "sim/hunt/circumstances.hpp"
#include "sim/hunt/outcome.hpp"
#include "sim/hunt/tree.hpp"
#include "sim/metrics/verdict.hpp"
#include "sim/scenario/field_names.hpp"
#include "sim/scenario/parts.hpp"

namespace hearsay::hunt {
namespace {

std::vector<Expectation> as_expectations(const Promise& promise, const MapNames& names) {
  Mistakes mistakes("");
  auto bound = parse_snippet(promise.bound, {}, mistakes);
  Node section = empty_map();
  if (bound) put(section, promise.path, std::move(*bound));
  return read_expectations(section, names, mistakes);
}

std::string first_reason(const RunResult& result, const std::string& path) {
  std::string text, example;
  for (const std::string& reason : result.reasons) {
    if (reason.starts_with(path + " ")) text = reason;
    if (reason.starts_with("for example: ")) example = reason;
  }
  return example.empty() ? text : text + "; " + example;
}

bool ascends(std::initializer_list<std::optional<double>> values) {
  std::optional<double> last;
  for (const auto& value : values) {
    if (!value) continue;
    if (last && *value < *last) return false;
    last = value;
  }
  return true;
}

}  // namespace

const Finding* TrialOutcome::find(const std::string& oracle) const {
  for (const Finding& finding : findings)
    if (finding.oracle == oracle) return &finding;
  return nullptr;
}

std::vector<std::string> contradictions(const RunResult& result) {
  std::vector<std::string> wrong;
  const MessageCounts& messages = result.messages;
  std::uint64_t ended = messages.delivered + messages.in_flight;
  for (const std::uint64_t dropped : messages.dropped) ended += dropped;
  if (messages.sent + messages.duplicated != ended)
    wrong.push_back("sent + duplicated are not delivered + dropped + in flight");
  if (result.replicated && result.converged && result.distinct_states > 1)
    wrong.push_back("converged with " + std::to_string(result.distinct_states) + " states");
  if (result.convergence_time_s && !result.converged) wrong.emplace_back("a time of convergence without convergence");
  if (result.divergence_s > result.simulated_s + 1e-9) wrong.emplace_back("diverged for longer than the run");
  const OperationCounts& all = result.operations;
  if (all.acknowledged + all.failed + all.rejected + all.timed_out > all.attempted)
    wrong.emplace_back("more operations answered than asked");
  if (result.writes.attempted + result.reads.attempted != all.attempted)
    wrong.emplace_back("writes and reads are not the operations");
  if (result.traced && result.lost_writes > result.writes.acknowledged)
    wrong.emplace_back("more writes lost than acknowledged");
  if (result.residue && !(*result.residue >= 0 && *result.residue <= 1)) wrong.emplace_back("residue is no share");
  for (const Quantiles* q : {&result.delivery_latency_s, &result.client_latency_s})
    if (!ascends({q->p50, q->p90, q->p99, q->max}) || q->max.value_or(0) > result.simulated_s + 1e-9)
      wrong.emplace_back("quantiles of a latency do not ascend, or are longer than the run");
  for (const FaultRecord& fault : result.faults)
    if (fault.until && *fault.until < fault.at) wrong.emplace_back("a fault ends before it begins");
  return wrong;
}

std::vector<Finding> judge_run(const Scenario& scenario, RunResult& result) {
  const ProtocolEntry& entry = scenario.protocols.front();
  MapNames names;
  add_names(*find_protocol(entry.name), names);
  std::vector<Expectation> all = entry.expect;
  std::vector<std::pair<std::string, Promise>> owners(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) owners[i].first = "expect " + all[i].path;
  for (const Promise& promise : promises_kept_in(scenario)) {
    // With `settle` a run ends early only if its nodes agree.
    for (Expectation& expectation : as_expectations(promise, names)) {
      all.push_back(std::move(expectation));
      owners.emplace_back("promise `" + promise.name + "`", promise);
    }
  }
  judge(result, all);
  std::vector<Finding> found;
  for (std::size_t i = 0; i < result.expectations.size(); ++i) {
    const ExpectationResult& judged = result.expectations[i];
    if (judged.ok || judged.value.is_null()) continue;
    // Where no node is left, nobody disagrees, and nothing can be on a live node.
    if (!owners[i].second.name.empty() && result.distinct_states == 0) continue;
    const Promise& promise = owners[i].second;
    found.push_back({owners[i].first, promise.path, promise.bound, first_reason(result, judged.name)});
  }
  for (const std::string& sentence : contradictions(result))
    found.push_back({"the result agrees with itself", "", "", sentence});
  return found;
}

}  // namespace hearsay::hunt
