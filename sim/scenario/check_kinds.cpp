// Names of kinds of messages in `kinds`, which only the protocols of the scenario know.
#include <algorithm>

#include "protocols/registry.hpp"
#include "sim/scenario/parts.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {

void check_kinds(GivenValues& given, Reading& reading) {
  if (!given.given("kinds") || reading.scenario.protocols.empty())
    return;  // why there are none is a mistake of its own
  std::vector<std::string> known;
  for (const auto& entry : reading.scenario.protocols)
    for (const auto& kind : find_protocol(entry.name)->messages)
      if (std::find(known.begin(), known.end(), kind.name) == known.end()) known.emplace_back(kind.name);
  for (const std::string& kind : std::get<std::vector<std::string>>(given.values.at("kinds"))) {
    if (std::find(known.begin(), known.end(), kind) != known.end()) continue;
    reading.mistakes.add(given.place_of("kinds"), "none of the protocols has messages of the kind " + backquoted(kind) +
                                                      hint(kind, known, "kinds"));
    given.valid = false;
  }
}

}  // namespace hearsay
