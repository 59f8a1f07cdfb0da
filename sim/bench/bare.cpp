// The bare programs beside which the simulator is measured.
#include <simgrid/engine.h>

#include <algorithm>
#include <memory>
#include <queue>
#include <simgrid/kernel/Timer.hpp>
#include <simgrid/s4u.hpp>
#include <utility>

#include "sim/bench/bench.hpp"
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

// Events in order of time over a ring of buckets, each a list in a slab; a bucket is sorted when its turn has come.
// Nothing lies further ahead than the interval, and nothing comes into the bucket that is open: the latency is longer.
class CalendarGossip {
 public:
  explicit CalendarGossip(std::uint32_t nodes)
      : nodes_(nodes),
        random_(1, "bench.bare"),
        width_(std::min(seconds(gossip_latency) / 2, seconds(gossip_interval) / nodes)),
        heads_(static_cast<std::size_t>(1.1 * seconds(gossip_interval) / width_) + 2, none) {
    for (std::uint32_t node = 0; node < nodes; ++node) push(random_.uniform() * seconds(gossip_interval), node, true);
  }

  // How many messages have arrived before `end`.
  std::uint64_t run(double end) {
    std::uint64_t delivered = 0;
    for (std::uint64_t bucket = 0;; ++bucket) {
      open(heads_[bucket % heads_.size()]);
      for (const Due& due : open_) {
        if (due.at >= end) return delivered;
        const Entry entry = slab_[due.entry];
        free_.push_back(due.entry);
        if (!entry.tick) {
          ++delivered;
          continue;
        }
        for (std::uint32_t i = 0; i < gossip_fan_out; ++i)
          push(due.at + seconds(gossip_latency), static_cast<std::uint32_t>(random_.below(nodes_)), false);
        push(due.at + seconds(gossip_interval), entry.node, true);
      }
    }
  }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  struct Entry {
    double due;
    std::uint32_t node, next;
    bool tick;
  };
  struct Due {
    double at;
    std::uint32_t entry;
  };

  void push(double due, std::uint32_t node, bool tick) {
    std::uint32_t& head = heads_[static_cast<std::uint64_t>(due / width_) % heads_.size()];
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(slab_.size()));
      slab_.emplace_back();
    }
    slab_[free_.back()] = {due, node, head, tick};
    head = free_.back();
    free_.pop_back();
  }

  void open(std::uint32_t& head) {
    open_.clear();
    for (std::uint32_t at = std::exchange(head, none); at != none; at = slab_[at].next)
      open_.push_back({slab_[at].due, at});
    std::sort(open_.begin(), open_.end(), [](const Due& a, const Due& b) { return a.at < b.at; });
  }

  std::uint32_t nodes_;
  RandomStream random_;
  double width_;
  std::vector<std::uint32_t> heads_;
  std::vector<Entry> slab_;
  std::vector<std::uint32_t> free_;
  std::vector<Due> open_;
};

// SimGrid: one kernel timer armed for the head of the queue; inline, where nothing of SimGrid's own can happen between
// two events, it fires once.
class BareSimGrid {
 public:
  explicit BareSimGrid(const BenchCase& bench) : bench_(bench), gossip_(bench.nodes) {}

  BenchFigure run() {
    BenchFigure figure;
    build_star();
    keeper_ = sg4::Actor::create("keeper", hosts_[0], [this] {
      while (!over_) sg4::this_actor::suspend();
    });
    if (bench_.model == Network::Model::latency && bench_.dispatch == Engine::Dispatch::actor)
      for (std::uint32_t node = 0; node < bench_.nodes; ++node) {
        actors_.push_back(sg4::Actor::create("node", hosts_[node], [this, node] { node_main(node); }));
        actors_.back()->daemonize();
      }
    pending_.resize(bench_.nodes);
    if (bench_.dispatch == Engine::Dispatch::inline_)
      simgrid::kernel::timer::Timer::set(0, [this, calendar = std::make_shared<CalendarGossip>(bench_.nodes)] {
        delivered_ = calendar->run(seconds(bench_.simulated));
        end();
      });
    else
      arm();
    figure.setup_s = processor_s();
    sg4::Engine::get_instance()->run();
    figure.loop_s = processor_s() - figure.setup_s;
    figure.delivered = delivered_;
    figure.peak_rss_mib = peak_rss_mib();
    return figure;
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
      end();
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

  void end() {
    over_ = true;
    keeper_->resume();
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
  const bool many = bench.nodes > 20'000;  // a guard costs two memory maps a stack, and Linux allows 65,530
  std::vector<std::string> texts{"bench",
                                 "--cfg=network/model:CM02",
                                 "--cfg=network/crosstraffic:0",
                                 std::string("--cfg=contexts/stack-size:") + (many ? "16" : "256"),
                                 std::string("--cfg=contexts/guard-size:") + (many ? "0" : "1"),
                                 "--log=root.thres:error"};
  std::vector<char*> pointers;
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  int count = static_cast<int>(texts.size());
  new sg4::Engine(&count, pointers.data());  // the process ends soon
  return (new BareSimGrid(bench))->run();
}

BenchFigure run_bare_heap(const BenchCase& bench) {
  BareGossip gossip(bench.nodes);
  BenchFigure figure;
  figure.setup_s = processor_s();
  while (gossip.queue.top().due < seconds(bench.simulated)) {
    const BareEvent event = gossip.queue.top();
    gossip.queue.pop();
    if (!event.tick)
      ++figure.delivered;
    else
      gossip.tick(event.due, event.node,
                  [&](std::uint32_t to) { gossip.push(event.due + seconds(gossip_latency), to, false); });
  }
  figure.loop_s = processor_s() - figure.setup_s;
  figure.peak_rss_mib = peak_rss_mib();
  return figure;
}

}  // namespace hearsay
