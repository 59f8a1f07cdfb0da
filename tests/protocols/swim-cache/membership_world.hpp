// Membership machines without protocol and engine: a heap of what is due, a constant latency, independent loss.
#pragma once

#include <algorithm>
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
      std::vector<NodeId>& others = nodes_[node]->others;
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
  // It goes on until it has left.
  void leave(NodeId node) {
    nodes_[node]->leaving = true;
    nodes_[node]->machine.leave(now_);
  }
  bool is_up(NodeId node) const { return nodes_[node]->up; }
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
  std::uint64_t bytes() const { return bytes_; }  // of datagrams
  std::uint64_t stream_bytes() const { return stream_bytes_; }
  struct RoundTrip {
    Time at{};
    double measured = 0, estimated = 0;
  };
  const std::vector<RoundTrip>& round_trips() const { return round_trips_; }
  std::function<void(NodeId from, NodeId to, const Packet&)> on_send;
  std::function<void(NodeId from, NodeId to, bool reply)> on_state;
  std::function<bool(NodeId from, NodeId to, const Packet&)> loses;

 private:
  struct Node final : Host {
    Node(World& w, NodeId i)
        : world(w), id(i), random(w.settings_.seed, "replica", i), machine(w.settings_.config, *this, random, i) {}
    World& world;
    NodeId id;
    bool up = true, leaving = false;
    std::vector<NodeId> others;
    RandomStream random;
    Membership machine;

    // What comes to this node, unless it is down; it goes once it has left.
    template <class Handler>
    void handle(Handler handler) {
      if (!up) return;
      handler();
      if (leaving && machine.has_left()) up = false;
    }
    void send(NodeId to, Packet packet) override {
      ++world.datagrams_;
      world.bytes_ += datagram_size(packet, id, to, world.settings_.config);
      if (world.on_send) world.on_send(id, to, packet);
      if (world.loses && world.loses(id, to, packet)) return;
      if (world.settings_.loss > 0 && world.loss_.chance(world.settings_.loss)) return;
      world.carry(id, to, [this, to, packet = std::make_shared<Packet>(std::move(packet))] {
        world.at(to).packet(world.now_, id, *packet);
      });
    }
    void send_state(NodeId to, FullState state, bool reply) override {
      world.stream_bytes_ += stream_size(encode(state, "", world.settings_.config), world.settings_.config);
      if (world.on_state) world.on_state(id, to, reply);
      world.carry(id, to, [this, to, reply, state = std::make_shared<FullState>(std::move(state))] {
        world.at(to).state(world.now_, id, *state, reply);
      });
    }
    void send_stream_ping(NodeId to, std::uint32_t sequence, Duration limit) override {
      ++world.stream_pings_;
      world.carry_stream(id, to, limit, [this, to, sequence] { world.at(to).stream_ping(id, sequence, false); });
    }
    void answer_stream_ping(NodeId to, std::uint32_t sequence) override {
      world.carry_stream(id, to, {}, [this, to, sequence] { world.at(to).stream_ping(id, sequence, true); });
    }
    void set_timer(Duration delay, Timer timer) override {
      world.after(delay, [this, timer] { handle([&] { machine.timer(world.now_, timer); }); });
    }
    void round_trip(NodeId, double measured, double estimated) override {
      world.round_trips_.push_back({world.now_, measured, estimated});
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
  // A stream's segments that are lost are sent again after a second, as TCP's first ones are.
  void carry_stream(NodeId from, NodeId to, Duration limit, std::function<void()> deliver) {
    if (settings_.loss > 0 && loss_.chance(settings_.loss)) {
      if (limit > Duration{} && limit < std::chrono::seconds(1)) return;
      after(std::chrono::seconds(1), [this, from, to, deliver] { carry(from, to, deliver); });
    } else {
      carry(from, to, std::move(deliver));
    }
  }
  void after(Duration delay, std::function<void()> what) { due_.push({now_ + delay, ++number_, std::move(what)}); }
  void carry(NodeId from, NodeId to, std::function<void()> deliver) {
    after(settings_.latency, [this, from, to, deliver = std::move(deliver)] {
      const bool parted = boundary_ != 0 && (from < boundary_) != (to < boundary_);
      if (!parted) nodes_[to]->handle(deliver);
    });
  }

  Settings settings_;
  RandomStream loss_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::priority_queue<Item> due_;
  std::uint64_t number_ = 0, datagrams_ = 0, bytes_ = 0, stream_bytes_ = 0, stream_pings_ = 0;
  Time now_{};
  NodeId boundary_ = 0;
  std::vector<Notice> notices_;
  std::vector<RoundTrip> round_trips_;
  std::array<std::size_t, 16> happened_{};
};

// How many members took `about` for being in this state, counted each time.
inline std::size_t notices(const World& world, NodeId about, MemberState state) {
  return static_cast<std::size_t>(
      std::count_if(world.notices().begin(), world.notices().end(),
                    [&](const World::Notice& n) { return n.about == about && n.state == state; }));
}

}  // namespace hearsay::membership
