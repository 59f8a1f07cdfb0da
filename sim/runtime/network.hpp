// The one place where a message can be lost (docs/design.md, section 3). A packet is judged by the link state when it
// is sent, is carried by the network model, and is judged again when it arrives: it is lost if its pair of nodes was
// cut, or a link of its route down, at any instant of its flight. What becomes of its sender meanwhile does not matter,
// and a datagram goes to the process that runs at its destination when it arrives, whichever that is.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/faults/link_state.hpp"
#include "sim/runtime/carrier.hpp"
#include "sim/runtime/event_bus.hpp"
#include "sim/runtime/latency_draws.hpp"
#include "sim/runtime/node_status.hpp"
#include "sim/runtime/packet.hpp"
#include "sim/runtime/scheduler.hpp"
#include "sim/scenario/scenario.hpp"

namespace hearsay {

class Dispatch;
class PlatformMap;
class Streams;

inline constexpr std::uint32_t ip_header = 20, udp_header = 8;  // bytes, of IPv4 without options
inline constexpr std::uint32_t most_datagram_bytes = 0xffff - ip_header - udp_header;

class PacketNetwork {
 public:
  struct Parts {  // all must outlive it
    EventBus& bus;
    Scheduler& scheduler;
    Dispatch& dispatch;
    PlatformMap& platform;
    LinkState& links;
    const NodeTable& nodes;
  };
  PacketNetwork(const Network& settings, const Parts& parts, std::uint64_t seed);

  void set_streams(Streams& streams) { streams_ = &streams; }
  const Streams& streams() const { return *streams_; }
  // For the processor's cache.
  [[gnu::always_inline]] void fetch_packet(std::uint32_t slot) const { __builtin_prefetch(&packets_.at(slot)); }

  SendId next_id() { return ++last_id_; }

  // `to` may be in any condition. More bytes than UDP can carry are dropped (too_large); what does not fit the MTU
  // travels in IP fragments, each judged by itself.
  void send_datagram(SendId id, NodeId from, NodeId to, MessagePtr&& message) {
    const Usual& usual = usual_of(message->wire_size());
    if (undisturbed() && usual.bytes == message->wire_size() && from != to) [[likely]]
      launch_datagram(id, from, to, std::move(message), {usual.takes, false});
    else
      judge_datagram(id, from, to, std::move(message));
  }

  // Puts a packet of a stream on the wire. `lost` also when the link state ate it: it does not reach Streams::lost.
  enum class Launch : std::uint8_t { carried, lost, rejected };
  Launch launch(Packet packet, std::uint32_t bytes);

  // What the conditions make of a segment that is about to be sent, and of the acknowledgements of so many segments:
  // what is added to the latency of the first that gets through, nothing if none does.
  struct SegmentFate {
    Launch launch = Launch::carried;
    Duration delay{};
    Duration queued{};  // until it has passed a limit of bandwidth
  };
  SegmentFate judge_segment(NodeId from, NodeId to, std::uint32_t bytes, KindIndex kind);
  std::optional<Duration> judge_acknowledgements(NodeId from, NodeId to, std::size_t count);
  // Puts segments that travel together, and have been judged, on the wire. `queued`: of the last one.
  void launch_flight(Packet&& packet, std::uint32_t bytes, Duration delay, Duration queued);
  // judge_segment() asks for the kind of message.
  bool heeds_kinds() const { return !parts_.links.quiet() && !parts_.links.only_loses(); }
  // Of a flight that arrives, and may have met a cut (see uncut_since): true if a segment of it that carries this kind
  // met a cut of such messages on its way.
  bool segment_was_cut(const Packet& flight, KindIndex kind);
  // How long the narrowest link of the route is busy with so many bytes.
  Duration transmission(NodeId from, NodeId to, std::uint64_t bytes);
  // Flights of one stream do not queue behind each other by themselves.
  bool queues_streams() const { return settings_.model == Network::Model::latency; }

  // What was sent in that epoch can have met no cut on its way, and needs no judgement; a datagram, besides, only
  // somebody to take it.
  bool uncut_since(std::uint32_t epoch) const {
    return plain_ && !parts_.links.cuts() && epoch == static_cast<std::uint32_t>(parts_.links.epoch());
  }
  // Dispatch has taken a datagram off the agenda.
  void datagram_landed() { --datagrams_; }
  // A datagram is at its destination, to be judged; a packet is.
  void datagram_arrived(const NodeItem& datagram);
  void packet_arrived(std::uint32_t slot);
  // Puts a packet that needs no further judgement into its receiver's inbox at this instant.
  void deliver(Packet packet);
  // The packet behind a NodeItem::message, for its receiver to handle.
  Packet take(std::uint32_t slot);

  // Under `flow`, those that SimGrid computes now.
  std::size_t transfers() const { return flow_ ? flow_->transfers() : 0; }

  // One way, as a sender would have measured it in quiet times.
  Duration usual_latency(NodeId from, NodeId to);
  // True if a cut lies between them now.
  bool is_cut(NodeId from, NodeId to) const;

  // Reports a message that will not arrive.
  void report_drop(NodeId from, NodeId to, const Message& message, SendId id, DropReason reason);
  void report_effect(RuleId rule, FaultEffect effect);
  void report_touched(const Verdict& verdict);

  // The verb `link`.
  void link_down(const std::string& name, RuleId rule);
  void link_up(const std::string& name, RuleId rule);

 private:
  // Nothing judges, cuts or orders what is sent now: the short way for datagrams.
  bool undisturbed() const { return plain_ && parts_.links.quiet(); }
  // Nothing does but a rule that loses such a datagram or not: nearly as short.
  bool merely_lossy(std::uint32_t bytes) const {
    return plain_ && parts_.links.only_loses() && bytes + udp_header <= fragment_room_;
  }
  void look_whether_plain() { plain_ = broken_links_.empty() && !settings_.fifo; }
  void forget_the_past();
  std::optional<DropReason> fate_on_arrival(const Packet& packet);
  Verdict judge_fragments(NodeId from, NodeId to, const Message& message);
  Duration added_by(const Verdict& verdict, NodeId from, NodeId to, std::uint32_t bytes);
  PacketTraits traits_of(const Packet& packet, std::uint32_t bytes) const;
  Launch on_stream(const Verdict& verdict);
  void launch_copy(const Packet& original, const Verdict& verdict);
  void put_on_wire(Packet&& packet, std::uint32_t bytes, const Verdict& verdict);
  void judge_datagram(SendId id, NodeId from, NodeId to, MessagePtr&& message);
  struct Flight {
    Duration takes{};
    bool corrupt = false;
  };
  [[gnu::always_inline]] void launch_datagram(SendId id, NodeId from, NodeId to, MessagePtr&& message,
                                              const Flight& flight) {
    ++datagrams_;
    parts_.scheduler.push(parts_.scheduler.now() + flight.takes)
        .set_datagram(from, to, id, std::move(message), parts_.links.epoch(), flight.corrupt);
  }
  void carry(Packet&& packet, std::uint32_t bytes, Duration delay);
  Duration latency_to_add(NodeId from, NodeId to);
  Duration one_way(NodeId from, NodeId to, std::uint32_t bytes) {
    const Usual& usual = usual_of(bytes);
    return usual.bytes == bytes && from != to ? usual.takes : one_way_now(from, to, bytes);
  }
  Duration one_way_now(NodeId from, NodeId to, std::uint32_t bytes);
  Duration travel(NodeId from, NodeId to, std::uint32_t bytes);
  Duration transmission(std::uint64_t bytes, double bandwidth);
  bool crosses_broken_link(NodeId from, NodeId to) {
    return !broken_links_.empty() && crosses_one_of_broken_links(from, to);
  }
  bool crosses_one_of_broken_links(NodeId from, NodeId to);
  bool met_broken_link(const Packet& packet);
  void lose_to_link(std::uint32_t slot);
  void drop(const Packet& packet, DropReason reason);
  void release_in_order(const NodeItem& datagram, bool deliver);

  // Datagrams of one ordered pair under `fifo: true`.
  struct Queue {
    std::deque<SendId> on_wire;
    std::map<SendId, std::pair<NodeItem, bool>> early;  // has arrived before others: the datagram, deliver
  };

  const Network& settings_;
  Parts parts_;
  std::uint64_t seed_;
  std::uint32_t fragment_room_;    // in an IP fragment, a multiple of eight bytes (RFC 791)
  std::unique_ptr<Carrier> flow_;  // null under the latency model
  Streams* streams_ = nullptr;
  Slab<Packet> packets_;
  std::size_t datagrams_ = 0;  // on the agenda
  bool plain_ = false;         // no link is broken, and datagrams need no order
  bool alike_ = false;         // datagrams of one size take equally long between any two nodes
  // Then, of the sizes met last, how long that is.
  struct Usual {
    std::uint32_t bytes = UINT32_MAX;
    Duration takes{};
  };
  Usual& usual_of(std::uint32_t bytes) { return usual_[(bytes ^ bytes >> 4) % usual_.size()]; }
  std::array<Usual, 16> usual_{};
  struct Transmission {
    std::uint64_t bytes = 0;
    double bandwidth = 0;
    Duration takes{};
  } last_transmission_{};  // most messages are of the last one's size: a comparison costs less than a division
  SendId last_id_ = 0;
  std::map<std::pair<NodeId, NodeId>, Queue> fifo_;
  std::map<std::string, std::vector<RuleId>> broken_links_;
  struct Repaired {
    std::uint64_t epoch = 0;  // that began with the repair
    std::string link;
    RuleId rule = background_rule;
  };
  std::vector<Repaired> repaired_links_;  // ascending
  std::vector<LatencyDraws> latencies_;   // by sender
};

}  // namespace hearsay
