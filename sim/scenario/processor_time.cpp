#include "sim/scenario/processor_time.hpp"

#include "protocols/registry.hpp"

namespace hearsay {

std::vector<std::string> processor_time(const Scenario& scenario, const ProtocolEntry& entry) {
  const ProtocolInfo& protocol = *find_protocol(entry.name);
  auto found = protocol.processor_time ? protocol.processor_time(entry.params) : std::vector<std::string>{};
  if (scenario.engine.message_cpu > Duration{}) found.emplace_back("engine.message_cpu");
  return found;
}

}  // namespace hearsay
