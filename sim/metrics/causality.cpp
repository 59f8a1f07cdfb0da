// Freezes the causal past of each write at its origin and compares it with what other nodes show.
#include "sim/metrics/causality.hpp"

#include <algorithm>

namespace hearsay {

Causality::Causality(std::uint32_t nodes, const Coverage& coverage)
    : SelectiveObserver({EventKind::invoke, EventKind::applied, EventKind::recovered, EventKind::crash,
                         EventKind::leave, EventKind::finish}),
      coverage_(coverage),
      fresh_(nodes),
      low_block_(nodes, 0),
      whole_(nodes, 0) {}

void Causality::observe(const Event& event) {
  const bool same_step = event.kind == EventKind::applied && event.node == step_node_ && event.at == step_at_;
  if (!same_step) check_step();
  switch (event.kind) {
    case EventKind::invoke:
      if (event.operation->kind == OperationKind::write) invoke(event);
      break;
    case EventKind::applied:
    case EventKind::recovered: {
      const auto id = static_cast<WriteId>(event.id);
      // The same writes and nodes as Coverage takes.
      if (!coverage_.known(id) || !coverage_.population().live(event.node) || coverage_.visible(id, event.node)) return;
      Write& write = writes_[id];
      if (event.kind == EventKind::applied) {
        step_node_ = event.node;
        step_at_ = event.at;
        step_.push_back(id);
        if (event.node == write.origin && !write.frozen) freeze(write);
      }
      show(id, event.node);
      break;
    }
    case EventKind::crash:
    case EventKind::leave:
      if (event.node >= low_block_.size()) break;
      fresh_.clear_node(event.node);
      whole_[event.node] = 0;
      break;
    default: break;
  }
}

void Causality::invoke(const Event& event) {
  const WriteId write = event.operation->write;
  if (write >= writes_.size()) {
    writes_.resize(write + 1);
    fresh_.grow(writes_.size());
  }
  writes_[write].origin = event.node;
}

void Causality::show(WriteId write, NodeId node) {
  fresh_.set(write, node);
  const auto block = static_cast<std::uint32_t>(WriteBits::block_of(write));
  low_block_[node] = std::min(low_block_[node], block);
}

// Moves what is fresh at the origin into the past of its own write; the write itself is what is fresh next.
void Causality::freeze(Write& write) {
  write.frozen = true;
  write.first = pasts_.size();
  const NodeId node = write.origin;
  for (std::size_t block = low_block_[node]; block < fresh_.blocks(); ++block) {
    std::uint64_t& bits = fresh_.word(block, node);
    if (bits != 0) pasts_.push_back({static_cast<std::uint32_t>(block), bits});
    bits = 0;
  }
  write.last = pasts_.size();
  low_block_[node] = static_cast<std::uint32_t>(fresh_.blocks());
}

// By now Coverage has taken in the whole step and nothing after it.
void Causality::check_step() {
  for (const WriteId id : step_) {
    if (!past_is_visible(writes_[id], step_node_)) ++violations_;
  }
  step_.clear();
  step_node_ = no_node;
}

// A past reaches back as far as its writer was silent, most of it to what every node shows by now: that part is not
// looked at, or the work would grow with the square of the writes.
bool Causality::past_is_visible(const Write& write, NodeId node) {
  std::uint32_t& whole = whole_[node];
  while (whole < fresh_.blocks() && coverage_.visible_word(whole, node) == ~std::uint64_t{0}) ++whole;
  for (std::size_t i = write.last; i > write.first && pasts_[i - 1].block >= whole; --i) {
    const Past& past = pasts_[i - 1];
    if ((past.writes & ~coverage_.visible_word(past.block, node)) != 0) return false;
  }
  return true;
}

}  // namespace hearsay
