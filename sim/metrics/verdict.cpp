// Judges a run: expectations, and whether it tested anything at all.
#include "sim/metrics/verdict.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <string_view>

#include "sim/core/text.hpp"
#include "sim/metrics/field.hpp"

namespace hearsay {
namespace {

std::string number_text(double number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

std::string value_text(const FieldValue& value) {
  if (const bool* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const double* number = std::get_if<double>(&value)) return number_text(*number);
  return json_string(std::get<std::string>(value));
}

// Counts stay whole in JSON.
ResultValue result_value(const std::optional<FieldValue>& value) {
  if (!value) return {};
  const double* number = std::get_if<double>(&*value);
  if (number != nullptr && *number == std::floor(*number) && std::abs(*number) < 9e15)
    return static_cast<std::int64_t>(*number);
  return std::visit([](const auto& held) { return ResultValue(held); }, *value);
}

// Compares exactly. A bound of another type than the value is not kept.
bool keeps(const std::optional<FieldValue>& value, const Expectation& expectation) {
  using Kind = Expectation::Kind;
  if (!value || expectation.kind == Kind::absent) return !value && expectation.kind == Kind::absent;
  if (expectation.kind == Kind::equals) return *value == expectation.bound;
  const double* number = std::get_if<double>(&*value);
  const double* bound = std::get_if<double>(&expectation.bound);
  if (number == nullptr || bound == nullptr) return false;
  return expectation.kind == Kind::at_least ? *number >= *bound : *number <= *bound;
}

// A verb that does not count what it touches touches the nodes that it chose.
bool touched_nothing(const FaultRecord& fault) {
  if (!fault.counts) return fault.nodes.empty();
  for (const std::uint64_t count : fault.effects) {
    if (count != 0) return false;
  }
  return true;
}

// An entry that fires again and again is judged as a whole.
void judge_faults(const std::vector<FaultRecord>& faults, std::vector<std::string>& inconclusive) {
  std::map<std::uint32_t, std::size_t> firings, idle;  // by entry
  for (const FaultRecord& fault : faults) {
    ++firings[fault.entry];
    if (touched_nothing(fault)) ++idle[fault.entry];
  }
  std::set<std::uint32_t> named;
  for (const FaultRecord& fault : faults) {
    const std::size_t times = firings[fault.entry];
    if (idle[fault.entry] != times || !named.insert(fault.entry).second) continue;
    const std::string title = fault.text.empty() ? fault.verb : fault.verb + ": " + fault.text;
    inconclusive.push_back("the fault `" + title + "` at " + number_text(fault.at) + " s touched nothing" +
                           (times > 1 ? ", nor did its " + std::to_string(times - 1) + " repetitions" : ""));
  }
}

}  // namespace

void judge(RunResult& result, const std::vector<Expectation>& expectations) {
  std::vector<std::string> inconclusive, broken;
  if (result.operations.acknowledged == 0) {
    inconclusive.push_back(result.operations.attempted == 0
                               ? "no operation was attempted"
                               : "none of the " + std::to_string(result.operations.attempted) +
                                     " operations was acknowledged");
  }
  judge_faults(result.faults, inconclusive);
  const FieldLookup field = lookup_in(result);
  std::vector<ExpectationResult> judged;
  for (const Expectation& expectation : expectations) {
    const std::optional<FieldValue> value = field(expectation.path);
    const bool ok = keeps(value, expectation);
    judged.push_back({expectation.path, expectation.text, result_value(value), ok});
    if (ok) continue;
    if (value) {
      broken.push_back(expectation.path + " is " + value_text(*value) + ", expected " + expectation.text);
    } else {
      inconclusive.push_back(expectation.path + " has no value in this run, expected " + expectation.text);
    }
  }
  result.expectations = std::move(judged);
  result.verdict = !inconclusive.empty() ? VerdictKind::inconclusive
                   : !broken.empty()     ? VerdictKind::fail
                                         : VerdictKind::pass;
  result.reasons = std::move(inconclusive);
  result.reasons.insert(result.reasons.end(), broken.begin(), broken.end());
}

}  // namespace hearsay
