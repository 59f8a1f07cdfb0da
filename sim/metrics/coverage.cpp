// Keeps the visibility of every write on every node, and what follows from it.
#include "sim/metrics/coverage.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "sim/core/random.hpp"

namespace hearsay {

Coverage::Coverage(std::uint32_t nodes)
    : SelectiveObserver({EventKind::invoke, EventKind::respond, EventKind::applied, EventKind::recovered,
                         EventKind::boot, EventKind::join, EventKind::leave, EventKind::crash, EventKind::restart,
                         EventKind::placed, EventKind::finish}),
      population_(nodes),
      visible_(nodes),
      ever_(nodes),
      lacking_(nodes, 0) {}

void Coverage::observe(const Event& event) {
  if (event.at > instant_) {
    close_instant();
    instant_ = event.at;
  }
  switch (event.kind) {
    case EventKind::applied:
    case EventKind::recovered: show(event); break;
    case EventKind::placed: place(event); break;
    case EventKind::invoke:
      if (event.operation->kind == OperationKind::write) invoke(event);
      break;
    case EventKind::respond:
      if (event.operation->kind == OperationKind::write && event.detail == static_cast<std::uint8_t>(Outcome::ok)) {
        acknowledge(event.operation->write, event.at);
      }
      break;
    case EventKind::finish: close_instant(); break;
    default: change_population(event); break;
  }
}

void Coverage::close_instant() {
  stability_.close_instant(instant_, [this](WriteId write) { return on_all(write); });
  reach_.close_instant(instant_, [this](WriteId write) { return std::pair(writes_[write].holders, expected(write)); });
}

void Coverage::invoke(const Event& event) {
  const WriteId write = event.operation->write;
  if (write >= writes_.size()) {
    writes_.resize(write + 1);
    visible_.grow(writes_.size());
    ever_.grow(writes_.size());
  }
  writes_[write].invoked = event.at;
  writes_[write].origin = event.node;
  reach_.invoked(write, event.at);
  writes_[write].part = hash_text(event.operation->key);
  if (has_parts_) parts_[writes_[write].part].writes.push_back(write);
}

void Coverage::acknowledge(WriteId write, Time at) {
  if (!known(write) || writes_[write].acknowledged) return;
  writes_[write].acknowledged = true;
  ++acknowledged_;
  if (has_parts_) ++parts_[writes_[write].part].acknowledged;
  for (NodeId node = 0; node < population_.capacity(); ++node)
    if (population_.live(node) && expected(write, node) && !visible_.test(write, node)) miss(node);
  stability_.acknowledged(write, writes_[write].invoked, at);
  reach_.acknowledged(write);
}

void Coverage::show(const Event& event) {
  const auto id = static_cast<WriteId>(event.id);
  if (!known(id) || !population_.live(event.node) || !visible_.set(id, event.node)) return;
  Write& write = writes_[id];
  if (expected(id, event.node)) {
    reach_.held_by(id, ++write.holders);
    if (write.acknowledged) miss_no_more(event.node);
    if (write.holders == expected(id)) stability_.reached_all(id);
  }
  if (ever_.set(id, event.node) && event.kind == EventKind::applied) delivery_.add(event.at - write.invoked);
}

void Coverage::change_population(const Event& event) {
  switch (population_.fold(event)) {
    case Population::Change::came:
      lacking_[event.node] = expected_on(event.node);
      all_lacking_ += lacking_[event.node];
      if (lacking_[event.node] == 0) ++complete_;
      break;
    case Population::Change::went:
      forget(event.node);
      silence(event.node);
      stability_.node_went();
      reach_.node_went();
      break;
    case Population::Change::none: break;
  }
}

void Coverage::forget(NodeId node) {
  if (lacking_[node] == 0) --complete_;
  all_lacking_ -= lacking_[node];
  for (std::size_t block = 0; block < visible_.blocks(); ++block) {
    for (std::uint64_t bits = visible_.word(block, node); bits != 0; bits &= bits - 1) {
      const auto write = static_cast<WriteId>(block * WriteBits::block_writes + std::countr_zero(bits));
      if (expected(write, node)) --writes_[write].holders;
    }
  }
  visible_.clear_node(node);
}

void Coverage::miss(NodeId node) {
  if (lacking_[node]++ == 0) --complete_;
  ++all_lacking_;
}

void Coverage::miss_no_more(NodeId node) {
  if (--lacking_[node] == 0) ++complete_;
  --all_lacking_;
}

// --- parts

bool Coverage::Part::owned_by(NodeId node) const {
  const auto& all = owners.now();
  return all.empty() || std::find(all.begin(), all.end(), node) != all.end();
}

const Coverage::Part* Coverage::part_of(WriteId write) const {
  if (!has_parts_) return nullptr;
  const auto it = parts_.find(writes_[write].part);
  return it == parts_.end() ? nullptr : &it->second;
}

bool Coverage::expected(WriteId write, NodeId node) const {
  const Part* part = part_of(write);
  return part == nullptr || part->owned_by(node);
}

std::uint32_t Coverage::expected(WriteId write) const {
  const Part* part = part_of(write);
  return part == nullptr ? population_.count() : live_owners(*part);
}

std::uint32_t Coverage::live_owners(const Part& part) const {
  const auto& owners = part.owners.now();
  if (owners.empty()) return population_.count();
  const auto live = [this](NodeId node) { return population_.live(node); };
  return static_cast<std::uint32_t>(std::count_if(owners.begin(), owners.end(), live));
}

// Acknowledged writes that ought to be on the node.
std::uint64_t Coverage::expected_on(NodeId node) const {
  if (!has_parts_) return acknowledged_;
  std::uint64_t count = 0;
  for (const auto& [key, part] : parts_)
    if (part.owned_by(node)) count += part.acknowledged;
  return count;
}

// The first time that anything is placed: whose writes are where matters from now on.
void Coverage::find_parts() {
  has_parts_ = true;
  for (WriteId write = 0; write < writes_.size(); ++write) {
    if (!known(write)) continue;
    Part& part = parts_[writes_[write].part];
    part.writes.push_back(write);
    part.acknowledged += writes_[write].acknowledged ? 1 : 0;
  }
}

void Coverage::place(const Event& event) {
  if (!population_.live(event.node)) return;
  if (!has_parts_) find_parts();
  Part& part = parts_[event.extra];
  const std::vector<NodeId> before = part.owners.now();
  if (part.owners.say(event.node, event.id != 0, *event.owners)) move_to_owners(part, before);
}

// What it said of owners goes with it.
void Coverage::silence(NodeId node) {
  for (auto& [key, part] : parts_) {
    const std::vector<NodeId> before = part.owners.now();
    if (part.owners.silence(node)) move_to_owners(part, before);
  }
}

// The part's owners have changed.
void Coverage::move_to_owners(Part& part, const std::vector<NodeId>& before) {
  const auto owned = [&before](NodeId node) {
    return before.empty() || std::find(before.begin(), before.end(), node) != before.end();
  };
  for (NodeId node = 0; node < population_.capacity(); ++node)
    if (population_.live(node) && owned(node) != part.owned_by(node)) move(part, node, part.owned_by(node));
  for (const WriteId write : part.writes) {  // it may be on all, or on more, of the new ones
    stability_.reached_all(write);
    reach_.moved(write);
  }
}

// The node's place among the owners of the part.
void Coverage::move(const Part& part, NodeId node, bool to_it) {
  for (const WriteId id : part.writes) {
    Write& write = writes_[id];
    if (visible_.test(id, node)) {
      write.holders += to_it ? 1U : ~0U;
    } else if (write.acknowledged) {
      to_it ? miss(node) : miss_no_more(node);
    }
  }
}

double Coverage::present() const {
  if (acknowledged_ == 0) return 1;
  if (population_.count() == 0) return 0;
  double pairs = 0;
  if (!has_parts_) pairs = static_cast<double>(acknowledged_) * static_cast<double>(population_.count());
  for (const auto& [key, part] : parts_)
    pairs += static_cast<double>(part.acknowledged) * static_cast<double>(live_owners(part));
  return pairs > 0 ? 1 - static_cast<double>(all_lacking_) / pairs : 0;
}

double Coverage::up_to_date() const {
  if (acknowledged_ == 0) return 1;
  if (population_.count() == 0) return 0;
  return static_cast<double>(complete_) / static_cast<double>(population_.count());
}

}  // namespace hearsay
