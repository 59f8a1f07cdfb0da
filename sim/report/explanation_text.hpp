// An explanation for people.
#pragma once

#include <string>

#include "sim/metrics/explanation.hpp"
#include "sim/metrics/result.hpp"

namespace hearsay {

std::string explanation_text(const Explanation& explanation, const RunResult& result);

}  // namespace hearsay
