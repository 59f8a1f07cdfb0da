// Reads: what Q owners have together, and read repair.
#include <algorithm>
#include <utility>

#include "protocols/swim-cache/cache.hpp"
#include "protocols/swim-cache/metrics.hpp"
#include "protocols/swim-cache/timers.hpp"

namespace hearsay::swim {

void Cache::read(Context& context, const Operation& operation, std::shared_ptr<const Operation> condition) {
  Pending pending;
  pending.condition = std::move(condition);
  pending.owners = coordinator_.owners(operation.key);
  if (pending.owners.size() < coordinator_.read_quorum()) return fail(context, operation.id);
  pending.operation = operation.id;
  pending.key = operation.key;
  pending.needed = coordinator_.read_quorum();
  const std::uint32_t number = next_number();
  const std::vector<NodeId> owners = pending.owners;
  pending_[number] = std::move(pending);
  context.set_timer(params_.request_timeout, timer_key(TimerPurpose::operation, number));
  const bool mine = std::find(owners.begin(), owners.end(), context.self()) != owners.end();
  if (mine && coordinator_.read_quorum() == 1) {
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
  read_answer(context, reply.number, from, reply.entries);
}

void Cache::read_answer(Context& context, std::uint32_t number, NodeId owner, const Siblings& entries) {
  const auto it = pending_.find(number);
  if (it == pending_.end() || it->second.write) return;
  Pending& pending = it->second;
  pending.answered.push_back(owner);
  pending.found.emplace_back(owner, entries);
  for (const EntryPtr& entry : entries) take(pending.entries, entry);
  if (!pending.done && pending.answered.size() >= pending.needed) {
    pending.done = true;
    finish_read(context, pending);
  }
  if (pending.answered.size() < pending.owners.size()) return;
  const Pending all = std::move(pending);
  pending_.erase(it);
  repair(context, all);
}

// A miss that a delete explains comes from that write.
void Cache::finish_read(Context& context, const Pending& pending) {
  if (pending.condition) return decide(context, pending);
  context.count(index(Metric::reads_done));
  Response response;
  std::size_t values = 0;
  for (const EntryPtr& entry : pending.entries) {
    if (!entry->deleted && entry->expires <= context.now()) continue;
    if (!entry->deleted) ++values;
    response.seen.push_back(entry->write);
  }
  context.count(index(values > 0 ? Metric::hits : Metric::misses));
  if (params_.conflict == Conflict::siblings && values > 0) {
    context.count(index(Metric::siblings_read), static_cast<double>(values));
    context.count(index(values == 1   ? Metric::reads_of_one
                        : values == 2 ? Metric::reads_of_two
                                      : Metric::reads_of_more));
  }
  if (params_.conflict == Conflict::siblings && !pending.entries.empty())
    response.session = std::make_shared<const Seen>(pending.key, seen_in(pending.entries));
  context.respond(pending.operation, std::move(response));
}

void Cache::repair(Context& context, const Pending& pending) {
  if (!params_.read_repair) return;
  Siblings newest = pending.entries;
  std::erase_if(newest, [&](const EntryPtr& entry) { return entry->expires <= context.now(); });
  if (newest.empty()) return;
  for (const auto& [owner, entries] : pending.found) {
    if (same(entries, pending.entries)) continue;
    context.count(index(Metric::read_repairs));
    if (owner != context.self()) {
      context.send(owner, envelope(Put{0, newest}));
      continue;
    }
    store_.put(context, newest);
    store_.sync(context);
  }
}

}  // namespace hearsay::swim
