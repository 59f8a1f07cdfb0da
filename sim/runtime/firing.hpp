// The FaultScope of one firing, from its begin to its end.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "sim/faults/fault.hpp"
#include "sim/runtime/cluster.hpp"

namespace hearsay {

class Firing final : public FaultScope, public std::enable_shared_from_this<Firing> {
 public:
  struct Setup {  // all must outlive it
    Cluster& cluster;
    LinkState& links;
    std::size_t& pending;  // counts the steps put off
    Time& last_step;       // when the last of them was done
  };
  struct Timing {
    std::optional<Duration> lasts;
    Duration stagger{};
  };
  // Owned by a shared_ptr, which the steps put off share.
  Firing(const Setup& setup, RuleId rule, const Timing& timing, RandomStream random)
      : setup_(setup), rule_(rule), timing_(timing), random_(random) {}

  // It has ended: steps that are still put off have no effect.
  void finish();

  LinkState& links() override { return setup_.links; }
  const ZoneMap& zones() const override { return setup_.cluster.platform().zones(); }
  std::uint32_t node_count() const override { return setup_.cluster.scenario().nodes; }
  std::vector<NodeId> present() const override { return nodes_where(true); }
  std::vector<NodeId> absent() const override { return nodes_where(false); }
  bool starting() const override { return setup_.cluster.scheduler().now() == Time{}; }
  RandomStream& random() override { return random_; }
  RuleId rule() const override { return rule_; }
  std::span<const MessageKind> message_kinds() const override { return setup_.cluster.protocol().messages; }
  std::optional<Duration> lasts() const override { return timing_.lasts; }
  Duration stagger() const override { return timing_.stagger; }
  void after(Duration delay, std::function<void(FaultScope&)> step) override;

  void crash(NodeId node, DiskMode disk) override;
  void kill(NodeId node) override;
  void restart(NodeId node) override;
  void pause(NodeId node) override;
  void resume(NodeId node) override;
  void join(NodeId node) override;
  void leave(NodeId node) override;
  void clone(NodeId node, NodeId original) override;
  void slow_down(NodeId node, double factor) override;
  void speed_up(NodeId node) override;
  void slow_disk(NodeId node, const DiskSlowness& slowness) override;
  void restore_disk(NodeId node) override;
  void cut_clients(NodeId node, bool reject) override;
  void restore_clients(NodeId node) override;
  void shift_clock(NodeId node, Duration skew, double drift) override;
  void restore_clock(NodeId node, Duration skew, double drift) override;
  void link_down(const std::string& name) override;
  void link_up(const std::string& name) override;

 private:
  std::vector<NodeId> nodes_where(bool member) const;
  void touched();

  Setup setup_;
  RuleId rule_;
  Timing timing_;
  RandomStream random_;
  bool over_ = false;
  std::size_t put_off_ = 0;
};

}  // namespace hearsay
