// Writes: who takes them, and when they are acknowledged.
#include "protocols/swim-cache/cache.hpp"

#include <algorithm>
#include <utility>

#include "protocols/swim-cache/metrics.hpp"
#include "protocols/swim-cache/timers.hpp"

namespace hearsay::swim {
namespace {

bool among(const std::vector<NodeId>& nodes, NodeId node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

std::vector<WriteId> found_by(WriteId write) {
  return write == no_write ? std::vector<WriteId>{} : std::vector<WriteId>{write};
}

}  // namespace

// Numbers of an earlier incarnation's requests do not come again: the upper half is drawn afresh.
void Cache::start(Context& context) {
  epoch_ = static_cast<std::uint32_t>(context.random().next()) & 0xffff0000U;
  for (const auto& [key, entries] : store_.entries()) witness(entries);
}

void Cache::request(Context& context, const Operation& operation) {
  if (operation.method == "cas" || operation.method == "increment")
    conditional(context, operation);
  else if (operation.kind == OperationKind::write)
    write(context, operation);
  else
    read(context, operation);
}

Version Cache::next_version(Context& context) {
  Version version;
  version.node = context.name();
  if (params_.conflict == Conflict::hybrid_time) version.time = clock_.tick(context.now());
  if (params_.conflict == Conflict::wall_clock) version.time = {last_stamp_ = unique_stamp(context.now()), 0};
  return version;
}

// One coordinator's stamps are unique and ascend, also of writes in one instant and when its clock is set back: else a
// write that was acknowledged would give way to an earlier one of the same node.
std::int64_t Cache::unique_stamp(Time now) const {
  return std::max<std::int64_t>(now.time_since_epoch().count(), last_stamp_ + 1);
}

void Cache::fail(Context& context, OpId operation) {
  context.count(index(Metric::no_quorum));
  context.respond(operation, {Outcome::failed, {}});
}

Entry Cache::entry_of(Context& context, const Update& update) const {
  Entry entry;
  entry.key = update.key;
  entry.deleted = update.deleted;
  entry.value = update.value;
  entry.write = update.write;
  entry.size = update.size;
  const Duration kept = entry.deleted && params_.tombstone_ttl > Duration{} ? params_.tombstone_ttl : params_.ttl;
  if (kept > Duration{}) entry.expires = context.now() + kept;
  return entry;
}

// Where the last writer wins any node gives a write its time. Siblings are distinguished by dots, which owners give.
void Cache::write(Context& context, const Operation& operation, WriteId before) {
  Update update;
  update.key = operation.key;
  update.deleted = operation.method == "delete";
  update.value = update.deleted ? "" : operation.value;
  update.write = operation.write;
  update.size = update.deleted ? 0 : operation.size;
  Pending pending;
  pending.operation = operation.id;
  pending.before = before;
  pending.owners = coordinator_.owners(operation.key);
  if (pending.owners.size() < coordinator_.write_quorum()) return fail(context, operation.id);
  if (params_.conflict == Conflict::siblings) {
    if (operation.session) update.seen = static_cast<const Seen&>(*operation.session).of(operation.key);
    if (!among(pending.owners, context.self())) return forward(context, operation, std::move(update), pending);
    return coordinate(context, std::move(update), std::move(pending));
  }
  Entry entry = entry_of(context, update);
  entry.version = next_version(context);
  pending.key = operation.key;
  pending.entries = {std::make_shared<const Entry>(std::move(entry))};
  replicate(context, std::move(pending));
}

// --- siblings: an owner coordinates (Preguiça et al. 2010, section 5)

void Cache::forward(Context& context, const Operation& operation, Update update, const Pending& asked) {
  const NodeId owner = asked.owners.front();
  update.number = next_number();
  Pending& pending = pending_[update.number];
  pending.operation = operation.id;
  pending.key = operation.key;
  pending.owners = {owner};
  pending.before = asked.before;
  pending.needed = 1;
  context.count(index(Metric::updates_forwarded));
  context.set_timer(params_.request_timeout, timer_key(TimerPurpose::operation, update.number));
  context.send(owner, envelope(std::move(update)));
}

void Cache::receive(Context& context, NodeId from, const Update& update) {
  Pending pending;
  pending.asker = from;
  pending.asked = update.number;
  pending.owners = coordinator_.owners(update.key);
  if (!among(pending.owners, context.self())) context.count(index(Metric::wrong_owner));
  if (pending.owners.size() < coordinator_.write_quorum()) return conclude(context, pending, false);
  coordinate(context, update, std::move(pending));
}

// The context of what its client has read says what the write replaces; nothing, if it has not read. A delete without
// context means what its coordinator holds, as Riak reads before it deletes. Owners are sent all that now stands: a dot
// stands for those of its stream below it, so siblings travel together.
void Cache::coordinate(Context& context, Update update, Pending pending) {
  if (update.deleted && update.seen.entries().empty()) update.seen = seen_in(store_.peek(update.key));
  Entry entry = entry_of(context, update);
  entry.version.node = context.name();
  entry.version.dotted = {store_.next_dot(context, update.key), std::move(update.seen)};
  pending.key = entry.key;
  store_.put(context, std::make_shared<const Entry>(std::move(entry)));
  pending.entries = store_.peek(pending.key);
  replicate(context, std::move(pending));
}

void Cache::receive(Context& context, NodeId, const UpdateAck& ack) {
  const auto node = pending_.extract(ack.number);
  if (!node.empty()) conclude(context, node.mapped(), ack.done);
}

// --- quorum

void Cache::replicate(Context& context, Pending pending) {
  pending.needed = coordinator_.write_quorum();
  pending.write = true;
  const std::uint32_t number = next_number();
  const Pending& kept = pending_[number] = std::move(pending);
  const std::vector<NodeId> owners = kept.owners;
  const Siblings written = kept.entries;
  context.set_timer(params_.request_timeout, timer_key(TimerPurpose::operation, number));
  for (const NodeId owner : owners)
    if (owner != context.self()) context.send(owner, envelope(Put{number, written}));
  if (!among(owners, context.self())) return;
  store_.put(context, written);
  store_.sync(context);
  answered(context, number, context.self());
}

void Cache::receive(Context& context, NodeId from, const Put& put) {
  if (!coordinator_.owns(context.self(), put.entries.front()->key)) context.count(index(Metric::wrong_owner));
  witness(put.entries);
  if (!store_.put(context, put.entries)) context.redundant();
  store_.sync(context);
  if (put.number != 0) context.send(from, envelope(PutAck{put.number}));
}

void Cache::receive(Context& context, NodeId from, const PutAck& ack) { answered(context, ack.number, from); }

void Cache::answered(Context& context, std::uint32_t number, NodeId owner) {
  const auto it = pending_.find(number);
  if (it == pending_.end() || !it->second.write) return;
  Pending& pending = it->second;
  pending.answered.push_back(owner);
  if (pending.is_hint()) {
    context.count(index(Metric::hints_delivered));
  } else if (!pending.done && pending.answered.size() >= pending.needed) {
    pending.done = true;
    conclude(context, pending, true);
  }
  if (pending.answered.size() == pending.owners.size()) pending_.erase(it);
}

void Cache::conclude(Context& context, const Pending& pending, bool done) {
  if (pending.asker != no_node)
    context.send(pending.asker, envelope(UpdateAck{pending.asked, done}));
  else if (done)
    context.respond(pending.operation, {Outcome::ok, found_by(pending.before)});
  else
    fail(context, pending.operation);
}

// Who asked for another node's client has a time limit of its own.
void Cache::operation_timer(Context& context, std::uint32_t number) {
  const auto node = pending_.extract(number);
  if (node.empty()) return;
  const Pending& pending = node.mapped();
  if (!pending.done && pending.operation != no_op) fail(context, pending.operation);
  if (pending.write && params_.hinted_handoff) keep_hints(context, pending);
  if (!pending.write && pending.done) repair(context, pending);
}

}  // namespace hearsay::swim
