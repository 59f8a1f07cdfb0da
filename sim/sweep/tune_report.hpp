// What `tune` prints and writes.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "sim/sweep/tune_options.hpp"

namespace hearsay::tune {

// The frontier, a line per setting, and what each parameter does.
std::string tune_text(const TuneOptions& options, const SearchResult& result, std::size_t chosen);

// All of it, for `plot` and for programs.
nlohmann::ordered_json tune_json(const TuneOptions& options, const std::string& scenario, const std::string& protocol,
                                 const SearchResult& result, std::size_t chosen);

// The scenario as a file, in block style, with a comment that says where its values come from.
std::string chosen_scenario(const TuneOptions& options, const Scenario& scenario, const SearchResult& result,
                            std::size_t chosen);

}  // namespace hearsay::tune
