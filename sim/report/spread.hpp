// By which way one write came to each node, and the tree that follows from it.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/message.hpp"
#include "sim/core/time.hpp"

namespace hearsay {

// A node reported the write as applied, or as recovered from its disk.
struct Arrival {
  enum class Way : std::uint8_t {
    message,    // while handling a message from `from`
    recovered,  // from its disk, after a restart
    alone,      // while handling no message: its client's request, a timer, or work that waited
  };
  Time at{};
  NodeId node = no_node;
  NodeId from = no_node;  // the sender of the last message before; no_node: there was none
  KindIndex type = 0;     // of that message
  Way way = Way::alone;
};
static_assert(sizeof(Arrival) == 24);

struct Spread {
  Time invoked{};
  NodeId origin = no_node;        // the node that the client asked
  std::vector<Arrival> arrivals;  // in order of the stream
};

// The root is the origin, there from the invocation on, whenever it reported the write itself. An arrival by a message
// stands under the sender's latest arrival before it; one from disk under the node's own latest before it. An arrival
// that has neither is a root of its own, at an unknown hop.
class SpreadTree {
 public:
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  struct Vertex {
    std::uint32_t arrival = none;  // none: the origin, which never reported the write
    std::uint32_t hop = none;      // from the origin; none: unknown
    std::uint32_t parent = none;   // none: a root
    std::uint32_t first_child = none;
    std::uint32_t next_sibling = none;  // among roots too
    bool again = false;                 // the node had reported the write before
  };

  // Requires that the nodes of `spread` are below `nodes`.
  SpreadTree(const Spread& spread, std::uint32_t nodes);

  const Vertex& operator[](std::uint32_t vertex) const { return vertices_[vertex]; }
  static constexpr std::uint32_t root = 0;  // the origin; its siblings are the other roots

  // Of the arrivals at nodes that had not reported the write before, so that restarts change none of them.
  std::uint32_t reached() const { return reached_; }  // their number: nodes reached
  std::uint32_t depth() const { return depth_; }      // the highest known hop
  std::uint32_t last() const { return last_; }        // the vertex of the last one; none if reached() == 0

  std::uint32_t again() const { return again_; }  // the other arrivals

 private:
  std::uint32_t parent_of(const Spread& spread, const Arrival& arrival, const std::vector<std::uint32_t>& latest) const;
  std::uint32_t hop_below(std::uint32_t parent, const Arrival& arrival) const;
  void count(std::uint32_t vertex);
  void link();

  std::vector<Vertex> vertices_;
  std::uint32_t reached_ = 0;
  std::uint32_t again_ = 0;
  std::uint32_t depth_ = 0;
  std::uint32_t last_ = none;
};

}  // namespace hearsay
