// Judges a run: expectations, and whether it tested anything at all.
#include "sim/metrics/verdict.hpp"

#include <array>
#include <charconv>
#include <string_view>

namespace hearsay {
namespace {

std::string json_number(double number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

std::string json_text(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += {'\\', c};
    } else if (code < 0x20) {
      quoted += "\\u00";
      quoted += "0123456789abcdef"[code >> 4];
      quoted += "0123456789abcdef"[code & 0xf];
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string json(const std::optional<FieldValue>& value) {
  if (!value) return "null";
  if (const bool* flag = std::get_if<bool>(&*value)) return *flag ? "true" : "false";
  if (const double* number = std::get_if<double>(&*value)) return json_number(*number);
  return json_text(std::get<std::string>(*value));
}

// `path: null` expects that the thing never happened.
bool expects_null(const Expectation& expectation) {
  const auto* text = std::get_if<std::string>(&expectation.bound);
  return expectation.kind == Expectation::Kind::equals && text != nullptr && (*text == "null" || *text == "~");
}

// Compares exactly. A bound of another type than the value is not kept.
bool keeps(const std::optional<FieldValue>& value, const Expectation& expectation) {
  if (!value) return expects_null(expectation);
  if (expectation.kind == Expectation::Kind::equals) return *value == expectation.bound;
  const double* number = std::get_if<double>(&*value);
  const double* bound = std::get_if<double>(&expectation.bound);
  if (number == nullptr || bound == nullptr) return false;
  return expectation.kind == Expectation::Kind::at_least ? *number >= *bound : *number <= *bound;
}

bool touched_nothing(const FaultRecord& fault) {
  if (!fault.counts) return false;
  for (const std::uint64_t count : fault.effects) {
    if (count != 0) return false;
  }
  return true;
}

}  // namespace

void judge(RunResult& result, const std::vector<Expectation>& expectations, const FieldLookup& field) {
  std::vector<std::string> inconclusive, broken;
  if (result.operations.acknowledged == 0) {
    inconclusive.push_back(result.operations.attempted == 0
                               ? "no operation was attempted"
                               : "none of the " + std::to_string(result.operations.attempted) +
                                     " operations was acknowledged");
  }
  for (const FaultRecord& fault : result.faults) {
    if (!touched_nothing(fault)) continue;
    const std::string title = fault.text.empty() ? fault.verb : fault.verb + ": " + fault.text;
    inconclusive.push_back("the fault `" + title + "` at " + json_number(fault.at) + " s touched nothing");
  }
  result.expectations.clear();
  for (const Expectation& expectation : expectations) {
    const std::optional<FieldValue> value = field(expectation.path);
    const bool ok = keeps(value, expectation);
    result.expectations.push_back({expectation.path, expectation.text, json(value), ok});
    if (ok) continue;
    if (value) {
      broken.push_back(expectation.path + " is " + json(value) + ", expected " + expectation.text);
    } else {
      inconclusive.push_back(expectation.path + " has no value in this run, expected " + expectation.text);
    }
  }
  result.verdict = !inconclusive.empty() ? VerdictKind::inconclusive
                   : !broken.empty()     ? VerdictKind::fail
                                         : VerdictKind::pass;
  result.reasons = std::move(inconclusive);
  result.reasons.insert(result.reasons.end(), broken.begin(), broken.end());
}

}  // namespace hearsay
