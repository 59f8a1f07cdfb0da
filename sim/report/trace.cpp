#include "sim/report/trace.hpp"

#include "sim/report/trace_formats.hpp"

namespace hearsay {

std::unique_ptr<Observer> make_trace(const std::string& file, std::uint32_t nodes, std::vector<MessageKind> kinds) {
  if (file.ends_with(".json")) return make_chrome_trace(file, nodes, std::move(kinds));
  if (file.ends_with(".jsonl")) return make_line_trace(file, std::move(kinds));
  if (file.ends_with(".shiviz")) return make_shiviz_trace(file, nodes, std::move(kinds));
  if (file.ends_with(".tree")) return make_tree_trace(file, nodes, std::move(kinds));
  throw TraceError("unknown trace format: " + file +
                   "; the name must end in .json (Chrome Trace Event, for Perfetto), .jsonl (one event a line), "
                   ".shiviz or .tree (how each write spread)");
}

}  // namespace hearsay
