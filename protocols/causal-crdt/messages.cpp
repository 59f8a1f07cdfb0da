#include "protocols/causal-crdt/messages.hpp"

namespace hearsay::causal {

std::uint32_t Clock::wire_size() const {
  return framing_bytes + static_cast<std::uint32_t>(clock_entry_bytes * delivered.entries().size() +
                                                    range_bytes * gaps.intervals().size());
}

void Clock::describe(std::ostream& out) const {
  describe_clock(out, delivered);
  for (const auto& [first, last] : gaps.intervals()) {
    describe_event(out << " without ", first.first, first.second);
    out << ".." << last;
  }
  if (wants_reply) out << ", yours?";
}

std::uint32_t Pull::wire_size() const {
  return framing_bytes + static_cast<std::uint32_t>(range_bytes * ranges.size());
}

void Pull::describe(std::ostream& out) const {
  out << "of";
  for (const Range& range : ranges) {
    describe_event(out << " ", range.stream, range.first);
    out << ".." << range.last;
  }
}

std::uint32_t Resend::wire_size() const {
  std::uint32_t bytes = framing_bytes;
  for (const auto& effect : effects) bytes += effect->bytes();
  return bytes;
}

std::vector<MessageKind> message_kinds() {
  return {{"effect", Transport::stream},
          {"acknowledgement", Transport::stream},
          {"clock", Transport::stream},
          {"pull", Transport::stream},
          {"resend", Transport::stream},
          {"join", Transport::stream},
          {"leave", Transport::stream},
          {"snapshot_request", Transport::stream},
          {"snapshot", Transport::stream},
          {"effect_datagram", Transport::datagram},
          {"acknowledgement_datagram", Transport::datagram}};
}

}  // namespace hearsay::causal
