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

}  // namespace

Agent::Agent(const Params& params, EventBus& bus, std::shared_ptr<Oracle> oracle)
    : params_(params), config_(params.config()), bus_(bus), oracle_(std::move(oracle)) {}

Agent::~Agent() {
  if (running_) oracle_->down(self_);
}

void Agent::start(Context& context, StartReason reason) {
  Scope scope(*this, context);
  self_ = context.self();
  const bool knows = reason == StartReason::boot && params_.bootstrap == Bootstrap::known;
  members_ = {self_};
  if (knows) {
    members_.insert(members_.end(), context.peers().begin(), context.peers().end());
    std::sort(members_.begin(), members_.end());
  } else {
    context.member(self_, MemberState::alive);  // a view that begins alone
  }
  for (const NodeId node : members_) listener_(context, node, MemberState::alive);
  if (params_.membership == MembershipKind::oracle) {
    oracle_->up(self_);
    running_ = true;
    context.set_timer({}, timer_key(TimerPurpose::oracle));
    return;
  }
  machine_.emplace(config_, *this, context.random(), self_);
  machine_->start(context.now(),
                  knows ? std::vector<NodeId>(context.peers().begin(), context.peers().end()) : std::vector<NodeId>{},
                  1);
  if (!knows) try_join(context);
  if (params_.metadata_interval > Duration{})
    context.set_timer(context.random().between({}, params_.metadata_interval), timer_key(TimerPurpose::metadata));
}

// Through the lowest peers, other ones each time, until somebody is known.
void Agent::try_join(Context& context) {
  if (machine_->alive() > 1 || context.peers().empty()) return;
  std::vector<NodeId> peers(context.peers().begin(), context.peers().end());
  std::sort(peers.begin(), peers.end());
  // The node that the others join through waits for them.
  if (params_.bootstrap == Bootstrap::seeds && self_ < peers.front() && next_seed_ == 0) {
    ++next_seed_;
  } else {
    std::vector<NodeId> seeds;
    for (std::uint32_t i = 0; i < params_.seeds && i < peers.size(); ++i)
      seeds.push_back(peers[next_seed_++ % peers.size()]);
    machine_->join(seeds);
  }
  context.set_timer(join_retry, timer_key(TimerPurpose::join));
}

void Agent::leave(Context& context) {
  Scope scope(*this, context);
  if (machine_) machine_->leave(context.now());
}

bool Agent::take_events(Context& context, const std::vector<EventPtr>& events) {
  bool fresh = false;
  for (const EventPtr& event : events) fresh = bus_.receive(context, event) || fresh;
  if (fresh) wake_inside(context);
  return fresh;
}

void Agent::receive(Context& context, const Received& received, const StreamPing& ping) {
  Scope scope(*this, context);
  connection_ = received.connection;
  machine_->stream_ping(received.from, ping.sequence, ping.reply);
  if (ping.reply) context.close(received.connection);
}

void Agent::receive(Context& context, const Received& received, const PushPull& exchange) {
  Scope scope(*this, context);
  connection_ = received.connection;
  machine_->state(context.now(), received.from, *exchange.state, exchange.reply);
  bus_.witness(exchange.lamport);
  if (!std::exchange(joined_, true) && exchange.reply && !params_.replay_on_join) bus_.ignore_older();
  take_events(context, exchange.events);
  if (exchange.reply) context.close(received.connection);
}

void Agent::timer(Context& context, TimerKey key) {
  Scope scope(*this, context);
  if (timer_purpose(key) == TimerPurpose::oracle)
    return timer_number(key) == 0 ? ask_oracle(context) : gossip_by_oracle(context);
  if (timer_purpose(key) == TimerPurpose::join) return try_join(context);
  if (timer_purpose(key) == TimerPurpose::metadata) return renew_metadata(context);
  machine_->timer(context.now(), membership_timer(key));
}

void Agent::renew_metadata(Context& context) {
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
  std::vector<NodeId> others = members_;
  std::erase(others, self_);
  context.random().shuffle_front(others, config_.gossip_nodes);
  others.resize(std::min<std::size_t>(others.size(), config_.gossip_nodes));
  for (const NodeId node : others) send(node, {});
  if (bus_.has_broadcasts() && !others.empty()) wake_inside(context);
}

bool Agent::is_alive(NodeId node) const { return std::binary_search(members_.begin(), members_.end(), node); }
std::uint32_t Agent::alive() const { return static_cast<std::uint32_t>(members_.size()); }

// Serf: QueryTimeoutMult x ceil(log10(n + 1)) gossip intervals.
std::uint32_t Agent::query_limit() const { return membership::retransmit_limit(16, alive()); }

void Agent::ask_oracle(Context& context) {
  context.set_timer(params_.oracle_interval, timer_key(TimerPurpose::oracle));
  if (oracle_version_ == oracle_->version()) return;
  oracle_version_ = oracle_->version();
  const std::vector<NodeId> before = members_;
  for (const NodeId node : before)
    if (!oracle_->live().contains(node)) change(context, node, MemberState::dead);
  for (const NodeId node : oracle_->live())
    if (!is_alive(node)) change(context, node, MemberState::alive);
}

void Agent::change(Context& context, NodeId about, MemberState state) {
  context.member(about, state);
  const auto it = std::lower_bound(members_.begin(), members_.end(), about);
  const bool there = it != members_.end() && *it == about;
  if (state == MemberState::suspect) return;
  const bool alive = state == MemberState::alive;
  if (alive == there) return;
  if (alive)
    members_.insert(it, about);
  else
    members_.erase(it);
  listener_(context, about, state);
}

// --- membership::Host

void Agent::member(NodeId about, MemberState state) { change(*context_, about, state); }

void Agent::happened(membership::Happening what) {
  context_->count(static_cast<MetricIndex>(what));
  context_->high_water(index(Metric::health_high_water), machine_->health());
  context_->high_water(index(Metric::gossip_queue_high_water), static_cast<double>(machine_->queue_length()));
}

void Agent::set_timer(Duration delay, membership::Timer timer) { context_->set_timer(delay, timer_key(timer)); }

// What the packet has left goes to user events, each with the byte that marks user messages.
void Agent::send(NodeId to, membership::Packet packet) {
  const auto wrap = [&](auto datagram) {
    std::uint32_t bytes = packet.bytes;
    const std::uint32_t overhead = membership::compound_overhead + 1;
    const std::uint32_t limit = membership::retransmit_limit(config_.retransmit_mult, alive());
    const std::uint32_t used = bytes + membership::compound_header + membership::compound_overhead;
    if (bus_.has_broadcasts() && used < config_.packet_size)
      datagram.events = bus_.take(config_.packet_size - used, overhead, limit);
    for (const EventPtr& event : datagram.events) bytes += wire_size(*event) + overhead;
    if (!datagram.events.empty()) bytes += membership::compound_header;
    if (packet.kind == membership::PacketKind::gossip && packet.updates.empty() && packet.intents.empty() &&
        datagram.events.empty())
      return;
    datagram.packet = std::move(packet);
    datagram.bytes = bytes;
    context_->send(to, envelope(std::move(datagram)));
  };
  switch (packet.kind) {
    case membership::PacketKind::ping: return wrap(Ping{});
    case membership::PacketKind::ping_req: return wrap(PingReq{});
    case membership::PacketKind::ack: return wrap(Ack{});
    case membership::PacketKind::nack: return wrap(Nack{});
    case membership::PacketKind::gossip: return wrap(Gossip{});
  }
}

// memberlist dials a connection for each exchange; the answer comes back on it.
template <class M>
void Agent::post(NodeId to, M message, bool reply) {
  const ConnectionId connection = reply ? connection_ : context_->dial(to);
  context_->send_on(connection, envelope(std::move(message)));
}

void Agent::send_state(NodeId to, membership::FullState state, bool reply) {
  PushPull exchange;
  exchange.reply = reply;
  exchange.events = bus_.events();
  exchange.lamport = bus_.lamport();
  double bytes = membership::wire_size(state, config_);
  for (const EventPtr& event : exchange.events) bytes += wire_size(*event);
  if (config_.compression) bytes *= membership::compressed_share(state.members.size());
  exchange.bytes = static_cast<std::uint32_t>(std::ceil(bytes));
  exchange.state = std::make_shared<const membership::FullState>(std::move(state));
  post(to, std::move(exchange), reply);
}

void Agent::send_stream_ping(NodeId to, std::uint32_t sequence, bool reply) {
  post(to, StreamPing{sequence, reply}, reply);
}

}  // namespace hearsay::swim
