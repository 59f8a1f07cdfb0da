// The failure detector: one member a period is pinged, then others are asked to (SWIM, sections 3.1 and 4.3;
// memberlist probeNode; Lifeguard, section IV-A). It also pings for others.
#pragma once

#include <cstddef>
#include <map>

#include "protocols/swim-cache/awareness.hpp"
#include "protocols/swim-cache/beliefs.hpp"
#include "protocols/swim-cache/dissemination.hpp"
#include "protocols/swim-cache/vivaldi.hpp"

namespace hearsay::membership {

class FailureDetector {
 public:
  FailureDetector(Environment& environment, Dissemination& dissemination, Awareness& awareness, Beliefs& beliefs)
      : env_(environment), dissemination_(dissemination), awareness_(awareness), beliefs_(beliefs) {}

  // Draws the phase of its periods.
  void start(Time now);

  const Coordinate& coordinate() const { return vivaldi_.own(); }

  // --- timers
  void period(Time now);
  void probe_timeout(std::uint32_t number);
  void relay_timeout(std::uint32_t number);

  // --- what comes from others
  void ping(NodeId from, const Packet& packet);
  void ping_req(NodeId from, const Packet& packet);
  void ack(Time now, const Packet& packet);
  void nack(const Packet& packet);
  void stream_ping(NodeId from, std::uint32_t sequence, bool reply);

 private:
  struct Probe {
    NodeId target = no_node;
    std::uint32_t number = 0;
    std::uint32_t incarnation = 0;  // of the target when the probe began
    Time begins{}, ends{};
    std::uint32_t nacks_wanted = 0, nacks = 0;
    bool by_stream = false, timed_out = false;
  };
  struct Relay {
    NodeId origin = no_node;
    std::uint32_t sequence = 0;  // of the origin
    bool wants_nack = false, acked = false;
  };

  void begin(Time now);
  void finish(Time now);
  bool acknowledged(std::uint32_t sequence);
  void measure(Time now, const Probe& probe, const Packet& ack);
  NodeId next_target(Time now);

  Environment& env_;
  Dissemination& dissemination_;
  Awareness& awareness_;
  Beliefs& beliefs_;
  std::size_t next_in_order_ = 0;
  std::uint32_t sequence_ = 0;
  Probe probe_;
  std::map<std::uint32_t, Relay> relays_;
  Vivaldi vivaldi_;
};

}  // namespace hearsay::membership
