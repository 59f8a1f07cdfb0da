// The verdict of a run (README, Exit status): passes, breaks an expectation, or is inconclusive.
// A result's fields are looked up by dotted path through `FieldLookup`, so that this room needs no JSON.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/metrics/result.hpp"
#include "sim/scenario/scenario.hpp"

namespace hearsay {

// The value of a field of the result, or nothing if it is null or not there.
using FieldValue = std::variant<bool, double, std::string>;
using FieldLookup = std::function<std::optional<FieldValue>(const std::string& path)>;

// Sets `expectations`, `verdict` and `reasons`. Inconclusive: no operation was acknowledged though some were attempted;
// a fault that fired touched nothing; an expectation speaks of a value that the run does not have. A broken expectation
// is `fail`; inconclusive outranks it.
void judge(RunResult& result, const std::vector<Expectation>& expectations, const FieldLookup& field);

}  // namespace hearsay
