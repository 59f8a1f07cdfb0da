// The messages of HyParView (Leitao, Pereira and Rodrigues, DSN 2007, algorithm 1) and Plumtree (the same, SRDS 2007,
// algorithms 1 to 4). All travel on connections, which both papers take for their failure detector.
#pragma once

#include <cstdint>
#include <ostream>
#include <variant>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"

namespace hearsay::plumtree {

inline constexpr std::uint32_t header_size = 8;   // kind and length
inline constexpr std::uint32_t address_size = 6;  // IPv4 address and port
inline constexpr std::uint32_t id_size = 16;      // of a broadcast
inline constexpr std::uint32_t round_size = 2;

using Nodes = std::vector<NodeId>;
std::uint32_t size_of(const Nodes& nodes);
void describe(std::ostream& out, const Nodes& nodes);

// --- HyParView

struct Join {
  std::uint32_t wire_size() const { return header_size; }
  void describe(std::ostream&) const {}
};

struct ForwardJoin {
  NodeId joined = no_node;
  std::uint32_t ttl = 0;
  std::uint32_t wire_size() const { return header_size + address_size + 1; }
  void describe(std::ostream& out) const { out << joined << " ttl " << ttl; }
};

struct Disconnect {
  bool leaves = false;  // the sender is going away, and nobody should call it back
  std::uint32_t wire_size() const { return header_size + 1; }
  void describe(std::ostream& out) const { out << (leaves ? "for good" : ""); }
};

struct Neighbour {
  bool high = false;  // priority: the sender has no active neighbour
  std::uint32_t wire_size() const { return header_size + 1; }
  void describe(std::ostream& out) const { out << (high ? "high" : "low"); }
};

struct NeighbourReply {
  bool accepted = false;
  std::uint32_t wire_size() const { return header_size + 1; }
  void describe(std::ostream& out) const { out << (accepted ? "accepted" : "rejected"); }
};

struct Shuffle {
  NodeId origin = no_node;
  std::uint32_t ttl = 0;
  Nodes nodes;  // the origin among them
  std::uint32_t wire_size() const { return header_size + address_size + 1 + size_of(nodes); }
  void describe(std::ostream& out) const;
};

struct ShuffleReply {
  Nodes nodes;
  std::uint32_t wire_size() const { return header_size + size_of(nodes); }
  void describe(std::ostream& out) const { plumtree::describe(out, nodes); }
};

// --- Plumtree

struct Gossip {
  WriteId write = no_write;
  std::uint32_t round = 0;  // hops from the writer to the receiver
  std::uint32_t size = 0;   // payload bytes
  std::uint32_t wire_size() const { return header_size + id_size + round_size + size; }
  void describe(std::ostream& out) const { out << "w" << write << " round " << round; }
};

struct Announcement {
  WriteId write = no_write;
  std::uint32_t round = 0;  // that Gossip would have
};

struct IHave {
  std::vector<Announcement> announced;
  std::uint32_t wire_size() const;
  void describe(std::ostream& out) const;
};

struct Graft {
  WriteId write = no_write;  // none: the link alone is asked for
  std::uint32_t round = 0;
  std::uint32_t wire_size() const { return header_size + id_size + round_size; }
  void describe(std::ostream& out) const;
};

struct Prune {
  std::uint32_t wire_size() const { return header_size; }
  void describe(std::ostream&) const {}
};

using AnyMessage = std::variant<Join, ForwardJoin, Disconnect, Neighbour, NeighbourReply, Shuffle, ShuffleReply, Gossip,
                                IHave, Graft, Prune>;
std::vector<MessageKind> message_kinds();  // in the order of AnyMessage

template <class Alternative>
MessagePtr made(Alternative alternative) {
  return make_message<AnyMessage>(std::move(alternative));
}

}  // namespace hearsay::plumtree
