// Runs that did not pass, many seeds in few lines: grouped by verdict, scenario, label, case and what went wrong.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace hearsay {

// One run that did not pass.
struct Failure {
  const nlohmann::ordered_json* result = nullptr;
  std::string command;  // that runs it again alone
};

// A paragraph per group, in the order of the runs. A group of one run shows it as it is; a larger one how many runs it
// has, each reason with the range of its figure and its seeds, and one command, for the worst seed: the one whose
// figure is furthest from what the first reason expects.
std::string describe_failures(const std::vector<Failure>& failures);

}  // namespace hearsay
