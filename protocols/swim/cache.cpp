#include "protocols/swim/cache.hpp"

#include <algorithm>
#include <utility>

#include "protocols/swim/metrics.hpp"
#include "protocols/swim/timers.hpp"

namespace hearsay::swim {

// Numbers of an earlier incarnation's requests do not come again: the upper half is drawn anew.
void Cache::start(Context& context) {
  epoch_ = static_cast<std::uint32_t>(context.random().next()) & 0xffff0000U;
  for (const auto& [key, entry] : store_.entries()) witness(entry->version);
}

void Cache::request(Context& context, const Operation& operation) {
  if (operation.kind == OperationKind::write)
    write(context, operation);
  else
    read(context, operation);
}

Version Cache::next_version(Context& context) {
  if (params_.conflict == Conflict::hybrid_time) return {clock_.tick(context.now()), context.self()};
  return {{context.now().time_since_epoch().count(), 0}, context.self()};
}

void Cache::fail(Context& context, OpId operation) {
  context.count(index(Metric::no_quorum));
  context.respond(operation, {Outcome::failed, {}});
}

// --- writes

void Cache::write(Context& context, const Operation& operation) {
  Pending pending;
  pending.owners = coordinator_.owners(operation.key);
  if (pending.owners.size() < params_.write_quorum) return fail(context, operation.id);
  Entry entry;
  entry.key = operation.key;
  entry.deleted = operation.method == "delete";
  entry.value = entry.deleted ? "" : operation.value;
  entry.write = operation.write;
  entry.size = entry.deleted ? 0 : operation.size;
  entry.version = next_version(context);
  if (params_.ttl > Duration{}) entry.expires = context.now() + params_.ttl;
  pending.operation = operation.id;
  pending.key = operation.key;
  pending.entry = std::make_shared<const Entry>(std::move(entry));
  pending.needed = params_.write_quorum;
  pending.write = true;
  const std::uint32_t number = epoch_ + ++operations_;
  const Pending& kept = pending_[number] = std::move(pending);
  const std::vector<NodeId> owners = kept.owners;
  const EntryPtr written = kept.entry;
  context.set_timer(params_.request_timeout, timer_key(TimerPurpose::operation, number));
  for (const NodeId owner : owners)
    if (owner != context.self()) context.send(owner, envelope(Put{number, written}));
  if (std::find(owners.begin(), owners.end(), context.self()) == owners.end()) return;
  store_.put(context, written);
  store_.sync(context);
  answered(context, number, context.self());
}

void Cache::receive(Context& context, NodeId from, const Put& put) {
  if (!coordinator_.owns(context.self(), put.entry->key)) context.count(index(Metric::wrong_owner));
  witness(put.entry->version);
  if (!store_.put(context, put.entry)) context.redundant();
  store_.sync(context);
  if (put.number != 0) context.send(from, envelope(PutAck{put.number}));
}

void Cache::receive(Context& context, NodeId from, const PutAck& ack) { answered(context, ack.number, from); }

void Cache::answered(Context& context, std::uint32_t number, NodeId owner) {
  const auto it = pending_.find(number);
  if (it == pending_.end() || !it->second.write) return;
  Pending& pending = it->second;
  pending.answered.push_back(owner);
  if (pending.operation == no_op) {
    context.count(index(Metric::hints_delivered));
  } else if (!pending.done && pending.answered.size() >= pending.needed) {
    pending.done = true;
    context.respond(pending.operation, {});
  }
  if (pending.answered.size() == pending.owners.size()) pending_.erase(it);
}

void Cache::operation_timer(Context& context, std::uint32_t number) {
  const auto node = pending_.extract(number);
  if (node.empty()) return;
  const Pending& pending = node.mapped();
  if (!pending.done && pending.operation != no_op) fail(context, pending.operation);
  if (pending.write && params_.hinted_handoff) keep_hints(context, pending);
  if (!pending.write && pending.done) repair(context, pending);
}

void Cache::keep_hints(Context& context, const Pending& pending) {
  for (const NodeId owner : pending.owners) {
    if (std::find(pending.answered.begin(), pending.answered.end(), owner) != pending.answered.end()) continue;
    EntryPtr& hint = hints_[owner][pending.key];
    if (!hint || hint->version < pending.entry->version) hint = pending.entry;
    if (pending.operation != no_op) context.count(index(Metric::hints_kept));
  }
  if (hints_.empty() || std::exchange(hints_armed_, true)) return;
  context.set_timer(params_.hint_interval, timer_key(TimerPurpose::hints));
}

// Each hint is one write to one owner, which is kept again if that does not answer.
void Cache::hint_timer(Context& context) {
  hints_armed_ = false;
  std::vector<NodeId> ready;
  for (const auto& [owner, entries] : hints_)
    if (agent_.is_alive(owner)) ready.push_back(owner);
  for (const NodeId owner : ready) {
    const auto entries = std::move(hints_.extract(owner).mapped());
    for (const auto& [key, entry] : entries) {
      Pending pending;
      pending.key = key;
      pending.entry = entry;
      pending.owners = {owner};
      pending.needed = 1;
      pending.write = true;
      const std::uint32_t number = epoch_ + ++operations_;
      pending_[number] = std::move(pending);
      context.send(owner, envelope(Put{number, entry}));
      context.set_timer(params_.request_timeout, timer_key(TimerPurpose::operation, number));
    }
  }
  if (hints_.empty() || std::exchange(hints_armed_, true)) return;
  context.set_timer(params_.hint_interval, timer_key(TimerPurpose::hints));
}

// --- reads

void Cache::read(Context& context, const Operation& operation) {
  Pending pending;
  pending.owners = coordinator_.owners(operation.key);
  if (pending.owners.size() < params_.read_quorum) return fail(context, operation.id);
  pending.operation = operation.id;
  pending.key = operation.key;
  pending.needed = params_.read_quorum;
  const std::uint32_t number = epoch_ + ++operations_;
  const std::vector<NodeId> owners = pending.owners;
  pending_[number] = std::move(pending);
  context.set_timer(params_.request_timeout, timer_key(TimerPurpose::operation, number));
  const bool mine = std::find(owners.begin(), owners.end(), context.self()) != owners.end();
  if (mine && params_.read_quorum == 1) {
    context.count(index(Metric::reads_served_alone));
    pending_[number].owners = {context.self()};
    return read_answer(context, number, context.self(), store_.get(context, operation.key));
  }
  for (const NodeId owner : owners)
    if (owner != context.self()) context.send(owner, envelope(Get{number, operation.key}));
  if (mine) read_answer(context, number, context.self(), store_.get(context, operation.key));
}

void Cache::receive(Context& context, NodeId from, const Get& get) {
  if (!coordinator_.owns(context.self(), get.key)) context.count(index(Metric::wrong_owner));
  context.send(from, envelope(GetReply{get.number, store_.get(context, get.key)}));
}

void Cache::receive(Context& context, NodeId from, const GetReply& reply) {
  read_answer(context, reply.number, from, reply.entry);
}

void Cache::read_answer(Context& context, std::uint32_t number, NodeId owner, const EntryPtr& entry) {
  const auto it = pending_.find(number);
  if (it == pending_.end() || it->second.write) return;
  Pending& pending = it->second;
  pending.answered.push_back(owner);
  pending.versions.emplace_back(owner, entry ? entry->version : Version{});
  if (entry && (!pending.entry || pending.entry->version < entry->version)) pending.entry = entry;
  if (!pending.done && pending.answered.size() >= pending.needed) {
    pending.done = true;
    finish_read(context, pending);
  }
  if (pending.answered.size() < pending.owners.size()) return;
  const Pending all = std::move(pending);
  pending_.erase(it);
  repair(context, all);
}

void Cache::finish_read(Context& context, const Pending& pending) {
  context.count(index(Metric::reads_done));
  const bool hit = pending.entry && !pending.entry->deleted && pending.entry->expires > context.now();
  context.count(index(hit ? Metric::hits : Metric::misses));
  Response response;
  // A miss that a delete explains comes from that write.
  if (hit || (pending.entry && pending.entry->deleted)) response.seen = {pending.entry->write};
  context.respond(pending.operation, std::move(response));
}

void Cache::repair(Context& context, const Pending& pending) {
  if (!params_.read_repair || !pending.entry || pending.entry->expires <= context.now()) return;
  for (const auto& [owner, version] : pending.versions) {
    if (version == pending.entry->version) continue;
    context.count(index(Metric::read_repairs));
    if (owner != context.self()) {
      context.send(owner, envelope(Put{0, pending.entry}));
      continue;
    }
    store_.put(context, pending.entry);
    store_.sync(context);
  }
}

}  // namespace hearsay::swim
