#include "protocols/swim-cache/replica.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "protocols/swim-cache/metrics.hpp"
#include "protocols/swim-cache/timers.hpp"

namespace hearsay::swim {
namespace {

constexpr const char* broadcast_type = "broadcast";
constexpr const char* health_type = "health";

// The workload `broadcast` writes each value under a key that nobody else writes: that is an event, not an entry.
bool is_broadcast(const Operation& operation) {
  if (operation.kind == OperationKind::read) return operation.key.empty();
  return operation.method.empty() && operation.key == "b" + std::to_string(operation.write);
}

}  // namespace

Replica::Replica(std::shared_ptr<const Params> params, const Shared& shared)
    : params_(std::move(params)),
      bus_(*params_),
      agent_(*params_, bus_, shared.oracle),
      name_vote_(*params_, agent_, bus_),
      coordinator_(*params_, shared.ring),
      store_(*params_),
      cache_(*params_, agent_, coordinator_, store_),
      rebalancer_(*params_, agent_, coordinator_, cache_, store_),
      consensus_(*params_, agent_, coordinator_, shared.witness),
      backups_(*params_, agent_, store_, consensus_, shared.outside) {
  agent_.listen([this](Context& context, NodeId about, MemberState state) { member(context, about, state); });
  agent_.when_booted([this](const BootView& members) { coordinator_.boot(members); });
  backups_.when_restored([this](Context& context, NodeId from, const Message& message) {
    handle(context, {from, no_connection, message, false});
  });
  consensus_.when_ring_changes([this](Context& context) { ring_changed(context); });
  agent_.when_name_is_taken([this](Context& context) { name_vote_.begin(context); });
}

// All know the events; those that do not subscribe only pass them on.
void Replica::subscribe(NodeId self) {
  if (!params_->subscriber_group || *params_->subscriber_group == self % params_->groups)
    bus_.subscribe(broadcast_type, [this](Context& context, const Event& event) {
      heard_.push_back(event.write);
      context.applied(event.write);
    });
  bus_.subscribe(health_type, [this](Context& context, const Event& event) { answer_health(context, event); });
  bus_.subscribe(EventBus::name_type, [this](Context& context, const Event& event) {
    if (const auto answer = name_vote_.answer(context, event)) reply(context, event, *answer);
  });
}

void Replica::answer_health(Context& context, const Event& query) {
  const auto& only = query.filter.nodes;
  if (!only.empty() && !std::binary_search(only.begin(), only.end(), context.self())) return;
  if (query.filter.group && *query.filter.group != context.self() % params_->groups) return;
  QueryAnswer answer{query.id, query.time, context.self(), 0, 0, true};
  if (query.wants_acks) reply(context, query, answer);
  answer.acknowledgement = false;
  answer.health = agent_.health();
  answer.size = params_->answer_size;
  reply(context, query, answer);
}

// With a relay factor the answer goes by other members too, if there are so many (Serf, query.go relayResponse). Serf
// judges the size of a message without memberlist's byte.
void Replica::reply(Context& context, const Event& query, const QueryAnswer& answer) {
  if (query.origin == context.self()) return bus_.answer(context, answer);
  const Relay relay{query.origin, answer};
  if (answer.wire_size() - 1 > params_->query_response_size_limit)
    return context.count(index(Metric::answers_too_large));
  context.send(query.origin, envelope(QueryAnswer(answer)));
  std::vector<NodeId> others = agent_.members().list();
  std::erase_if(others, [&](NodeId node) { return node == context.self() || node == query.origin; });
  if (query.relay_factor == 0 || others.size() < query.relay_factor) return;
  if (relay.wire_size() - 1 > params_->query_response_size_limit)
    return context.count(index(Metric::answers_too_large));
  context.random().shuffle_front(others, query.relay_factor);
  others.resize(query.relay_factor);
  for (const NodeId node : others) context.send(node, envelope(Relay(relay)));
}

void Replica::start(Context& context, StartReason reason) {
  subscribe(context.self());
  // Events of an earlier incarnation keep their ids: a part of each id is drawn afresh.
  bus_.start(context.random().next() << 32);
  store_.start(context);
  cache_.start(context);
  agent_.start(context, reason);
  backups_.start(context, reason);
  rebalancer_.start(context);
  if (params_->health_interval > Duration{} && context.self() == 0)
    context.set_timer(context.random().between({}, params_->health_interval), timer_key(TimerPurpose::health));
  started_ = true;
  if (context.self() == 0) coordinator_.measure(context);
  report(context);
}

void Replica::work(Context& context) const {
  if (params_->handler_cpu > Duration{}) context.compute(params_->handler_cpu);
}

void Replica::request(Context& context, const Operation& operation) {
  work(context);
  if (consensus_.on() && is_critical(operation)) return consensus_.request(context, operation);
  if (!is_broadcast(operation)) return cache_.request(context, operation);
  if (operation.kind == OperationKind::read) return context.respond(operation.id, {Outcome::ok, heard_});
  if (!bus_.publish(context, broadcast_type, operation.write, operation.size))
    return context.respond(operation.id, {Outcome::rejected, {}});
  report(context);
  agent_.wake(context);
  context.respond(operation.id, {});
}

// memberlist's datagrams carry a CRC-32.
void Replica::message(Context& context, const Received& received) {
  if (received.corrupt) return context.discarded_corrupt();
  work(context);
  backups_.message(received.from, received.message);
  handle(context, received);
  report(context);
}

void Replica::handle(Context& context, const Received& received) {
  std::visit([&](const auto& message) { receive(context, received, message); }, payload<AnyMessage>(received.message));
}

void Replica::timer(Context& context, TimerKey key) {
  switch (timer_purpose(key)) {
    case TimerPurpose::membership:
    case TimerPurpose::oracle:
    case TimerPurpose::metadata:
    case TimerPurpose::stream:
    case TimerPurpose::snapshot:
    case TimerPurpose::coalesce_members:
    case TimerPurpose::force_leave:
    case TimerPurpose::join: agent_.timer(context, key); break;
    case TimerPurpose::coalesce_events: bus_.coalesced(context, timer_number(key)); break;
    case TimerPurpose::health: ask_health(context); break;
    case TimerPurpose::query: name_vote_.end(context, timer_number(key), bus_.end_query(timer_number(key))); break;
    case TimerPurpose::rebalance: rebalancer_.rebalance(context); break;
    case TimerPurpose::operation: cache_.operation_timer(context, timer_number(key)); break;
    case TimerPurpose::hints: cache_.hint_timer(context); break;
    case TimerPurpose::compare: rebalancer_.compare(context); break;
    case TimerPurpose::consensus: consensus_.raft_timer(context, key); break;
    case TimerPurpose::govern: consensus_.govern(context); break;
    case TimerPurpose::backup: backups_.timer(context, timer_number(key)); break;
    case TimerPurpose::reclaim: store_.reclaim(context, timer_number(key)); break;
  }
  report(context);
}

void Replica::ask_health(Context& context) {
  context.set_timer(params_->health_interval, timer_key(TimerPurpose::health));
  const Duration limit = agent_.query_limit();
  const auto number = bus_.ask(context, health_type, params_->health_filter(), limit);
  if (!number) return;
  agent_.wake(context);
  context.set_timer(limit, timer_key(TimerPurpose::query, *number));
}

void Replica::leave(Context& context) {
  rebalancer_.leave(context);
  agent_.leave(context);
  consensus_.leave(context);
}

void Replica::disconnected(Context& context, ConnectionId connection, NodeId peer, ConnectionError error) {
  if (!consensus_.on()) return;
  consensus_.disconnected(context, connection, peer, error);
  report(context);
}

void Replica::member(Context& context, NodeId about, MemberState state) {
  if (consensus_.on()) return consensus_.member(context, about, state);
  if (coordinator_.change(about, state)) ring_changed(context);
}

void Replica::ring_changed(Context& context) {
  if (!started_) return;
  context.count(index(Metric::ring_changes));
  rebalancer_.ring_changed(context);
}

// The state that all nodes share: the members of the ring, and the events. Entries are their owners'.
void Replica::report(Context& context) {
  report_entries(context);
  std::uint64_t digest = combine(coordinator_.ring().digest(), bus_.digest());
  if (consensus_.on()) digest = combine(digest, consensus_.digest());
  if (digest != std::exchange(reported_, digest)) context.state_digest(digest);
}

// Entries that end by themselves or make room for others are no state that nodes must agree on.
void Replica::report_entries(Context& context) {
  if (params_->ttl > Duration{} || params_->max_entries > 0) return;
  std::set<std::string> keys = store_.take_changed();
  if (std::exchange(placed_by_, coordinator_.placement()) != coordinator_.placement())
    for (const auto& [key, entries] : store_.entries()) keys.insert(key);
  for (const std::string& key : keys) {
    std::uint64_t digest = 0;
    for (const EntryPtr& entry : store_.peek(key))
      if (!entry->deleted) digest = combine(digest, entry->write + std::uint64_t{1});
    context.placed(hash_text(key), digest, coordinator_.owners(key));
  }
}

}  // namespace hearsay::swim
