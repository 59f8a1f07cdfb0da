// What nodes send each other: lines of JSON, which the network does not look into.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

#include "sim/core/message.hpp"

namespace hearsay::maelstrom {

struct Line {
  std::string text;         // without its newline
  bool to_service = false;  // for one of the services on the machine of the node that gets it

  std::uint32_t wire_size() const { return static_cast<std::uint32_t>(text.size() + 1); }
  void describe(std::ostream& out) const { out << text; }
  // No JSON any more.
  Line corrupted(std::uint64_t bits) const {
    return {text.substr(0, text.empty() ? 0 : bits % text.size()) + "#", to_service};
  }
};

using AnyMessage = std::variant<Line>;
inline std::vector<MessageKind> message_kinds() { return {{"line", Transport::datagram}}; }

}  // namespace hearsay::maelstrom
