// Network coordinates: from the round trips of its probes each member learns a place, and the distance of two places
// estimates the round trip between members that never pinged each other (Dabek et al. 2004, Vivaldi; Ledlie et al.
// 2007; Serf, coordinate/client.go, with its default values).
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <vector>

#include "protocols/swim-cache/msgpack.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/random.hpp"

namespace hearsay::membership {

// In seconds, except the error.
struct Coordinate {
  std::array<double, 8> place{};
  double error = 1.5;     // confidence: the least is 0, the largest 1.5
  double adjustment = 0;  // for what no place explains
  double height = 10e-6;  // the way from the member to the network
  bool operator==(const Coordinate&) const = default;
};

// The estimated round trip between two coordinates, in seconds.
double distance(const Coordinate& a, const Coordinate& b);
// As it rides in acks: a version and a MessagePack map.
void encode(MessagePack& out, const Coordinate& coordinate);

class Vivaldi {
 public:
  const Coordinate& own() const { return own_; }
  // A ping of `other`, whose coordinate came with the ack, took `round_trip` seconds. Those beyond 10 s are not used.
  void learn(NodeId other, const Coordinate& coordinate, double round_trip, RandomStream& random);
  void forget(NodeId other) { recent_.erase(other); }

 private:
  double filtered(NodeId other, double round_trip);
  void spring(const Coordinate& other, double round_trip, RandomStream& random);
  void adjust(const Coordinate& other, double round_trip);
  void pull_to_origin(RandomStream& random);
  void push(double force, const Coordinate& from, RandomStream& random);

  Coordinate own_;
  std::array<double, 20> residuals_{};
  std::size_t next_residual_ = 0;
  std::map<NodeId, std::vector<double>> recent_;  // up to three round trips by member, the oldest first
};

}  // namespace hearsay::membership
