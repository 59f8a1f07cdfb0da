#include "protocols/plumtree/messages.hpp"

namespace hearsay::plumtree {

std::uint32_t size_of(const Nodes& nodes) { return 2 + address_size * static_cast<std::uint32_t>(nodes.size()); }

void describe(std::ostream& out, const Nodes& nodes) {
  const char* separator = "[";
  for (const NodeId node : nodes) {
    out << separator << node;
    separator = ", ";
  }
  out << (nodes.empty() ? "[]" : "]");
}

void Shuffle::describe(std::ostream& out) const {
  out << "of " << origin << " ttl " << ttl << " ";
  plumtree::describe(out, nodes);
}

std::uint32_t IHave::wire_size() const {
  return header_size + (id_size + round_size) * static_cast<std::uint32_t>(announced.size());
}

void IHave::describe(std::ostream& out) const {
  const char* separator = "";
  for (const Announcement& one : announced) {
    out << separator << "w" << one.write << " round " << one.round;
    separator = ", ";
  }
}

void Graft::describe(std::ostream& out) const {
  if (write == no_write)
    out << "the link";
  else
    out << "w" << write << " round " << round;
}

std::vector<MessageKind> message_kinds() {
  constexpr auto stream = Transport::stream;
  return {{"join", stream},
          {"forward_join", stream},
          {"disconnect", stream},
          {"neighbour", stream},
          {"neighbour_reply", stream},
          {"shuffle", stream},
          {"shuffle_reply", stream},
          {"gossip", stream},
          {"ihave", stream},
          {"graft", stream},
          {"prune", stream}};
}

}  // namespace hearsay::plumtree
