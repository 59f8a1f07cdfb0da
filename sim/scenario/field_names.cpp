#include "sim/scenario/field_names.hpp"

#include "sim/metrics/protocol_metrics.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {

std::string describe_mistake(const PathMistake& mistake) {
  const std::string& within = mistake.within;
  if (mistake.index)
    return backquoted(within) + " is a list; write the number of an entry, from 0, as in " +
           backquoted(within + ".0." + find_field(within)->parts.back().name);
  if (mistake.candidates.empty() && mistake.wrong.empty()) return backquoted(within) + " is no single value";
  if (mistake.candidates.empty())
    return backquoted(within) + " has no field " + backquoted(mistake.wrong) + "; nothing stands inside it";
  if (mistake.wrong.empty())
    return backquoted(within) + " is a group of fields; name one of them, such as " +
           backquoted(within + "." + mistake.candidates.front());
  return (within.empty() ? std::string("a result") : backquoted(within)) + " has no field " +
         backquoted(mistake.wrong) + hint(mistake.wrong, mistake.candidates, "fields");
}

void add_names(const ProtocolInfo& protocol, MapNames& names) {
  for (const Parameter& parameter : protocol.parameters) names["params"].push_back(parameter.name);
  for (const MessageKind& kind : protocol.messages) names["messages.by_type"].emplace_back(kind.name);
  for (const ProtocolMetric& metric : protocol.metrics)
    for (std::string& name : field_names(metric)) names["protocol_metrics"].push_back(std::move(name));
}

MapNames names_of_protocols() {
  MapNames names;
  for (const ProtocolInfo& protocol : protocols()) add_names(protocol, names);
  return names;
}

}  // namespace hearsay
