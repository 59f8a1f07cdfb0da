// A Context that notes what a part of a replica does, for tests of that part alone. Nothing that it does has any
// effect.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "sim/core/protocol.hpp"

namespace hearsay {

struct NotingContext final : Context {
  Time time{};
  std::vector<std::pair<NodeId, MessagePtr>> sent;
  std::vector<std::pair<Duration, TimerKey>> timers;
  std::vector<std::pair<OpId, Response>> responses;
  std::map<MetricIndex, double> counts;

  std::vector<WriteId> applied_writes, reapplied_writes;
  std::vector<std::pair<WriteId, WriteId>> replaced_writes;  // loser, winner

  double counted(MetricIndex metric) const {
    const auto found = counts.find(metric);
    return found == counts.end() ? 0 : found->second;
  }

  NodeId self() const override { return 0; }
  std::span<const NodeId> neighbours() const override { return {}; }
  std::span<const NodeId> peers() const override { return {}; }
  Time now() const override { return time; }
  RandomStream& random() override { return random_; }
  SendId send(NodeId to, MessagePtr message) override {
    sent.emplace_back(to, std::move(message));
    return sent.size();
  }
  SendId send_on(ConnectionId, MessagePtr) override { return no_send; }
  void withdraw(SendId) override {}
  ConnectionId dial(NodeId) override { return no_connection; }
  void close(ConnectionId) override {}
  void set_timer(Duration delay, TimerKey key) override { timers.emplace_back(delay, key); }
  void compute(Duration) override {}
  void exit() override {}
  Storage& storage() override { return storage_; }
  void sync() override { storage_.sync(); }
  void respond(OpId operation, Response response) override { responses.emplace_back(operation, std::move(response)); }
  void applied(WriteId write) override { applied_writes.push_back(write); }
  void reapplied(WriteId write) override { reapplied_writes.push_back(write); }
  void replaced(WriteId loser, WriteId winner) override { replaced_writes.emplace_back(loser, winner); }
  void redundant() override {}
  void discarded_corrupt() override {}
  void state_digest(std::uint64_t) override {}
  void placed(std::uint64_t, std::uint64_t, const std::vector<NodeId>&) override {}
  void member(NodeId, MemberState) override {}
  void count(MetricIndex metric, double amount) override { counts[metric] += amount; }
  void high_water(MetricIndex, double) override {}
  void level(MetricIndex, double) override {}
  void count_about(MetricIndex, NodeId, double) override {}
  void sample(MetricIndex, Duration) override {}

 private:
  RandomStream random_{1, "noting"};
  Storage storage_;
};

}  // namespace hearsay
