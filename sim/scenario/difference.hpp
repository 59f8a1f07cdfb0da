// What differs between two scenarios, for people.
#pragma once

#include <string>
#include <vector>

namespace hearsay {

// "nodes 10 -> 11", "network.loss (none) -> 5%": the keys that differ between two resolved scenarios
// (Scenario::resolved), in the order of their names. What does not decide a run of a protocol (seeds, description,
// expectations) and the protocols themselves are left out. Empty if one of the texts is no scenario.
std::vector<std::string> differences_of(const std::string& before, const std::string& after);

}  // namespace hearsay
