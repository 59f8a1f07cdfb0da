// The verdict of a run (README, Exit status): passes, breaks an expectation, or is inconclusive.
#pragma once

#include <vector>

#include "sim/metrics/expectation.hpp"
#include "sim/metrics/result.hpp"

namespace hearsay {

// Sets `expectations`, `verdict` and `reasons`. Inconclusive: no operation was acknowledged though some were attempted;
// a fault that fired touched nothing; an expectation speaks of a value that the run does not have. A broken expectation
// is `fail`; inconclusive outranks it.
void judge(RunResult& result, const std::vector<Expectation>& expectations);

}  // namespace hearsay
