// The Context of a protocol that is a part of another one: what it does reaches the world through the Context of the
// outer one. Whoever derives from it says how messages and timers are told from the outer protocol's own, what becomes
// of the state that it reports, and where its metrics stand.
#pragma once

#include <vector>

#include "sim/core/protocol.hpp"

namespace hearsay {

class InnerContext : public Context {
 public:
  // Whose calls the inner one's go to, from now on: that of the handler that runs.
  void enter(Context& outer) { outer_ = &outer; }
  Context& outer() { return *outer_; }

  NodeId self() const override { return outer_->self(); }
  NodeId name() const override { return outer_->name(); }
  std::span<const NodeId> neighbours() const override { return outer_->neighbours(); }
  std::span<const NodeId> peers() const override { return outer_->peers(); }
  Time now() const override { return outer_->now(); }
  RandomStream& random() override { return outer_->random(); }

  void withdraw(SendId send) override { outer_->withdraw(send); }
  ConnectionId dial(NodeId to) override { return outer_->dial(to); }
  void close(ConnectionId connection) override { outer_->close(connection); }

  void compute(Duration work) override { outer_->compute(work); }
  void exit() override { outer_->exit(); }
  Storage& storage() override { return outer_->storage(); }
  void sync() override { outer_->sync(); }

  void respond(OpId operation, Response response) override { outer_->respond(operation, std::move(response)); }
  void applied(WriteId write) override { outer_->applied(write); }
  void reapplied(WriteId write) override { outer_->reapplied(write); }
  void replaced(WriteId loser, WriteId winner) override { outer_->replaced(loser, winner); }
  void redundant() override { outer_->redundant(); }
  void discarded_corrupt() override { outer_->discarded_corrupt(); }
  void placed(std::uint64_t part, std::uint64_t digest, const std::vector<NodeId>& owners) override {
    outer_->placed(part, digest, owners);
  }
  void member(NodeId about, MemberState state) override { outer_->member(about, state); }

  void count(MetricIndex metric, double amount) override { outer_->count(outer_metric(metric), amount); }
  void high_water(MetricIndex metric, double level) override { outer_->high_water(outer_metric(metric), level); }
  void level(MetricIndex metric, double level) override { outer_->level(outer_metric(metric), level); }
  void count_about(MetricIndex metric, NodeId about, double amount) override {
    outer_->count_about(outer_metric(metric), about, amount);
  }
  void sample(MetricIndex metric, Duration duration) override { outer_->sample(outer_metric(metric), duration); }

 private:
  virtual MetricIndex outer_metric(MetricIndex inner) const = 0;

  Context* outer_ = nullptr;
};

}  // namespace hearsay
