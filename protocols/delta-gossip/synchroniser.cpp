#include "protocols/delta-gossip/synchroniser.hpp"

#include <algorithm>
#include <utility>

#include "protocols/delta-gossip/metrics.hpp"

namespace hearsay::gossip {

void Synchroniser::start(Context&) { data_.start(parts_.store.own_stream()); }

void Synchroniser::write(Context& context, const Operation& operation) {
  JoinEntries delta = data_.update(context, operation);
  if (delta.empty()) return;
  switch (params_.synchronisation) {
    case Synchronisation::delta:
      buffer_.push_back({std::make_shared<const JoinEntries>(std::move(delta)), nullptr, {}});
      break;
    case Synchronisation::operations: {
      auto operation_sent = std::make_shared<Update>();
      operation_sent->stamp = queue_.stamp_own(parts_.store.own_stream());
      operation_sent->delta = std::move(delta);
      buffer_.push_back({nullptr, std::move(operation_sent), {}});
      break;
    }
    case Synchronisation::scuttlebutt:
    case Synchronisation::scuttlebutt_gc: {
      const StreamId own = parts_.store.own_stream();
      auto update = std::make_shared<Update>();
      update->stamp = {own, known_[context.self()].at(own) + 1, {}};
      update->delta = std::move(delta);
      known_[context.self()].raise(own, update->stamp.number);
      keep(std::move(update));
      break;
    }
    case Synchronisation::rumours:
    case Synchronisation::state:
    case Synchronisation::digest: break;
  }
  note_memory(context);
}

void Synchroniser::keep(UpdatePtr update) {
  const CausalStamp& stamp = update->stamp;
  kept_entries_ += update->delta.size();
  updates_[stamp.stream].emplace(stamp.number, std::move(update));
}

// --- each interval

std::vector<NodeId> Synchroniser::partners(Context& context) const {
  const Neighbours& active = parts_.overlay.active();
  if (params_.fanout == 0 || active.size() <= params_.fanout) return {active.begin(), active.end()};
  return sample(active, params_.fanout, context.random());
}

void Synchroniser::send(Context& context, NodeId to, SyncMessage message) {
  message.measure();
  context.count(index(Metric::elements_sent), static_cast<double>(message.entry_count));
  context.count(index(Metric::metadata_bytes), static_cast<double>(message.metadata_bytes));
  parts_.courier.send(context, parts_.peer(to), std::move(message));
}

void Synchroniser::round(Context& context) {
  switch (params_.synchronisation) {
    case Synchronisation::rumours: return;
    case Synchronisation::state: return push_state(context);
    case Synchronisation::delta: return push_deltas(context);
    case Synchronisation::operations: return push_operations(context);
    case Synchronisation::scuttlebutt:
    case Synchronisation::scuttlebutt_gc: return ask(context);
    case Synchronisation::digest: return compare(context);
  }
}

void Synchroniser::push_state(Context& context) {
  if (data_.state().size() == 0) return;
  SyncMessage message;
  message.entries = std::make_shared<const JoinEntries>(data_.state().entries());
  for (const NodeId node : partners(context)) send(context, node, message);
}

// Algorithm 1, line 9: the join of the buffer, with BP without what came from the neighbour.
void Synchroniser::push_deltas(Context& context) {
  for (const NodeId node : parts_.overlay.active()) {
    JoinEntries group;
    for (const Buffered& buffered : buffer_)
      if (!params_.avoid_back_propagation ||
          std::find(buffered.from.begin(), buffered.from.end(), node) == buffered.from.end())
        group.insert(group.end(), buffered.delta->begin(), buffered.delta->end());
    if (group.empty()) continue;
    SyncMessage message;
    message.entries = std::make_shared<const JoinEntries>(joined(std::move(group)));
    send(context, node, std::move(message));
  }
  buffer_.clear();
}

void Synchroniser::push_operations(Context& context) {
  for (const NodeId node : parts_.overlay.active()) {
    SyncMessage message;
    for (const Buffered& buffered : buffer_)
      if (std::find(buffered.from.begin(), buffered.from.end(), node) == buffered.from.end())
        message.updates.push_back(buffered.operation);
    if (!message.updates.empty()) send(context, node, std::move(message));
  }
  buffer_.clear();
}

std::shared_ptr<const Knowledge> Synchroniser::knowledge() const { return std::make_shared<const Knowledge>(known_); }

void Synchroniser::ask(Context& context) {
  known_[context.self()];  // so that a node that knows nothing says so
  collect(context);
  SyncMessage message;
  if (params_.synchronisation == Synchronisation::scuttlebutt_gc)
    message.knowledge = knowledge();
  else
    message.knowledge = std::make_shared<const Knowledge>(Knowledge{{context.self(), known_[context.self()]}});
  for (const NodeId node : partners(context)) send(context, node, message);
}

// Scuttlebutt-GC: drops the updates that every node is known to have.
void Synchroniser::collect(const Context& context) {
  if (params_.synchronisation != Synchronisation::scuttlebutt_gc) return;
  for (auto& [stream, kept] : updates_) {
    std::uint64_t everywhere = known_.at(context.self()).at(stream);
    for (const NodeId node : context.peers()) {
      const auto it = known_.find(node);
      everywhere = std::min(everywhere, it == known_.end() ? 0 : it->second.at(stream));
    }
    while (!kept.empty() && kept.begin()->first <= everywhere) {
      kept_entries_ -= kept.begin()->second->delta.size();
      kept.erase(kept.begin());
    }
  }
}

void Synchroniser::compare(Context& context) {
  SyncMessage message;
  message.ranges = open_reconciliation(data_.ids());
  for (const NodeId node : partners(context)) send(context, node, message);
}

void Synchroniser::hand_over(Context& context) {
  if (!scuttles() && params_.synchronisation != Synchronisation::digest) return round(context);
  SyncMessage message;
  if (scuttles())
    for (const auto& [stream, kept] : updates_)
      for (const auto& [number, update] : kept) message.updates.push_back(update);
  else
    message.entries = std::make_shared<const JoinEntries>(data_.state().entries());
  for (const NodeId node : parts_.overlay.active()) send(context, node, message);
}

// --- what comes

void Synchroniser::receive(Context& context, Peer& peer, const SyncMessage& message) {
  const NodeId from = peer.id;
  if (message.entries != nullptr) take(context, from, *message.entries);
  if (!message.updates.empty()) {
    if (scuttles())
      take_updates(context, message.updates);
    else
      take_operations(context, from, message.updates);
  }
  if (message.knowledge != nullptr) answer(context, from, *message.knowledge);
  if (!message.ranges.empty() || !message.wanted.empty()) answer(context, from, message);
  note_memory(context);
}

void Synchroniser::count(Context& context, std::size_t received, std::size_t useful) const {
  context.count(index(Metric::elements_useful), static_cast<double>(useful));
  context.count(index(Metric::elements_redundant), static_cast<double>(received - useful));
  if (useful == 0) context.redundant();
}

// A state, a delta group, or what a digest showed. Algorithm 1, line 14: with RR only the difference is buffered, else
// all of it if any of it is new.
void Synchroniser::take(Context& context, NodeId from, const JoinEntries& entries) {
  const JoinEntries difference = data_.join(context, entries);
  count(context, entries.size(), difference.size());
  if (difference.empty() || params_.synchronisation != Synchronisation::delta) return;
  buffer_.push_back(
      {std::make_shared<const JoinEntries>(params_.remove_redundancy ? difference : entries), nullptr, {from}});
}

// "Store and forward": an operation goes on once, and not to those that it came from.
void Synchroniser::take_operations(Context& context, NodeId from, const std::vector<UpdatePtr>& operations) {
  std::size_t received = 0, useful = 0;
  std::vector<UpdatePtr> ready;
  for (const UpdatePtr& operation : operations) {
    received += operation->delta.size();
    if (queue_.offer(operation->stamp, operation, ready) != CausalArrival::known) {
      useful += operation->delta.size();
      buffer_.push_back({nullptr, operation, {from}});
      continue;
    }
    const auto waits = std::find_if(buffer_.begin(), buffer_.end(),
                                    [&](const Buffered& buffered) { return buffered.operation == operation; });
    if (waits != buffer_.end()) waits->from.push_back(from);
  }
  for (const UpdatePtr& operation : ready) data_.join(context, operation->delta);
  count(context, received, useful);
}

void Synchroniser::take_updates(Context& context, const std::vector<UpdatePtr>& updates) {
  std::size_t received = 0, useful = 0;
  VectorClock& own = known_[context.self()];
  for (const UpdatePtr& update : updates) {
    received += update->delta.size();
    const CausalStamp& stamp = update->stamp;
    if (stamp.number != own.at(stamp.stream) + 1) continue;  // had before, or asked for again later
    own.raise(stamp.stream, stamp.number);
    data_.join(context, update->delta);
    useful += update->delta.size();
    keep(update);
  }
  count(context, received, useful);
}

void Synchroniser::answer(Context& context, NodeId to, const Knowledge& theirs) {
  for (const auto& [node, clock] : theirs) known_[node].merge(clock);
  const auto asked = theirs.find(to);
  if (asked == theirs.end()) return;
  SyncMessage message;
  for (const auto& [stream, kept] : updates_)
    for (auto it = kept.upper_bound(asked->second.at(stream)); it != kept.end(); ++it)
      message.updates.push_back(it->second);
  if (!message.updates.empty()) send(context, to, std::move(message));
}

void Synchroniser::answer(Context& context, NodeId to, const SyncMessage& asked) {
  RangeAnswer found = reconcile(data_.ids(), asked.ranges, {params_.range_leaf, params_.range_branch});
  SyncMessage message;
  message.ranges = std::move(found.message);
  message.wanted = std::move(found.missing_here);
  auto entries = std::make_shared<JoinEntries>();
  const auto add = [&](const std::vector<RangeSet::Key>& ids) {
    for (const RangeSet::Key id : ids)
      if (const JoinEntry* entry = data_.entry_of(id)) entries->push_back(*entry);
  };
  add(asked.wanted);
  add(found.missing_there);
  if (!entries->empty()) message.entries = std::move(entries);
  if (message.entries != nullptr || !message.ranges.empty() || !message.wanted.empty())
    send(context, to, std::move(message));
}

void Synchroniser::note_memory(Context& context) const {
  std::size_t stored = data_.state().size() + kept_entries_;
  context.high_water(index(Metric::state_high_water), static_cast<double>(data_.state().size()));
  for (const Buffered& buffered : buffer_)
    stored += buffered.delta != nullptr ? buffered.delta->size() : buffered.operation->delta.size();
  context.high_water(index(Metric::entries_stored), static_cast<double>(stored));
}

}  // namespace hearsay::gossip
