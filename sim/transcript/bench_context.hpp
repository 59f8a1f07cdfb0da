// The Context of one replica on the bench.
#pragma once

#include "sim/transcript/bench.hpp"

namespace hearsay::bench {

class Bench::NodeContext final : public Context {
 public:
  NodeContext(Bench& bench, NodeId self) : bench_(bench), self_(self), random_(bench.seed_, "replica", self) {}

  NodeId self() const override { return self_; }
  std::span<const NodeId> neighbours() const override { return node().neighbours; }
  std::span<const NodeId> peers() const override { return node().peers; }
  Time now() const override { return bench_.now_ + node().skew; }
  RandomStream& random() override { return random_; }

  SendId send(NodeId to, MessagePtr message) override { return bench_.send(self_, to, std::move(message)); }
  SendId send_on(ConnectionId connection, MessagePtr message) override {
    return bench_.send_on(self_, connection, std::move(message));
  }
  void withdraw(SendId send) override;
  ConnectionId dial(NodeId to) override { return bench_.dial(self_, to); }
  void close(ConnectionId connection) override;

  void set_timer(Duration delay, TimerKey key) override;
  void exit() override { bench_.exited_ = true; }
  void compute(Duration work) override;
  Storage& storage() override { return bench_.nodes_[self_]->disk; }
  void sync() override;

  void respond(OpId operation, Response response) override;
  void applied(WriteId write) override;
  void reapplied(WriteId write) override;
  void replaced(WriteId loser, WriteId winner) override;
  void redundant() override;
  void discarded_corrupt() override;
  void state_digest(std::uint64_t digest) override;
  void placed(std::uint64_t, std::uint64_t, const std::vector<NodeId>&) override {}  // not in transcripts
  void member(NodeId about, MemberState state) override;
  void count(MetricIndex metric, double amount) override { bench_.metrics_.count(metric, amount); }
  void high_water(MetricIndex metric, double level) override { bench_.metrics_.high_water(metric, level); }
  void level(MetricIndex metric, double level) override { bench_.metrics_.level(metric, self_, level); }
  void count_about(MetricIndex metric, NodeId about, double amount) override {
    bench_.metrics_.count_about(metric, about, amount);
  }
  void sample(MetricIndex metric, Duration duration) override { bench_.metrics_.sample(metric, duration); }

 private:
  const Node& node() const { return *bench_.nodes_[self_]; }
  std::ostream& line() { return bench_.line() << "  " << self_ << " "; }

  Bench& bench_;
  NodeId self_;
  RandomStream random_;
};

}  // namespace hearsay::bench
