#include "sim/core/event.hpp"

#include <array>

namespace hearsay {

std::string_view name_of(EventKind kind) {
  static constexpr std::array<std::string_view, event_kinds> names{
      "invoke",     "respond", "send",      "drop",         "deliver",   "redundant",    "duplicate",
      "retransmit", "dial",    "connected", "disconnected", "applied",   "recovered",    "reapplied",
      "replaced",   "digest",  "boot",      "join",         "leave",     "crash",        "restart",
      "pause",      "resume",  "member",    "fault_begin",  "fault_end", "fault_effect", "finish"};
  return names[static_cast<std::size_t>(kind)];
}

std::string_view name_of(DropReason reason) {
  static constexpr std::array<std::string_view, drop_reasons> names{"loss",    "partition", "reject",  "crash", "link",
                                                                    "corrupt", "withdrawn", "timeout", "reset"};
  return names[static_cast<std::size_t>(reason)];
}

std::string_view name_of(FaultEffect effect) {
  static constexpr std::array<std::string_view, fault_effects> names{"dropped", "delayed", "duplicated", "corrupted",
                                                                     "stopped"};
  return names[static_cast<std::size_t>(effect)];
}

std::string_view name_of(Outcome outcome) {
  static constexpr std::array<std::string_view, 4> names{"ok", "failed", "rejected", "timed_out"};
  return names[static_cast<std::size_t>(outcome)];
}

}  // namespace hearsay
