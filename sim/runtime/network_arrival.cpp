// What becomes of packets at the end of their way, and the links of the platform that may be down on it.
#include <simgrid/s4u/Link.hpp>
#include <utility>

#include "sim/runtime/dispatch.hpp"
#include "sim/runtime/network.hpp"
#include "sim/runtime/platform_map.hpp"
#include "sim/runtime/streams.hpp"

namespace hearsay {

std::optional<DropReason> PacketNetwork::fate_on_arrival(const Packet& packet) {
  Verdict verdict;
  if (parts_.links.was_cut(packet.from, packet.to, packet.epoch, &verdict, traits_of(packet, 0))) {
    report_effect(verdict.culprit, FaultEffect::dropped);
    return verdict.reason;
  }
  if (crosses_broken_link(packet.from, packet.to) || met_broken_link(packet)) return DropReason::link;
  if (packet.kind == Packet::Kind::datagram && !parts_.nodes[packet.to].up()) return DropReason::crash;
  return std::nullopt;
}

void PacketNetwork::datagram_arrived(const NodeItem& datagram) {
  Packet packet;
  packet.from = datagram.ref;
  packet.to = datagram.node;
  packet.message = MessagePtr(datagram.message());
  packet.id = datagram.id;
  packet.epoch = datagram.epoch;
  const auto reason = fate_on_arrival(packet);
  if (reason) drop(packet, *reason);
  if (settings_.fifo)
    release_in_order(datagram, !reason);
  else if (reason)
    static_cast<void>(datagram.take_message());
  else
    parts_.dispatch.node(datagram.node).take(datagram);
}

void PacketNetwork::packet_arrived(std::uint32_t slot) {
  Packet packet = packets_.take(slot);
  if (packet.kind == Packet::Kind::datagram) {  // under `flow`
    NodeItem datagram;
    datagram.set_datagram(packet.from, packet.to, packet.id, std::move(packet.message), packet.epoch, packet.corrupt);
    return datagram_arrived(datagram);
  }
  if (!uncut_since(static_cast<std::uint32_t>(packet.epoch)) && fate_on_arrival(packet))
    streams_->lost(std::move(packet));
  else
    streams_->arrived(std::move(packet));
}

// A datagram that overtook others waits for them; one that is lost does not hold them up.
void PacketNetwork::release_in_order(const NodeItem& datagram, bool deliver) {
  Queue& queue = fifo_[{datagram.ref, datagram.node}];
  queue.early[datagram.id] = {datagram, deliver};
  while (!queue.on_wire.empty()) {
    const auto next = queue.early.find(queue.on_wire.front());
    if (next == queue.early.end()) return;
    const auto [ready, wanted] = next->second;
    queue.early.erase(next);
    queue.on_wire.pop_front();
    if (wanted && parts_.nodes[ready.node].up()) {
      parts_.dispatch.node(ready.node).accept(ready);
      continue;
    }
    const MessagePtr message = ready.take_message();
    if (wanted)  // it died while the datagram waited for its turn
      report_drop(ready.ref, ready.node, *message, ready.id, DropReason::crash);
  }
}

void PacketNetwork::deliver(Packet packet) {
  ReplicaHost& to = parts_.dispatch.node(packet.to);
  to.accept(NodeItem::message_of_stream(packets_.put(std::move(packet))));
}

Packet PacketNetwork::take(std::uint32_t slot) { return packets_.take(slot); }

// --- links of the platform

void PacketNetwork::link_down(const std::string& name, RuleId rule) {
  auto& rules = broken_links_[name];
  rules.push_back(rule);
  look_whether_plain();
  if (rules.size() == 1)
    for (auto* link : parts_.platform.links(name)) link->turn_off();
}

void PacketNetwork::link_up(const std::string& name, RuleId rule) {
  const auto it = broken_links_.find(name);
  if (it == broken_links_.end()) return;
  std::erase(it->second, rule);
  if (!it->second.empty()) return;
  repaired_links_.push_back({parts_.links.advance(), name, rule});
  for (auto* link : parts_.platform.links(name)) link->turn_on();
  broken_links_.erase(it);
  look_whether_plain();
}

bool PacketNetwork::crosses_one_of_broken_links(NodeId from, NodeId to) {
  const auto name = parts_.platform.broken_link(from, to);
  if (!name) return false;
  auto it = broken_links_.find(*name);
  if (it == broken_links_.end())
    it = broken_links_.find(name->substr(0, name->rfind('_')));  // its two halves go down together
  if (it != broken_links_.end()) report_effect(it->second.front(), FaultEffect::dropped);
  return true;
}

// A link of its route was down, and has been repaired, while it was on its way.
bool PacketNetwork::met_broken_link(const Packet& packet) {
  for (auto it = repaired_links_.rbegin(); it != repaired_links_.rend() && it->epoch > packet.epoch; ++it)
    if (parts_.platform.crosses(packet.from, packet.to, it->link)) {
      report_effect(it->rule, FaultEffect::dropped);
      return true;
    }
  return false;
}

// What is over concerns only packets that are on the wire.
void PacketNetwork::forget_the_past() {
  if (datagrams_ != 0 || packets_.in_use() != 0) return;
  parts_.links.forget_ended();
  repaired_links_.clear();
}

void PacketNetwork::lose_to_link(std::uint32_t slot) {
  Packet packet = packets_.take(slot);
  crosses_broken_link(packet.from, packet.to);  // names the culprit
  if (packet.kind != Packet::Kind::datagram) {
    streams_->lost(std::move(packet));
    return;
  }
  drop(packet, DropReason::link);
  if (!settings_.fifo) return;
  NodeItem datagram;
  datagram.set_datagram(packet.from, packet.to, packet.id, std::move(packet.message), packet.epoch, false);
  release_in_order(datagram, false);
}

}  // namespace hearsay
