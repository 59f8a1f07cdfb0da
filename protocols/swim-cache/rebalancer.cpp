#include "protocols/swim-cache/rebalancer.hpp"

#include <algorithm>
#include <utility>

#include "protocols/swim-cache/metrics.hpp"
#include "protocols/swim-cache/timers.hpp"

namespace hearsay::swim {
namespace {

// Changes of the ring come in groups; owners that have not answered are offered again.
constexpr Duration gather_changes = std::chrono::milliseconds(100);
constexpr Duration offer_again = std::chrono::seconds(5);
// For so long one who was asked for an entry is trusted to send it.
constexpr Duration patience = std::chrono::seconds(2);

std::uint64_t id_of(const Siblings& entries) {
  std::uint64_t id = hash_text(entries.front()->key);
  for (const EntryPtr& entry : entries) {
    const Version& version = entry->version;
    if (version.dotted.dot.number > 0) {
      id = combine(combine(id, version.dotted.dot.stream), version.dotted.dot.number);
    } else {
      id = combine(id, static_cast<std::uint64_t>(version.time.physical));
      id = combine(combine(id, version.time.logical), version.node);
    }
  }
  return id;
}

std::vector<Version> versions_of(const Siblings& entries) {
  std::vector<Version> versions;
  for (const EntryPtr& entry : entries) versions.push_back(entry->version);
  return versions;
}

}  // namespace

void Rebalancer::start(Context& context) {
  coordinator_.settle();
  if (params_.anti_entropy_interval > Duration{})
    context.set_timer(context.random().between({}, params_.anti_entropy_interval), timer_key(TimerPurpose::compare));
}

void Rebalancer::arm(Context& context, Duration delay) {
  if (std::exchange(armed_, true)) return;
  context.set_timer(delay, timer_key(TimerPurpose::rebalance));
}

void Rebalancer::ring_changed(Context& context) { arm(context, gather_changes); }

// Whom this node offers an entry: as the first of its old owners that is still there, the owners that it did not have
// before; as one that is no owner any more, all of them, before it drops the entry.
std::vector<NodeId> Rebalancer::receivers(Context& context, const std::string& key) const {
  const std::vector<NodeId> now = coordinator_.owners(key);
  const bool mine = std::find(now.begin(), now.end(), context.self()) != now.end();
  if (!mine) return now;
  const std::vector<NodeId> before = coordinator_.settled_owners(key);
  const auto staying = std::find_if(before.begin(), before.end(), [&](NodeId n) { return agent_.is_alive(n); });
  if (staying != before.end() && *staying != context.self()) return {};
  std::vector<NodeId> fresh;
  for (const NodeId node : now)
    if (node != context.self() && std::find(before.begin(), before.end(), node) == before.end()) fresh.push_back(node);
  return fresh;
}

void Rebalancer::rebalance(Context& context) {
  armed_ = false;
  // Rings are equal except for moments, and measuring one takes all its points: the first of each view does it.
  if (agent_.members().lowest() == context.self()) coordinator_.measure(context);
  if (!params_.handover) return;
  std::map<NodeId, Offer> offers;
  departing_.clear();
  for (const auto& [key, entries] : store_.entries()) {
    const auto to = receivers(context, key);
    for (const NodeId node : to) offers[node].items.push_back({key, versions_of(entries)});
    if (!coordinator_.owns(context.self(), key)) departing_[key] = {to.begin(), to.end()};
  }
  coordinator_.settle();
  for (auto& [node, offer] : offers) {
    context.count(index(Metric::keys_offered), static_cast<double>(offer.items.size()));
    context.send(node, envelope(std::move(offer)));
  }
  if (!departing_.empty()) arm(context, offer_again);
}

void Rebalancer::receive(Context& context, NodeId from, const Offer& offer) {
  Held answer;
  for (const Offer::Item& item : offer.items) {
    const auto all_of = [&](auto covered) { return std::all_of(item.versions.begin(), item.versions.end(), covered); };
    const Siblings& ours = store_.peek(item.key);
    if (all_of([&](const Version& theirs) { return covers(ours, theirs); })) {
      answer.held.push_back(item.key);
      continue;
    }
    // Somebody else is about to send it: this one offers it again if need be.
    const auto asked = asked_.find(item.key);
    if (asked != asked_.end() && context.now() - asked->second.at < patience && all_of([&](const Version& theirs) {
          const auto& coming = asked->second.versions;
          return std::any_of(coming.begin(), coming.end(), [&](const Version& v) { return v.covers(theirs); });
        }))
      continue;
    asked_[item.key] = {item.versions, context.now()};
    answer.wanted.push_back(item.key);
  }
  context.send(from, envelope(std::move(answer)));
}

void Rebalancer::receive(Context& context, NodeId from, const Held& held) {
  for (const std::string& key : held.held) confirm(context, from, key);
  Transfer transfer;
  for (const std::string& key : held.wanted)
    if (const Siblings& entries = store_.peek(key); !entries.empty()) transfer.entries.push_back(entries);
  if (transfer.entries.empty()) return;
  context.count(index(Metric::keys_moved), static_cast<double>(transfer.entries.size()));
  context.send(from, envelope(std::move(transfer)));
}

void Rebalancer::confirm(Context& context, NodeId owner, const std::string& key) {
  const auto it = departing_.find(key);
  if (it == departing_.end()) return;
  it->second.erase(owner);
  if (!it->second.empty()) return;
  departing_.erase(it);
  if (!coordinator_.owns(context.self(), key)) store_.drop(context, key);
}

void Rebalancer::receive(Context& context, NodeId from, const Transfer& transfer) {
  Held answer;
  std::size_t news = 0;
  for (const Siblings& entries : transfer.entries) {
    const std::string& key = entries.front()->key;
    cache_.witness(entries);
    asked_.erase(key);
    if (store_.put(context, entries)) ++news;
    answer.held.push_back(key);
  }
  store_.sync(context);
  if (transfer.compared)
    context.count(index(Metric::entries_repaired), static_cast<double>(news));
  else
    context.count(index(Metric::keys_moved_needed), static_cast<double>(news));
  if (news == 0) context.redundant();
  if (!transfer.compared) context.send(from, envelope(std::move(answer)));
}

void Rebalancer::leave(Context& context) {
  if (!params_.handover) return;
  std::map<NodeId, Transfer> transfers;
  HashRing after = coordinator_.ring();
  after.remove(context.self());
  for (const auto& [key, entries] : store_.entries()) {
    const auto before = coordinator_.owners(key);
    for (const NodeId node : after.owners(ring_hash(key), coordinator_.replicas()))
      if (std::find(before.begin(), before.end(), node) == before.end()) transfers[node].entries.push_back(entries);
  }
  for (auto& [node, transfer] : transfers) {
    context.count(index(Metric::keys_moved), static_cast<double>(transfer.entries.size()));
    context.send(node, envelope(std::move(transfer)));
  }
}

// --- comparison by fingerprints of ranges

RangeSet Rebalancer::shared(NodeId peer, std::vector<Siblings>& entries) const {
  RangeSet set;
  for (const auto& [key, siblings] : store_.entries()) {
    if (!coordinator_.owns(peer, key)) continue;
    set.insert(id_of(siblings), static_cast<std::uint32_t>(entries.size()));
    entries.push_back(siblings);
  }
  return set;
}

void Rebalancer::compare(Context& context) {
  context.set_timer(params_.anti_entropy_interval, timer_key(TimerPurpose::compare));
  std::vector<NodeId> others = agent_.members().list();
  std::erase(others, context.self());
  if (others.empty() || store_.entries().empty()) return;
  const NodeId peer = others[static_cast<std::size_t>(context.random().below(others.size()))];
  std::vector<Siblings> entries;
  const RangeSet ours = shared(peer, entries);
  if (entries.empty()) return;
  context.count(index(Metric::anti_entropy_sessions));
  context.send(peer, envelope(Ranges{open_reconciliation(ours), {}}));
}

void Rebalancer::receive(Context& context, NodeId from, const Ranges& ranges) {
  std::vector<Siblings> entries;
  const RangeSet ours = shared(from, entries);
  RangeAnswer answer = reconcile(ours, ranges.ranges, {});
  std::vector<RangeSet::Key> to_send = std::move(answer.missing_there);
  to_send.insert(to_send.end(), ranges.wanted.begin(), ranges.wanted.end());
  Transfer transfer;
  transfer.compared = true;
  for (const RangeSet::Key id : to_send)
    if (const auto found = ours.find(id)) transfer.entries.push_back(entries[*found]);
  if (!answer.message.empty() || !answer.missing_here.empty())
    context.send(from, envelope(Ranges{std::move(answer.message), std::move(answer.missing_here)}));
  if (!transfer.entries.empty()) context.send(from, envelope(std::move(transfer)));
}

}  // namespace hearsay::swim
