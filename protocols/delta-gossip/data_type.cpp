#include "protocols/delta-gossip/data_type.hpp"

#include <algorithm>
#include <cmath>

#include "protocols/common/crdt/last_writer.hpp"
#include "protocols/common/crdt/or_set.hpp"
#include "protocols/common/crdt/pn_counter.hpp"

namespace hearsay::gossip {
namespace {

constexpr std::uint32_t map_key_bytes = 8;

std::uint32_t payload_of(const Operation& operation) {
  return std::max(operation.size, static_cast<std::uint32_t>(operation.value.size()));
}

JoinEntry of_size(JoinEntry entry, std::uint32_t bytes) {
  entry.bytes = bytes;
  return entry;
}

}  // namespace

JoinEntry DataType::counted(crdt::Sign sign) const {
  return of_size(crdt::counted(state_, own_, sign, 1), node_id_bytes + sequence_bytes);
}

// The paper's GMap K %: keys are split among the nodes, and an update changes a share of the node's own, in turn.
JoinEntries DataType::changed_keys(const Context& context, std::uint32_t payload) {
  const std::uint64_t nodes = context.peers().size() + 1, first = context.self() % params_.keys;
  const std::uint64_t own = 1 + (params_.keys - 1 - first) / nodes;
  const auto count = std::clamp<std::uint64_t>(
      static_cast<std::uint64_t>(std::llround(params_.update_share * static_cast<double>(own))), 1, own);
  JoinEntries entries;
  for (std::uint64_t i = 0; i < count; ++i) {
    JoinEntry entry{{first + next_key_ * nodes, 0}, {0, {own_, 0}}, map_key_bytes + payload, no_write};
    next_key_ = (next_key_ + 1) % own;
    const JoinEntry* held = state_.find(entry.key);
    entry.rank.level = (held == nullptr ? 0 : held->rank.level) + 1;
    entries.push_back(entry);
  }
  return joined(std::move(entries));
}

// The times of one writer ascend, even where its clock does not.
JoinEntry DataType::assigned(Context& context, std::uint32_t payload) {
  last_time_ = std::max(last_time_ + Duration(1), context.now());
  const JoinEntry::Key key{context.random().below(params_.keys), 0};
  return of_size(crdt::assigned(key, last_time_, {own_, 0}), map_key_bytes + sequence_bytes + node_id_bytes + payload);
}

// What is removed stays as a tombstone.
JoinEntry DataType::added_or_removed(Context& context, std::uint32_t payload) {
  if (takes_back(context)) {
    JoinEntries live = state_.entries();
    std::erase_if(live, [](const JoinEntry& entry) { return !crdt::stands(entry); });
    if (!live.empty()) {
      const JoinEntry& gone = live[static_cast<std::size_t>(context.random().below(live.size()))];
      return of_size(crdt::taken_out(crdt::dot_of(gone.key), {own_, 0}), node_id_bytes + sequence_bytes);
    }
  }
  return of_size(crdt::added({own_, ++elements_}), node_id_bytes + sequence_bytes + payload);
}

JoinEntries DataType::changes(Context& context, const Operation& operation) {
  const std::uint32_t payload = payload_of(operation);
  switch (params_.type) {
    case DataKind::gset: return {of_size(crdt::added({hash_text(operation.value), 0}), payload)};
    case DataKind::gcounter: return {counted(crdt::Sign::plus)};
    case DataKind::pncounter: return {counted(takes_back(context) ? crdt::Sign::minus : crdt::Sign::plus)};
    case DataKind::gmap: return changed_keys(context, payload);
    case DataKind::lww_map: return {assigned(context, payload)};
    case DataKind::or_set: return {added_or_removed(context, payload)};
  }
  return {};
}

JoinEntries DataType::update(Context& context, const Operation& operation) {
  JoinEntries entries = changes(context, operation);
  for (JoinEntry& entry : entries) entry.write = operation.write;
  JoinEntries delta = join(context, entries);
  if (applied_.insert(operation.write).second) context.applied(operation.write);  // though something wins against it
  return delta;
}

JoinEntries DataType::join(Context& context, const JoinEntries& entries) {
  JoinEntries difference;
  for (const JoinEntry& entry : entries)
    if (join(context, entry)) difference.push_back(entry);
  if (!difference.empty()) context.state_digest(state_.digest());
  return difference;
}

bool DataType::join(Context& context, const JoinEntry& entry) {
  if (state_.covers(entry)) {
    lost(context, entry);
    return false;
  }
  const auto former = state_.raise(entry);
  if (applied_.insert(entry.write).second) context.applied(entry.write);
  ++standing_[entry.write];
  if (former) superseded(context, former->write, entry.write);
  if (params_.synchronisation == Synchronisation::digest) {
    if (former) {
      ids_.erase(former->fingerprint());
      keys_.erase(former->fingerprint());
    }
    ids_.insert(entry.fingerprint(), 0);
    keys_.emplace(entry.fingerprint(), entry.key);
  }
  return true;
}

// Of concurrent writes to one key one wins; those to a counter are told apart by their node.
void DataType::lost(Context& context, const JoinEntry& entry) const {
  if (params_.type != DataKind::lww_map && params_.type != DataKind::or_set) return;
  const WriteId winner = state_.find(entry.key)->write;
  if (winner != entry.write && !applied_.contains(entry.write)) context.replaced(entry.write, winner);
}

// A write that made several entries is replaced with the last of them.
void DataType::superseded(Context& context, WriteId loser, WriteId winner) {
  if (--standing_[loser] > 0) return;
  standing_.erase(loser);
  context.replaced(loser, winner);
}

std::vector<WriteId> DataType::visible() const {
  std::vector<WriteId> writes;
  for (const auto& [write, entries] : standing_) writes.push_back(write);
  return writes;
}

const JoinEntry* DataType::entry_of(RangeSet::Key id) const {
  const auto it = keys_.find(id);
  return it == keys_.end() ? nullptr : state_.find(it->second);
}

}  // namespace hearsay::gossip
