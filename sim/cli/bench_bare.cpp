// The bare programs beside which the simulator is measured.
#include <simgrid/engine.h>
#include <sys/resource.h>

#include <chrono>
#include <queue>
#include <simgrid/kernel/Timer.hpp>
#include <simgrid/s4u.hpp>

#include "sim/cli/bench.hpp"
#include "sim/core/random.hpp"

namespace hearsay {
namespace {

namespace sg4 = simgrid::s4u;

struct BareEvent {
  double due;
  std::uint64_t sequence;
  std::uint32_t node;
  bool tick;
  bool operator>(const BareEvent& other) const {
    return due != other.due ? due > other.due : sequence > other.sequence;
  }
};
using BareQueue = std::priority_queue<BareEvent, std::vector<BareEvent>, std::greater<>>;

// What all bare programs do: whom a node sends to, and when it does so again.
class BareGossip {
 public:
  explicit BareGossip(std::uint32_t nodes) : nodes_(nodes), random_(1, "bench.bare") {
    for (std::uint32_t node = 0; node < nodes; ++node) push(random_.uniform() * seconds(gossip_interval), node, true);
  }
  template <class Send>
  void tick(double now, std::uint32_t node, Send send) {
    for (std::uint32_t i = 0; i < gossip_fan_out; ++i) send(static_cast<std::uint32_t>(random_.below(nodes_)));
    push(now + seconds(gossip_interval), node, true);
  }
  void push(double due, std::uint32_t node, bool is_tick) { queue.push({due, sequence_++, node, is_tick}); }

  BareQueue queue;

 private:
  std::uint32_t nodes_;
  RandomStream random_;
  std::uint64_t sequence_ = 0;
};

double peak_rss_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

using WallClock = std::chrono::steady_clock;
double since(WallClock::time_point start) { return std::chrono::duration<double>(WallClock::now() - start).count(); }

// SimGrid: one kernel timer armed for the head of the queue.
class BareSimGrid {
 public:
  explicit BareSimGrid(const BenchCase& bench) : bench_(bench), gossip_(bench.nodes) {}

  std::uint64_t run() {
    build_star();
    keeper_ = sg4::Actor::create("keeper", hosts_[0], [this] {
      while (!over_) sg4::this_actor::suspend();
    });
    if (bench_.model == Network::Model::latency)
      for (std::uint32_t node = 0; node < bench_.nodes; ++node) {
        actors_.push_back(sg4::Actor::create("node", hosts_[node], [this, node] { node_main(node); }));
        actors_.back()->daemonize();
      }
    pending_.resize(bench_.nodes);
    arm();
    sg4::Engine::get_instance()->run();
    return delivered_;
  }

 private:
  void build_star() {
    auto* star = sg4::create_star_zone("bench");
    for (std::uint32_t i = 0; i < bench_.nodes; ++i) {
      auto* host = star->create_host("h" + std::to_string(i), 1e9)->seal();
      auto* link = star->create_split_duplex_link("l" + std::to_string(i), 125e6)
                       ->set_latency(seconds(gossip_latency) / 2)
                       ->seal();
      star->add_route(host->get_netpoint(), nullptr, nullptr, nullptr,
                      {{static_cast<const sg4::SplitDuplexLink*>(link), sg4::LinkInRoute::Direction::UP}}, true);
      hosts_.push_back(host);
    }
    star->seal();
  }

  void arm() {
    const double due = gossip_.queue.top().due;
    simgrid::kernel::timer::Timer::set(due, [this] { fire(); });
  }

  void fire() {
    const double now = gossip_.queue.top().due;
    if (now >= seconds(bench_.simulated)) {
      over_ = true;
      keeper_->resume();
      return;
    }
    while (gossip_.queue.top().due <= now) {
      const BareEvent event = gossip_.queue.top();
      gossip_.queue.pop();
      if (bench_.model == Network::Model::flow) {
        gossip_.tick(now, event.node, [&](std::uint32_t to) { dispatch_courier(event.node, to); });
        continue;
      }
      pending_[event.node].push_back(event);
      actors_[event.node]->resume();
    }
    arm();
  }

  void node_main(std::uint32_t node) {
    while (true) {
      for (const BareEvent& event : pending_[node]) {
        if (!event.tick)
          ++delivered_;
        else
          gossip_.tick(event.due, node,
                       [&](std::uint32_t to) { gossip_.push(event.due + seconds(gossip_latency), to, false); });
      }
      pending_[node].clear();
      sg4::this_actor::suspend();
    }
  }

  struct Courier {
    sg4::ActorPtr actor;
    std::uint32_t from = 0, to = 0;
    bool has_job = false;
  };
  void dispatch_courier(std::uint32_t from, std::uint32_t to) {
    if (from == to) return;
    Courier* courier = nullptr;
    if (idle_.empty()) {
      couriers_.push_back(std::make_unique<Courier>());
      courier = couriers_.back().get();
    } else {
      courier = idle_.back();
      idle_.pop_back();
    }
    courier->from = from;
    courier->to = to;
    courier->has_job = true;
    if (courier->actor) {
      courier->actor->resume();
      return;
    }
    courier->actor = sg4::Actor::create("courier", hosts_[0], [this, courier] {
      while (true) {
        while (!courier->has_job) sg4::this_actor::suspend();
        sg4::Comm::sendto(hosts_[courier->from], hosts_[courier->to], gossip_bytes);
        ++delivered_;
        courier->has_job = false;
        idle_.push_back(courier);
      }
    });
    courier->actor->daemonize();
  }

  BenchCase bench_;
  BareGossip gossip_;
  std::vector<sg4::Host*> hosts_;
  std::vector<sg4::ActorPtr> actors_;
  std::vector<std::vector<BareEvent>> pending_;
  std::vector<std::unique_ptr<Courier>> couriers_;
  std::vector<Courier*> idle_;
  sg4::ActorPtr keeper_;
  bool over_ = false;
  std::uint64_t delivered_ = 0;
};

}  // namespace

BenchFigure run_bare_simgrid(const BenchCase& bench) {
  const auto start = WallClock::now();
  std::vector<std::string> texts{"bench", "--cfg=network/model:CM02", "--cfg=network/crosstraffic:0",
                                 "--cfg=contexts/stack-size:256", "--log=root.thres:error"};
  std::vector<char*> pointers;
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  int count = static_cast<int>(texts.size());
  sg4::Engine engine(&count, pointers.data());
  BareSimGrid program(bench);
  BenchFigure figure;
  figure.delivered = program.run();
  figure.wall_s = since(start);
  figure.peak_rss_mib = peak_rss_mib();
  return figure;
}

BenchFigure run_bare_heap(const BenchCase& bench) {
  const auto start = WallClock::now();
  BareGossip gossip(bench.nodes);
  BenchFigure figure;
  while (gossip.queue.top().due < seconds(bench.simulated)) {
    const BareEvent event = gossip.queue.top();
    gossip.queue.pop();
    if (!event.tick)
      ++figure.delivered;
    else
      gossip.tick(event.due, event.node,
                  [&](std::uint32_t to) { gossip.push(event.due + seconds(gossip_latency), to, false); });
  }
  figure.wall_s = since(start);
  figure.peak_rss_mib = peak_rss_mib();
  return figure;
}

}  // namespace hearsay
