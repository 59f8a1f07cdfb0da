#include "protocols/swim-cache/agent.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "protocols/swim-cache/membership_formulas.hpp"
#include "protocols/swim-cache/metrics.hpp"
#include "protocols/swim-cache/timers.hpp"

namespace hearsay::swim {
namespace {

constexpr Duration join_retry = std::chrono::seconds(5);
constexpr Duration flush_interval = std::chrono::milliseconds(500);  // of Serf's snapshot

}  // namespace

Agent::Agent(const Params& params, EventBus& bus, std::shared_ptr<Oracle> oracle)
    : params_(params), config_(params.config()), bus_(bus), oracle_(std::move(oracle)), events_(params) {
  if (params.snapshot) snapshot_.emplace();  // its members cost more than all else that is known of them
}

Agent::~Agent() {
  if (running_) oracle_->down(self_);
}

void Agent::start(Context& context, StartReason reason) {
  Scope scope(*this, context);
  self_ = context.self();
  name_ = params_.name_of(context.name());
  // A clone cannot know another one by its own name: it joins as a node that comes later does.
  const bool knows = reason == StartReason::boot && params_.bootstrap == Bootstrap::known && name_ == self_;
  const BootView booted(knows ? context.peers() : std::span<const NodeId>{}, self_);
  members_ = MemberSet(booted);
  events_.boot(booted);
  if (!knows) context.member(self_, MemberState::alive);  // a view that begins alone
  if (knows)
    booted_(booted);
  else
    events_.announce(context, self_, MemberState::alive);
  if (snapshot_ && knows)
    for (const NodeId node : context.peers()) snapshot_->member(node, true);
  if (params_.membership == MembershipKind::oracle) {
    oracle_->up(self_);
    running_ = true;
    context.set_timer({}, timer_key(TimerPurpose::oracle));
    return;
  }
  machine_.emplace(config_, *this, context.random(), self_, name());
  machine_->start(context.now(), knows ? context.peers() : std::span<const NodeId>{}, 1);
  if (!knows) begin_alone(context, reason);
  if (snapshot_) context.set_timer(flush_interval, timer_key(TimerPurpose::snapshot));
  if (params_.metadata_interval > Duration{})
    context.set_timer(context.random().between({}, params_.metadata_interval), timer_key(TimerPurpose::metadata));
}

// One that restarts with a snapshot looks for those that it knew before, and hears only of later events.
void Agent::begin_alone(Context& context, StartReason reason) {
  waits_ = reason == StartReason::boot && params_.bootstrap == Bootstrap::seeds;
  if (snapshot_ && reason == StartReason::restart) {
    snapshot_->load(context);
    previous_.assign(snapshot_->members().begin(), snapshot_->members().end());
    context.random().shuffle_front(previous_, previous_.size());
    bus_.begin_after(snapshot_->event_time(), snapshot_->query_time());
  }
  try_join(context);
}

bool Agent::rejoin(Context& context) {
  if (previous_.empty()) return false;
  context.count(index(Metric::rejoins_from_snapshot));
  machine_->join({previous_.back()});
  previous_.pop_back();
  context.set_timer(join_retry, timer_key(TimerPurpose::join));
  return true;
}

void Agent::take_snapshot(Context& context) {
  context.set_timer(flush_interval, timer_key(TimerPurpose::snapshot));
  snapshot_->clocks(bus_.event_time(), bus_.query_time());
  snapshot_->flush(context);
}

// Through the lowest peers, other ones each time, until somebody is known.
void Agent::try_join(Context& context) {
  if (leaving_ || machine_->alive() > 1 || context.peers().empty()) return;
  if (rejoin(context)) return;
  std::vector<NodeId> peers(context.peers().begin(), context.peers().end());
  std::sort(peers.begin(), peers.end());
  // Of those that boot together the lowest waits for the others, which join through it.
  if (!std::exchange(waits_, false) || self_ > peers.front()) {
    std::vector<NodeId> seeds;
    for (std::uint32_t i = 0; i < params_.seeds && i < peers.size(); ++i)
      seeds.push_back(peers[next_seed_++ % peers.size()]);
    joins_ = seeds.size();
    machine_->join(seeds);
  }
  context.set_timer(join_retry, timer_key(TimerPurpose::join));
}

void Agent::leave(Context& context) {
  Scope scope(*this, context);
  leaving_ = true;
  if (machine_) machine_->leave(context.now());
}

bool Agent::take_events(Context& context, const std::vector<EventPtr>& events, bool gossips) {
  bool fresh = false;
  for (const EventPtr& event : events) fresh = bus_.receive(context, event, gossips) || fresh;
  if (fresh && gossips) wake_inside(context);
  return fresh;
}

void Agent::receive(Context& context, const Received& received, const StreamPing& ping) {
  Scope scope(*this, context);
  connection_ = received.connection;
  machine_->stream_ping(received.from, ping.sequence, ping.reply);
  if (ping.reply) streams_.answered(context, received.connection);
}

// A joiner that does not ask for what was before takes no event that the seed has seen (Serf, delegate.go).
void Agent::receive(Context& context, const Received& received, const PushPull& exchange) {
  Scope scope(*this, context);
  connection_ = received.connection;
  machine_->state(context.now(), received.from, *exchange.state, exchange.reply);
  bus_.witness(exchange.event_time, exchange.query_time);
  if (exchange.reply && joins_ > 0) {
    --joins_;
    if (!params_.replay_on_join) bus_.ignore_older();
  }
  take_events(context, exchange.events, false);
  if (exchange.reply) streams_.answered(context, received.connection);
}

void Agent::timer(Context& context, TimerKey key) {
  Scope scope(*this, context);
  const std::uint32_t number = timer_number(key);
  switch (timer_purpose(key)) {
    case TimerPurpose::oracle: return number == 0 ? ask_oracle(context) : gossip_by_oracle(context);
    case TimerPurpose::join: return try_join(context);
    case TimerPurpose::metadata: return renew_metadata(context);
    case TimerPurpose::coalesce_members: return events_.timer(context, number);
    case TimerPurpose::snapshot: return take_snapshot(context);
    case TimerPurpose::force_leave: return force_leave(context, Timers::node(key));
    case TimerPurpose::stream: return streams_.timer(context, number);
    default: machine_->timer(context.now(), membership_timer(key));
  }
}

void Agent::renew_metadata(Context& context) {
  if (leaving_) return;
  context.set_timer(params_.metadata_interval, timer_key(TimerPurpose::metadata));
  context.count(index(Metric::metadata_changes));
  machine_->set_metadata(context.now());
}

void Agent::wake(Context& context) {
  Scope scope(*this, context);
  wake_inside(context);
}

void Agent::wake_inside(Context& context) {
  if (machine_) return machine_->wake_gossip(context.now());
  if (!std::exchange(oracle_gossips_, true))
    context.set_timer(config_.gossip_interval, timer_key(TimerPurpose::oracle, 1));
}

// Events of a cluster with an oracle spread as ever, among those that it names.
void Agent::gossip_by_oracle(Context& context) {
  oracle_gossips_ = false;
  std::vector<NodeId> others = members_.list();
  std::erase(others, self_);
  context.random().shuffle_front(others, config_.gossip_nodes);
  others.resize(std::min<std::size_t>(others.size(), config_.gossip_nodes));
  for (const NodeId node : others) {
    membership::Packet packet;
    packet.room = config_.packet_size - membership::compound_header;
    packet.checksum = true;
    send(node, std::move(packet));
  }
  if (bus_.has_broadcasts() && !others.empty()) wake_inside(context);
}

NodeId Agent::who_is(NodeId name) const { return machine_ ? machine_->who_is(name) : no_node; }

bool Agent::is_alive(NodeId node) const { return members_.contains(node); }
std::uint32_t Agent::alive() const { return static_cast<std::uint32_t>(members_.size()); }

// Serf: QueryTimeoutMult x ceil(log10(n + 1)) gossip intervals.
Duration Agent::query_limit() const {
  return config_.gossip_interval * membership::retransmit_limit(params_.query_timeout_mult, alive());
}

void Agent::ask_oracle(Context& context) {
  context.set_timer(params_.oracle_interval, timer_key(TimerPurpose::oracle));
  if (oracle_version_ == oracle_->version()) return;
  oracle_version_ = oracle_->version();
  for (const NodeId node : members_.list())
    if (!oracle_->live().contains(node)) change(context, node, MemberState::dead);
  for (const NodeId node : oracle_->live())
    if (!is_alive(node)) change(context, node, MemberState::alive);
}

void Agent::change(Context& context, NodeId about, MemberState state) {
  context.member(about, state);
  if (state == MemberState::dead && params_.force_leave_after > Duration{} && self_ == members_.lowest())
    context.set_timer(params_.force_leave_after, Timers::key_about(TimerPurpose::force_leave, about));
  const bool there = is_alive(about);
  if (state == MemberState::suspect) return;
  const bool alive = state == MemberState::alive;
  if (snapshot_ && about != self_) snapshot_->member(about, alive);
  if (alive == there) return;
  if (alive)
    members_.insert(about);
  else
    members_.erase(about);
  events_.changed(context, about, state);
}

// What an operator does about a member that will not come back (serf force-leave).
void Agent::force_leave(Context& context, NodeId about) {
  if (leaving_ || is_alive(about) || !machine_->force_leave(context.now(), params_.name_of(about), params_.prune))
    return;
  context.count(index(Metric::forced_departures));
}

// --- membership::Host

void Agent::member(NodeId about, MemberState state) { change(*context_, machine_->table().address(about), state); }

void Agent::happened(membership::Happening what) {
  context_->count(static_cast<MetricIndex>(what));
  context_->high_water(index(Metric::health_high_water), machine_->health());
  context_->high_water(index(Metric::gossip_queue_high_water), static_cast<double>(machine_->queue_length()));
  if (what != membership::Happening::name_taken || !name_taken_) return;
  name_taken_(*context_);
  wake_inside(*context_);
}

void Agent::set_timer(Duration delay, membership::Timer timer) { context_->set_timer(delay, timer_key(timer)); }

void Agent::round_trip(NodeId, double measured, double estimated) {
  context_->sample(index(Metric::rtt_estimate_error), from_seconds(std::abs(measured - estimated)));
}

// What the packet has left goes to queries and user events, each with the byte that marks user messages.
void Agent::send(NodeId to, membership::Packet packet) {
  using membership::PacketKind;
  const auto wrap = [&](auto datagram) {
    constexpr std::uint32_t overhead = membership::compound_overhead;
    if (bus_.has_broadcasts() && packet.room > overhead + 1) {
      const std::uint32_t limit =
          machine_ ? machine_->serf_limit() : membership::retransmit_limit(config_.retransmit_mult, alive());
      datagram.events = bus_.take(packet.room, overhead, limit);
    }
    if (packet.kind == PacketKind::gossip && packet.updates.empty() && packet.intents.empty() &&
        datagram.events.empty())
      return;
    std::vector<std::string> user;
    for (const EventPtr& event : datagram.events) user.push_back(encode(*event));
    datagram.bytes = membership::datagram_size(packet, self_, to, config_, user);
    datagram.packet = std::move(packet);
    context_->send(to, envelope(std::move(datagram)));
  };
  switch (packet.kind) {
    case PacketKind::ping: return wrap(Ping{});
    case PacketKind::ping_req: return wrap(PingReq{});
    case PacketKind::ack: return wrap(Ack{});
    case PacketKind::nack: return wrap(Nack{});
    case PacketKind::gossip: return wrap(Gossip{});
  }
}

// memberlist dials a connection for each exchange; the answer comes back on it.
// What further members add to a large state is what the later ones of a sample add to it.
std::uint32_t Agent::size_of(const PushPull& exchange) const {
  constexpr std::size_t sample = 1024;
  const auto size_with = [&](std::size_t members) {
    PushPull part = exchange;
    membership::FullState state = *exchange.state;
    state.members.resize(members);
    part.state = std::make_shared<const membership::FullState>(std::move(state));
    const std::string serf = config_.intents ? encode(part, params_.event_buffer) : "";
    return membership::stream_size(membership::encode(*part.state, serf, config_), config_);
  };
  const std::size_t members = exchange.state->members.size();
  if (members <= sample) return size_with(members);
  const std::uint32_t whole = size_with(sample), half = size_with(sample / 2);
  return whole + static_cast<std::uint32_t>((members - sample) * (whole - half) / (sample / 2));
}

// Events and Serf's clocks go with Serf's part; memberlist alone has none.
void Agent::send_state(NodeId to, membership::FullState state, bool reply) {
  PushPull exchange;
  exchange.reply = reply;
  exchange.state = std::make_shared<const membership::FullState>(std::move(state));
  if (config_.intents) {
    exchange.events = bus_.events();
    exchange.event_time = bus_.event_time();
    exchange.query_time = bus_.query_time();
  }
  exchange.bytes = size_of(exchange);
  if (reply)
    context_->send_on(connection_, envelope(std::move(exchange)));
  else
    context_->send_on(streams_.dial(*context_, to, config_.stream_timeout), envelope(std::move(exchange)));
}

void Agent::send_stream_ping(NodeId to, std::uint32_t sequence, Duration limit) {
  membership::Packet ping;
  ping.kind = membership::PacketKind::ping;
  ping.sequence = sequence;
  const std::uint32_t bytes = membership::stream_size(membership::encode_first(ping, self_, to), config_);
  context_->send_on(streams_.dial(*context_, to, limit), envelope(StreamPing{sequence, false, bytes}));
}

void Agent::answer_stream_ping(NodeId to, std::uint32_t sequence) {
  membership::Packet ack;
  ack.kind = membership::PacketKind::ack;
  ack.sequence = sequence;
  const std::uint32_t bytes = membership::stream_size(membership::encode_first(ack, self_, to), config_);
  context_->send_on(connection_, envelope(StreamPing{sequence, true, bytes}));
}

}  // namespace hearsay::swim
