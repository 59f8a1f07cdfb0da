// Keeps the visibility of every write on every node, and what follows from it.
#include "sim/metrics/coverage.hpp"

#include <bit>

namespace hearsay {

Coverage::Coverage(std::uint32_t nodes)
    : SelectiveObserver({EventKind::invoke, EventKind::respond, EventKind::applied, EventKind::recovered,
                         EventKind::boot, EventKind::join, EventKind::leave, EventKind::crash, EventKind::restart,
                         EventKind::finish}),
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
}

void Coverage::invoke(const Event& event) {
  const WriteId write = event.operation->write;
  if (write >= writes_.size()) {
    writes_.resize(write + 1);
    visible_.grow(writes_.size());
    ever_.grow(writes_.size());
  }
  writes_[write].invoked = event.at;
}

void Coverage::acknowledge(WriteId write, Time at) {
  if (!known(write) || writes_[write].acknowledged) return;
  writes_[write].acknowledged = true;
  ++acknowledged_;
  for (NodeId node = 0; node < population_.capacity(); ++node) {
    if (!population_.live(node) || visible_.test(write, node)) continue;
    if (lacking_[node]++ == 0) --complete_;
  }
  stability_.acknowledged(write, writes_[write].invoked, at);
}

void Coverage::show(const Event& event) {
  const auto id = static_cast<WriteId>(event.id);
  if (!known(id) || !population_.live(event.node) || !visible_.set(id, event.node)) return;
  Write& write = writes_[id];
  ++write.holders;
  if (write.acknowledged && --lacking_[event.node] == 0) ++complete_;
  if (write.holders == population_.count()) stability_.reached_all(id);
  if (ever_.set(id, event.node) && event.kind == EventKind::applied) delivery_.add(event.at - write.invoked);
}

void Coverage::change_population(const Event& event) {
  switch (population_.fold(event)) {
    case Population::Change::came:
      lacking_[event.node] = static_cast<std::uint32_t>(acknowledged_);
      if (acknowledged_ == 0) ++complete_;
      break;
    case Population::Change::went:
      forget(event.node);
      stability_.node_went();
      break;
    case Population::Change::none: break;
  }
}

void Coverage::forget(NodeId node) {
  if (lacking_[node] == 0) --complete_;
  for (std::size_t block = 0; block < visible_.blocks(); ++block) {
    for (std::uint64_t bits = visible_.word(block, node); bits != 0; bits &= bits - 1) {
      --writes_[block * WriteBits::block_writes + static_cast<std::size_t>(std::countr_zero(bits))].holders;
    }
  }
  visible_.clear_node(node);
}

double Coverage::up_to_date() const {
  if (acknowledged_ == 0) return 1;
  if (population_.count() == 0) return 0;
  return static_cast<double>(complete_) / static_cast<double>(population_.count());
}

}  // namespace hearsay
