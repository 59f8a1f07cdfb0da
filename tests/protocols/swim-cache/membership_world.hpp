// Membership machines without protocol and engine: a heap of what is due, a constant latency, independent loss.
#pragma once

#include <functional>
#include <memory>
#include <queue>
#include <variant>
#include <vector>

#include "protocols/swim-cache/membership.hpp"

namespace hearsay::membership {

class World {
 public:
  struct Notice {
    Time at{};
    NodeId by = no_node, about = no_node;
    MemberState state = MemberState::alive;
  };
  struct Settings {
    Config config;
    std::uint32_t nodes = 3;
    std::uint64_t seed = 1;
    Duration latency = std::chrono::milliseconds(1);
    double loss = 0;
  };

  explicit World(const Settings& settings) : settings_(settings), loss_(settings.seed, "world.loss") {
    for (NodeId node = 0; node < settings.nodes; ++node) add();
    for (NodeId node = 0; node < settings.nodes; ++node) {
      std::vector<NodeId> others;
      for (NodeId other = 0; other < settings.nodes; ++other)
        if (other != node) others.push_back(other);
      nodes_[node]->machine.start(now_, others, 1);
    }
  }

  // A new node that joins through `seed`.
  NodeId join(NodeId seed) {
    const NodeId node = add();
    nodes_[node]->machine.start(now_, {}, 1);
    nodes_[node]->machine.join({seed});
    return node;
  }
  void crash(NodeId node) { nodes_[node]->up = false; }
  void leave(NodeId node) {
    nodes_[node]->machine.leave(now_);
    crash(node);
  }
  // Nothing passes between nodes below `boundary` and the others; 0: all passes.
  void cut(NodeId boundary) { boundary_ = boundary; }

  void run_until(Time end, const std::function<bool()>& stop = {}) {
    while (!due_.empty() && due_.top().at <= end && !(stop && stop())) {
      const Item item = due_.top();
      due_.pop();
      now_ = item.at;
      item.what();
    }
    if (!(stop && stop())) now_ = end;
  }

  Time now() const { return now_; }
  Membership& at(NodeId node) { return nodes_[node]->machine; }
  const std::vector<Notice>& notices() const { return notices_; }
  std::size_t count(Happening what) const { return happened_[static_cast<std::size_t>(what)]; }
  std::uint64_t datagrams() const { return datagrams_; }
  std::uint64_t bytes() const { return bytes_; }
  std::function<void(NodeId from, NodeId to, const Packet&)> on_send;
  std::function<bool(NodeId from, NodeId to, const Packet&)> loses;

 private:
  struct Node final : Host {
    Node(World& w, NodeId i)
        : world(w), id(i), random(w.settings_.seed, "replica", i), machine(w.settings_.config, *this, random, i) {}
    World& world;
    NodeId id;
    bool up = true;
    RandomStream random;
    Membership machine;

    void send(NodeId to, Packet packet) override {
      ++world.datagrams_;
      world.bytes_ += packet.bytes;
      if (world.on_send) world.on_send(id, to, packet);
      if (world.loses && world.loses(id, to, packet)) return;
      if (world.settings_.loss > 0 && world.loss_.chance(world.settings_.loss)) return;
      world.carry(id, to, [this, to, packet = std::make_shared<Packet>(std::move(packet))] {
        world.at(to).packet(world.now_, id, *packet);
      });
    }
    void send_state(NodeId to, FullState state, bool reply) override {
      world.bytes_ +=
          static_cast<std::uint64_t>(wire_size(state, world.settings_.config) * compressed_share(state.members.size()));
      world.carry(id, to, [this, to, reply, state = std::make_shared<FullState>(std::move(state))] {
        world.at(to).state(world.now_, id, *state, reply);
      });
    }
    void send_stream_ping(NodeId to, std::uint32_t sequence, bool reply) override {
      world.carry(id, to, [this, to, sequence, reply] { world.at(to).stream_ping(id, sequence, reply); });
    }
    void set_timer(Duration delay, Timer timer) override {
      world.after(delay, [this, timer] {
        if (up) machine.timer(world.now_, timer);
      });
    }
    void member(NodeId about, MemberState state) override { world.notices_.push_back({world.now_, id, about, state}); }
    void happened(Happening what) override { ++world.happened_[static_cast<std::size_t>(what)]; }
    bool has_user_broadcasts() const override { return false; }
  };
  struct Item {
    Time at;
    std::uint64_t number;
    std::function<void()> what;
    bool operator<(const Item& other) const { return std::tie(at, number) > std::tie(other.at, other.number); }
  };

  NodeId add() {
    nodes_.push_back(std::make_unique<Node>(*this, static_cast<NodeId>(nodes_.size())));
    return nodes_.back()->id;
  }
  void after(Duration delay, std::function<void()> what) { due_.push({now_ + delay, ++number_, std::move(what)}); }
  void carry(NodeId from, NodeId to, std::function<void()> deliver) {
    after(settings_.latency, [this, from, to, deliver = std::move(deliver)] {
      const bool parted = boundary_ != 0 && (from < boundary_) != (to < boundary_);
      if (nodes_[to]->up && !parted) deliver();
    });
  }

  Settings settings_;
  RandomStream loss_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::priority_queue<Item> due_;
  std::uint64_t number_ = 0, datagrams_ = 0, bytes_ = 0;
  Time now_{};
  NodeId boundary_ = 0;
  std::vector<Notice> notices_;
  std::array<std::size_t, 16> happened_{};
};

}  // namespace hearsay::membership
