#include "sim/runtime/firing.hpp"

#include <utility>

namespace hearsay {

void Firing::finish() {
  over_ = true;
  setup_.pending -= std::exchange(put_off_, 0);
}

void Firing::after(Duration delay, std::function<void(FaultScope&)> step) {
  Scheduler& scheduler = setup_.cluster.scheduler();
  ++put_off_;
  ++setup_.pending;
  scheduler.at(later(scheduler.now(), delay), [self = shared_from_this(), step = std::move(step)] {
    if (self->over_) return;
    --self->put_off_;
    --self->setup_.pending;
    self->setup_.last_step = self->setup_.cluster.scheduler().now();
    step(*self);
  });
}

std::vector<NodeId> Firing::nodes_where(bool member) const {
  std::vector<NodeId> nodes;
  for (NodeId node = 0; node < node_count(); ++node)
    if (setup_.cluster.is_member(node) == member) nodes.push_back(node);
  return nodes;
}

void Firing::touched() { setup_.cluster.network().report_effect(rule_, FaultEffect::stopped); }

void Firing::crash(NodeId node, DiskMode disk) {
  if (setup_.cluster.lifecycle().crash(node, disk)) touched();
}
void Firing::kill(NodeId node) {
  if (setup_.cluster.lifecycle().kill(node)) touched();
}
void Firing::restart(NodeId node) { setup_.cluster.lifecycle().restart(node); }
void Firing::pause(NodeId node) {
  if (setup_.cluster.lifecycle().pause(node)) touched();
}
void Firing::resume(NodeId node) { setup_.cluster.lifecycle().resume(node); }
void Firing::join(NodeId node) { setup_.cluster.lifecycle().join(node); }
void Firing::leave(NodeId node) {
  if (setup_.cluster.is_member(node)) touched();
  setup_.cluster.lifecycle().leave(node);
}
void Firing::clone(NodeId node, NodeId original) {
  setup_.cluster.node(node).become_clone(setup_.cluster.node(original));
  setup_.cluster.lifecycle().join(node);  // no effect on one that boots with the cluster
  touched();
}
void Firing::slow_down(NodeId node, double factor) { setup_.cluster.node(node).slow_down(rule_, factor); }
void Firing::speed_up(NodeId node) { setup_.cluster.node(node).speed_up(rule_); }
void Firing::slow_disk(NodeId node, const DiskSlowness& slowness) {
  setup_.cluster.node(node).slow_disk(rule_, slowness);
}
void Firing::restore_disk(NodeId node) { setup_.cluster.node(node).restore_disk(rule_); }
void Firing::cut_clients(NodeId node, bool reject) { setup_.cluster.clients().cut_off(node, rule_, reject); }
void Firing::restore_clients(NodeId node) { setup_.cluster.clients().reconnect(node, rule_); }
void Firing::shift_clock(NodeId node, Duration skew, double drift) {
  setup_.cluster.node(node).shift_clock(skew, drift);
}
void Firing::restore_clock(NodeId node, Duration skew, double drift) {
  setup_.cluster.node(node).restore_clock(skew, drift);
}
void Firing::link_down(const std::string& name) { setup_.cluster.network().link_down(name, rule_); }
void Firing::link_up(const std::string& name) { setup_.cluster.network().link_up(name, rule_); }

}  // namespace hearsay
