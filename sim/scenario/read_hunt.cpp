// `hunt`: what `hearsay hunt` may try.
#include "sim/scenario/parts.hpp"
#include "sim/scenario/sections.hpp"

namespace hearsay {

void read_hunt(Reading& reading) {
  const Node* node = reading.root.find("hunt");
  if (node == nullptr) return;
  GivenValues given = read_parameters(*node, hunt_table().parameters(), "`hunt`", reading.cluster, reading.mistakes);
  if (!given.valid) return;
  HuntSettings settings = hunt_table().build(given.values);
  if (settings.shortest > settings.longest)
    given.blame(ParameterError(given.given("longest") ? "longest" : "shortest",
                               "`shortest` is longer than `longest`, so no fault could last; make it the smaller one"),
                reading.mistakes);
  else if (settings.window != Duration{} && settings.shortest >= settings.window)
    given.blame(ParameterError("window", "no fault of `shortest` fits into `window`; make the window longer"),
                reading.mistakes);
  else
    reading.scenario.hunt = std::move(settings);
}

}  // namespace hearsay
