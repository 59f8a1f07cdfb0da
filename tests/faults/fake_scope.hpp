// A FaultScope that writes down what a fault does to nodes and links of the platform.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "sim/faults/fault.hpp"

namespace hearsay {

class FakeScope final : public FaultScope {
 public:
  explicit FakeScope(std::uint32_t nodes, std::uint64_t seed = 1, RuleId rule = 0)
      : links_(seed), nodes_(nodes), random_(seed, "test.fault", rule), rule_(rule) {
    for (NodeId node = 0; node < nodes; ++node) present_.push_back(node);
  }

  void make_absent(NodeId node) {
    std::erase(present_, node);
    absent_.push_back(node);
    std::sort(absent_.begin(), absent_.end());
  }
  // The next firing: another rule with a random stream of its own.
  void next_firing() {
    ++rule_;
    random_ = RandomStream(1, "test.fault", rule_);
  }
  std::vector<std::string> take_calls() { return std::exchange(calls_, {}); }
  ZoneMap& edit_zones() { return zones_; }

  LinkState& links() override { return links_; }
  const ZoneMap& zones() const override { return zones_; }
  std::uint32_t node_count() const override { return nodes_; }
  std::vector<NodeId> present() const override { return present_; }
  std::vector<NodeId> absent() const override { return absent_; }
  bool starting() const override { return starting_; }
  void set_starting(bool starting) { starting_ = starting; }
  RandomStream& random() override { return random_; }
  RuleId rule() const override { return rule_; }

  void crash(NodeId node, DiskMode disk) override {
    const char* const modes[] = {"kept", "unsynced-lost", "lost"};
    say("crash", node, modes[static_cast<std::size_t>(disk)]);
  }
  void kill(NodeId node) override { say("kill", node); }
  void restart(NodeId node) override { say("restart", node); }
  void pause(NodeId node) override { say("pause", node); }
  void resume(NodeId node) override { say("resume", node); }
  void join(NodeId node) override { say("join", node); }
  void leave(NodeId node) override { say("leave", node); }
  void clone(NodeId node, NodeId original) override { say("clone", node, std::to_string(original)); }
  void slow_down(NodeId node, double factor) override { say("slow_down", node, std::to_string(factor)); }
  void speed_up(NodeId node) override { say("speed_up", node); }
  void slow_disk(NodeId node, const DiskSlowness& slowness) override {
    say("slow_disk", node,
        slowness.stall ? "stall"
                       : std::to_string(slowness.factor) + " " + std::to_string(slowness.latency.count()) + "ns");
  }
  void restore_disk(NodeId node) override { say("restore_disk", node); }
  void cut_clients(NodeId node, bool reject) override { say("cut_clients", node, reject ? "reject" : "drop"); }
  void restore_clients(NodeId node) override { say("restore_clients", node); }

  // Timing of the next firing, and its time, which passes by pass(): what was put off is called then.
  void set_timing(std::optional<Duration> lasts, Duration stagger) {
    lasts_ = lasts;
    stagger_ = stagger;
  }
  std::optional<Duration> lasts() const override { return lasts_; }
  Duration stagger() const override { return stagger_; }
  void after(Duration delay, std::function<void(FaultScope&)> step) override {
    steps_.emplace(now_ + delay, std::move(step));
  }
  void pass(Duration until) {
    while (!steps_.empty() && steps_.begin()->first <= until) {
      const auto step = steps_.extract(steps_.begin());
      now_ = step.key();
      step.mapped()(*this);
    }
    now_ = until;
  }
  std::span<const MessageKind> message_kinds() const override { return kinds_; }
  void shift_clock(NodeId node, Duration skew, double drift) override {
    say("shift_clock", node, std::to_string(skew.count()) + "ns " + std::to_string(drift));
  }
  void restore_clock(NodeId node, Duration skew, double drift) override {
    say("restore_clock", node, std::to_string(skew.count()) + "ns " + std::to_string(drift));
  }
  void link_down(const std::string& name) override { calls_.push_back("link_down " + name); }
  void link_up(const std::string& name) override { calls_.push_back("link_up " + name); }

 private:
  void say(const std::string& verb, NodeId node, const std::string& detail = {}) {
    calls_.push_back(verb + " " + std::to_string(node) + (detail.empty() ? "" : " " + detail));
  }

  LinkState links_;
  ZoneMap zones_;
  std::uint32_t nodes_;
  std::vector<NodeId> present_, absent_;
  RandomStream random_;
  RuleId rule_;
  std::vector<std::string> calls_;
  std::optional<Duration> lasts_;
  Duration stagger_{}, now_{};
  bool starting_ = false;
  std::multimap<Duration, std::function<void(FaultScope&)>> steps_;  // equal times in order of insertion
  std::vector<MessageKind> kinds_{{"data", Transport::datagram}, {"ack", Transport::stream}};
};

inline std::unique_ptr<Fault> make_fault(const std::string& verb, const ParameterValues& values,
                                         std::uint32_t nodes = 5) {
  return find_fault(verb)->make(values, nodes);
}

}  // namespace hearsay
