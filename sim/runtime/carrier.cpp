#include "sim/runtime/carrier.hpp"

#include <simgrid/Exception.hpp>
#include <simgrid/s4u.hpp>
#include <utility>

#include "sim/runtime/platform_map.hpp"
#include "sim/runtime/scheduler.hpp"

namespace hearsay {
namespace {

namespace sg4 = simgrid::s4u;

Duration transmission(std::uint32_t bytes, double bandwidth) {
  return bandwidth > 0 ? from_seconds(static_cast<double>(bytes) / bandwidth) : Duration{};
}

class LatencyCarrier final : public Carrier {
 public:
  LatencyCarrier(Scheduler& scheduler, PlatformMap& platform) : scheduler_(scheduler), platform_(platform) {}

  void carry(std::uint32_t slot, NodeId from, NodeId to, std::uint32_t bytes, Duration latency, double limit) override {
    const Route& route = platform_.route(from, to);
    const double bandwidth = limit > 0 && (route.bandwidth == 0 || limit < route.bandwidth) ? limit : route.bandwidth;
    const Duration total = latency + route.latency + transmission(bytes, bandwidth);
    scheduler_.packet_at(scheduler_.now() + total, slot);
  }

 private:
  Scheduler& scheduler_;
  PlatformMap& platform_;
};

// DESIGN section 5: blocking Comm::sendto in reused actors carries ten times more than an actor a message, and has
// neither the order nor the quadratic cost of mailboxes.
class FlowCarrier final : public Carrier {
 public:
  FlowCarrier(Scheduler& scheduler, PlatformMap& platform, std::function<void(std::uint32_t)> link_failed)
      : scheduler_(scheduler), platform_(platform), link_failed_(std::move(link_failed)) {}

  void carry(std::uint32_t slot, NodeId from, NodeId to, std::uint32_t bytes, Duration latency, double limit) override {
    if (platform_.host(from) == platform_.host(to)) {  // SimGrid has no route from a host to itself
      scheduler_.packet_at(scheduler_.now() + latency, slot);
      return;
    }
    const Job job{slot, platform_.host(from), platform_.host(to), bytes, limit};
    if (latency > Duration{}) {
      scheduler_.at(scheduler_.now() + latency, [this, job] { start(job); });
      return;
    }
    // Not from here: waking an actor from a handler would let other handlers run in its midst.
    ready_.push_back(job);
    if (ready_.size() == 1) scheduler_.at(scheduler_.now(), [this] { start_ready(); });
  }

 private:
  struct Job {
    std::uint32_t slot = 0;
    sg4::Host* from = nullptr;
    sg4::Host* to = nullptr;
    std::uint32_t bytes = 0;
    double limit = 0;
  };
  struct Courier {
    sg4::ActorPtr actor;
    Job job;
    bool has_job = false;
  };

  void start_ready() {
    for (const Job& job : std::exchange(ready_, {})) start(job);
  }

  void start(const Job& job) {
    if (idle_.empty()) {
      couriers_.push_back(std::make_unique<Courier>());
      Courier* courier = couriers_.back().get();
      courier->job = job;
      courier->has_job = true;
      courier->actor = sg4::Actor::create("courier", job.from, [this, courier] { work(*courier); });
      courier->actor->daemonize();
      return;
    }
    Courier* courier = idle_.back();
    idle_.pop_back();
    courier->job = job;
    courier->has_job = true;
    courier->actor->resume();
  }

  void work(Courier& courier) {
    while (true) {
      while (!courier.has_job) sg4::this_actor::suspend();
      const bool arrived = transfer(courier.job);
      scheduler_.catch_up();
      courier.has_job = false;
      idle_.push_back(&courier);
      const std::uint32_t slot = courier.job.slot;
      if (arrived) scheduler_.packet_at(scheduler_.now(), slot);
      else scheduler_.at(scheduler_.now(), [this, slot] { link_failed_(slot); });
      scheduler_.rearm();
    }
  }

  static bool transfer(const Job& job) {
    try {
      if (job.limit > 0) sg4::Comm::sendto_init(job.from, job.to)->set_payload_size(job.bytes)->set_rate(job.limit)->wait();
      else sg4::Comm::sendto(job.from, job.to, job.bytes);
      return true;
    } catch (const simgrid::NetworkFailureException&) {
      return false;
    }
  }

  Scheduler& scheduler_;
  PlatformMap& platform_;
  std::function<void(std::uint32_t)> link_failed_;
  std::vector<Job> ready_;
  std::vector<std::unique_ptr<Courier>> couriers_;
  std::vector<Courier*> idle_;
};

}  // namespace

std::unique_ptr<Carrier> make_latency_carrier(Scheduler& scheduler, PlatformMap& platform) {
  return std::make_unique<LatencyCarrier>(scheduler, platform);
}

std::unique_ptr<Carrier> make_flow_carrier(Scheduler& scheduler, PlatformMap& platform,
                                           std::function<void(std::uint32_t slot)> link_failed) {
  return std::make_unique<FlowCarrier>(scheduler, platform, std::move(link_failed));
}

}  // namespace hearsay
