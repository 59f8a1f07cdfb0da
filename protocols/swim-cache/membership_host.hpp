// What the parts of the membership machine share: the member that they belong to, what it knows of the others, and the
// Host that carries out what they want done.
#pragma once

#include <cstdint>

#include "protocols/swim-cache/member_table.hpp"
#include "protocols/swim-cache/membership_config.hpp"
#include "protocols/swim-cache/membership_messages.hpp"
#include "sim/core/random.hpp"

namespace hearsay::membership {

enum class TimerKind : std::uint8_t {
  probe,          // the next period of the failure detector
  probe_timeout,  // no direct ack yet; number: of the probe
  relay_timeout,  // of a ping for somebody else; number: its sequence
  gossip,
  push_pull,  // number 1: the phase before the first interval is over
  reconnect,
  reap,
  suspicion,  // node: who is suspected, number: which suspicion
  departure,  // number: of the step that it bounds
};

struct Timer {
  TimerKind kind = TimerKind::probe;
  NodeId node = 0;
  std::uint32_t number = 0;
};

// What happened, for metrics.
enum class Happening : std::uint8_t {
  probe_sent,
  probe_failed,     // no ack by any way until the end of the period
  saved_by_others,  // a ping-req brought the ack that the ping did not
  saved_by_stream,
  suspected,  // this node began to suspect a member
  confirmed,
  refuted,  // this node was suspected or declared dead, and said that it is alive
  declared_dead,
  rejoin_tried,
  push_pull_begun,
  forgotten,
  metadata_learnt,  // a member has told of new metadata of its own
  left_silently,    // a member that was silent, or declared dead, had announced its departure
  name_taken,       // another node goes by this node's name
};

// Carries out what the machine wants done. `to` is a node; members that are told of are names.
class Host {
 public:
  virtual ~Host() = default;
  virtual void send(NodeId to, Packet packet) = 0;
  virtual void send_state(NodeId to, FullState state, bool reply) = 0;
  // A ping over a stream, given up after `limit`; or the answer to one.
  virtual void send_stream_ping(NodeId to, std::uint32_t sequence, Duration limit) = 0;
  virtual void answer_stream_ping(NodeId to, std::uint32_t sequence) = 0;
  virtual void set_timer(Duration delay, Timer timer) = 0;
  virtual void member(NodeId about, MemberState state) = 0;
  virtual void happened(Happening what) = 0;
  // A ping of a member took so long, where its coordinate had led to expect `estimated`; in seconds.
  virtual void round_trip(NodeId about, double measured, double estimated) = 0;
  // The user has broadcasts of its own, which the host puts into packets.
  virtual bool has_user_broadcasts() const = 0;
};

struct Environment {
  const Config& config;
  Host& host;
  RandomStream& random;
  NodeId self = no_node;     // its name
  NodeId address = no_node;  // the node that it runs on
  MemberTable table{};
  std::uint32_t remembered = 0;      // members that failed or left and that Serf still knows
  bool announced_departure = false;  // by Serf's intent
  bool leaving = false;              // memberlist's: it has said that it has left

  // Whom Serf counts: all that it knows, itself included.
  std::uint32_t serf_size() const { return table.alive() + remembered + (leaving ? 1 : 0); }
};

}  // namespace hearsay::membership
