// `expect`: bounds on fields of the result.
#include <algorithm>
#include <cmath>

#include "sim/scenario/parts.hpp"
#include "sim/scenario/units.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

constexpr const char* bound_forms = "write a value such as `true` or `0`, or bounds such as `{min: 1, max: 2.5}`";

// A plain number or percentage; nothing if the text is neither.
std::optional<double> number_of(const Node& node) {
  if (node.quoted) return std::nullopt;
  try {
    if (node.text.ends_with("%")) return parse_share(node.text, -1e9, 1e9);
    return parse_number(node.text);
  } catch (const UnitError&) {
    return std::nullopt;
  }
}

void read_equals(const Entry& entry, std::vector<Expectation>& expectations) {
  Expectation expectation;
  expectation.path = entry.key;
  expectation.text = entry.value.text;
  const Node& node = entry.value;
  if (!node.quoted && (node.text == "true" || node.text == "false"))
    expectation.bound = node.text == "true";
  else if (const auto number = number_of(node))
    expectation.bound = *number;
  else
    expectation.bound = node.text;
  expectations.push_back(std::move(expectation));
}

void read_bounds(const Entry& entry, std::vector<Expectation>& expectations, Mistakes& mistakes) {
  std::optional<double> least, most;
  if (entry.value.entries.empty())
    mistakes.add(entry.value.place, backquoted(entry.key) + " has no bound; " + bound_forms);
  for (const auto& bound : entry.value.entries) {
    if (bound.key != "min" && bound.key != "max") {
      mistakes.add(bound.place, "unknown key " + backquoted(bound.key) + " in the expectation " +
                                    backquoted(entry.key) +
                                    "; the keys are: min, max (a field inside is written with a dot: " +
                                    backquoted(entry.key + "." + bound.key) + ")");
      continue;
    }
    const auto number = bound.value.is_scalar() ? number_of(bound.value) : std::nullopt;
    if (!number) {
      mistakes.add(bound.value.place, "the bound " + backquoted(bound.key) + " cannot be " +
                                          describe_kind(bound.value) +
                                          "; write a number without a unit (times are in seconds) or a percentage");
      continue;
    }
    (bound.key == "min" ? least : most) = *number;
    Expectation expectation;
    expectation.path = entry.key;
    expectation.kind = bound.key == "min" ? Expectation::Kind::at_least : Expectation::Kind::at_most;
    expectation.bound = *number;
    expectation.text = bound.key + ": " + bound.value.text;
    expectations.push_back(std::move(expectation));
  }
  if (least && most && *least > *most)
    mistakes.add(entry.value.place,
                 "`min` is more than `max`, which nothing satisfies; write the smaller one as `min`");
}

// The fields of a result at its top level (docs/definitions.md); tests/report holds them against the JSON.
void check_field(const Entry& entry, Mistakes& mistakes) {
  const auto& fields = result_fields();
  const std::string top = entry.key.substr(0, entry.key.find('.'));
  if (std::find(fields.begin(), fields.end(), top) == fields.end())
    mistakes.add(entry.place, "a result has no field " + backquoted(top) + hint(top, fields, "fields"));
}

}  // namespace

const std::vector<std::string>& result_fields() {
  static const std::vector<std::string> fields{"scenario",
                                               "protocol",
                                               "label",
                                               "params",
                                               "seed",
                                               "nodes",
                                               "case",
                                               "simulated_s",
                                               "converged",
                                               "convergence_time_s",
                                               "recovery",
                                               "divergence_s",
                                               "distinct_states",
                                               "operations",
                                               "lost_writes",
                                               "missing",
                                               "residue",
                                               "delivery_latency_s",
                                               "stable_latency_s",
                                               "never_stable",
                                               "client_latency_s",
                                               "messages",
                                               "violations",
                                               "stale_reads",
                                               "lost_updates",
                                               "protocol_metrics",
                                               "series",
                                               "run_hash",
                                               "faults",
                                               "maelstrom",
                                               "membership",
                                               "verdict",
                                               "reasons",
                                               "expectations",
                                               "cost"};
  return fields;
}

std::vector<Expectation> read_expectations(const Node& section, Mistakes& mistakes) {
  std::vector<Expectation> expectations;
  if (!section.is_map()) {
    mistakes.add(section.place,
                 "`expect` cannot be " + describe_kind(section) +
                     "; write a map from fields of the result to values or bounds, such as `converged: true`");
    return expectations;
  }
  for (const auto& entry : section.entries) {
    check_field(entry, mistakes);
    if (entry.value.is_scalar() || (entry.value.is_null() && !entry.value.text.empty()))
      read_equals(entry, expectations);
    else if (entry.value.is_map())
      read_bounds(entry, expectations, mistakes);
    else
      mistakes.add(entry.value.place, "the expectation " + backquoted(entry.key) + " cannot be " +
                                          describe_kind(entry.value) + "; " + bound_forms);
  }
  return expectations;
}

}  // namespace hearsay
