// What the table of a scenario says below about membership: how much of the time the views of all nodes were equal, and
// why no more: how many changes there were, and how long each took to be known to all.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace hearsay {

// Headers, with line breaks as `lay_out` takes them.
std::vector<std::string> membership_columns();

// Means over those of the runs that tracked membership; empty if none did, or nothing ever changed.
std::vector<std::string> membership_cells(const std::vector<const nlohmann::ordered_json*>& runs);

}  // namespace hearsay
