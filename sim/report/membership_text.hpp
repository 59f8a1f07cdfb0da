// What the table of a scenario says below about membership: how much of the time the views were equal, and why no more.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace hearsay {

// Means over the runs that tracked membership, such as: views of membership equal 90.1 % of the time; apart 6.1 % while
// 12 joins were told (0.69 s each until known to all), 3.8 % while 13 departures were (0.43 s each). Empty if none did,
// or nothing ever changed.
std::string membership_line(const std::vector<const nlohmann::ordered_json*>& runs);

}  // namespace hearsay
