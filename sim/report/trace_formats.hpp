// The formats behind make_trace.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/event.hpp"
#include "sim/core/message.hpp"

namespace hearsay {

// Chrome Trace Event Format: tracks of the nodes with arrows for messages, spans of faults, outages and operations.
std::unique_ptr<Observer> make_chrome_trace(const std::string& file, std::uint32_t nodes,
                                            std::vector<MessageKind> kinds);

// One JSON object an event, every event of the run.
std::unique_ptr<Observer> make_line_trace(const std::string& file, std::vector<MessageKind> kinds);

// Two lines an event, with a vector clock, for ShiViz with the expression (?<host>\S*) (?<clock>{.*})\n(?<event>.*)
std::unique_ptr<Observer> make_shiviz_trace(const std::string& file, std::uint32_t nodes,
                                            std::vector<MessageKind> kinds);

// A tree of nodes for every write, in text. Written when the run ends; until then 24 bytes per write and node are kept.
std::unique_ptr<Observer> make_tree_trace(const std::string& file, std::uint32_t nodes, std::vector<MessageKind> kinds);

}  // namespace hearsay
