#include "protocols/causal-crdt/connections.hpp"

#include <algorithm>
#include <utility>

#include "protocols/causal-crdt/metrics.hpp"
#include "protocols/causal-crdt/timers.hpp"

namespace hearsay::causal {

void Connections::start(Context& context, StartReason reason) {
  const auto peers = context.peers();
  const auto lowest = std::ranges::min_element(peers);
  members_.resize(peers.size());
  std::rotate_copy(peers.begin(), lowest, peers.end(), members_.begin());
  links_.resize(members_.size());
  for (const NodeId peer : peers) {
    Link& link = *find(peer);
    begin_dial(context, peer, link);
    link.booted = reason == StartReason::boot;
    if (reason != StartReason::boot) context.member(peer, MemberState::alive);
  }
  if (!peers.empty()) context.set_timer(params_.ack_timeout, Timers::key(TimerPurpose::dials));
}

void Connections::close(Context& context) {
  for (const Link& link : links_)
    if (link.connection != no_connection) context.close(link.connection);
}

void Connections::add(Context& context, NodeId member, ConnectionId by) {
  if (member == context.self()) return;
  announced_[member] = by;
  if (contains(member)) return;
  const auto place = std::ranges::lower_bound(members_, member) - members_.begin();
  members_.insert(members_.begin() + place, member);
  dial(context, member, *links_.insert(links_.begin() + place, Link{}));
  context.member(member, MemberState::alive);
}

bool Connections::remove(Context& context, NodeId member, ConnectionId by) {
  const auto announced = announced_.find(member);
  const auto found = place_of(members_, member);
  if (!found || (announced != announced_.end() && announced->second != by)) return false;
  if (announced != announced_.end()) announced_.erase(announced);
  const auto place = static_cast<std::ptrdiff_t>(*found);
  if (const ConnectionId connection = links_[*found].connection; connection != no_connection) context.close(connection);
  members_.erase(members_.begin() + place);
  links_.erase(links_.begin() + place);
  context.member(member, MemberState::left);
  return true;
}

// --- use

SendId Connections::send(Context& context, NodeId member, const MessagePtr& message) {
  Link* link = find(member);
  if (link == nullptr) return no_send;
  if (link->connection == no_connection) dial(context, member, *link);
  return context.send_on(link->connection, message);
}

bool Connections::heard(Context& context, NodeId from) {
  Link* link = find(from);
  if (link == nullptr) return false;
  ++link->heard;
  if (link->connection == no_connection) dial(context, from, *link);  // it is there: no reason to wait
  return clear_suspicion(context, from, *link);
}

std::uint64_t Connections::times_heard(NodeId member) const {
  const auto place = place_of(members_, member);
  return place ? links_[*place].heard : 0;
}

// Drops the connection: over a new one the member is reached as soon as it can be, while the old one would first wait
// for its retransmission timer, which has backed off.
void Connections::attempt_failed(Context& context, NodeId member, std::uint64_t before) {
  Link* link = find(member);
  if (link == nullptr || link->heard != before) return;
  if (!link->suspected) {
    link->suspected = true;
    context.count(index(Metric::suspicions));
    context.member(member, MemberState::suspect);
  }
  if (!link->standing) return;
  context.close(link->connection);
  dial_later(context, member, *link);
}

bool Connections::clear_suspicion(Context& context, NodeId member, Link& link) {
  if (!link.suspected) return false;
  link.suspected = false;
  context.member(member, MemberState::alive);
  return true;
}

// --- dialling

void Connections::begin_dial(Context& context, NodeId member, Link& link) {
  link.connection = context.dial(member);
  link.standing = false;
  ++link.dials;
}

void Connections::dial(Context& context, NodeId member, Link& link) {
  begin_dial(context, member, link);
  context.set_timer(params_.ack_timeout, Timers::key_about(TimerPurpose::dial, member, link.dials));
}

void Connections::dial_later(Context& context, NodeId member, Link& link) {
  link.connection = no_connection;
  link.standing = link.booted = false;
  const Duration delay = context.random().between(params_.reconnect_delay / 2, params_.reconnect_delay);
  context.set_timer(delay, Timers::key_about(TimerPurpose::reconnect, member, link.dials));
}

void Connections::redial(Context& context) {
  for (std::size_t i = 0; i < links_.size(); ++i) {
    Link& link = links_[i];
    if (link.standing) continue;
    if (link.connection != no_connection) context.close(link.connection);
    dial(context, members_[i], link);
  }
}

bool Connections::connected(Context& context, ConnectionId connection, NodeId member) {
  Link* link = find(member);
  if (link == nullptr || link->connection != connection) return false;
  link->standing = true;
  ++link->heard;  // it answered the dial: what failed on an earlier connection says nothing of this one
  clear_suspicion(context, member, *link);
  if (std::exchange(link->booted, false)) return false;
  context.count(index(Metric::reconnections));
  return true;
}

bool Connections::disconnected(Context& context, ConnectionId connection, NodeId member) {
  Link* link = find(member);
  if (link == nullptr || link->connection != connection) return false;
  dial_later(context, member, *link);
  return true;
}

void Connections::reconnect_timer(Context& context, NodeId member, std::uint32_t dials) {
  Link* link = find(member);
  if (link == nullptr || link->connection != no_connection || link->dials != dials) return;
  dial(context, member, *link);
}

void Connections::dial_timer(Context& context, NodeId member, std::uint32_t dials) {
  Link* link = find(member);
  if (link == nullptr || link->standing || link->connection == no_connection || link->dials != dials) return;
  context.close(link->connection);
  dial_later(context, member, *link);
}

void Connections::first_dials_timer(Context& context) {
  if (std::ranges::all_of(links_, &Link::standing)) return;  // as it mostly is
  for (const NodeId peer : context.peers()) dial_timer(context, peer, 1);
}

}  // namespace hearsay::causal
