#include "sim/runtime/carrier.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <simgrid/Exception.hpp>
#include <simgrid/s4u.hpp>
#include <utility>

#include "sim/runtime/platform_map.hpp"
#include "sim/runtime/scheduler.hpp"
#include "sim/runtime/simgrid_compat.hpp"

namespace hearsay {
namespace {

namespace sg4 = simgrid::s4u;

// docs/design.md, section 5: blocking Comm::sendto in reused actors carries ten times more than an actor a message, and
// has neither the order nor the quadratic cost of mailboxes. In SimGrid's model a transfer first waits for the route's
// latency and then competes for bandwidth; the wait is ours, by the agenda, so that no courier is needed for it.
class FlowCarrier final : public Carrier {
 public:
  FlowCarrier(Scheduler& scheduler, PlatformMap& platform, const FlowObserver& observer)
      : scheduler_(scheduler), platform_(platform), observer_(observer) {}

  std::size_t transfers() const override { return couriers_.size() - idle_.size(); }

  void carry(const Load& load) override {
    auto* from = platform_.host(load.from);
    auto* to = platform_.host(load.to);
    if (from == to) {  // SimGrid has no route from a host to itself
      scheduler_.at(scheduler_.now() + load.latency, load.to, NodeItem::packet(load.slot));
      return;
    }
    const double window = platform_.window_limit(load.from, load.to);
    const Job job{load.slot, load.to, from, to, load.bytes, window, load.stream, ++last_number_};
    const Duration wait = load.latency + platform_.transfer_latency(load.from, load.to, load.bytes);
    scheduler_.at(scheduler_.now() + wait, [this, job] { line_up(job); });
  }

 private:
  struct Job {
    std::uint32_t slot = 0;
    NodeId receiver = no_node;
    sg4::Host* from = nullptr;
    sg4::Host* to = nullptr;
    std::uint32_t bytes = 0;
    double window = 0;  // bytes per second that TCP's window allows; 0: any
    std::uint64_t stream = 0;
    std::uint64_t number = 0;  // in order of carry()
  };
  struct Courier {
    sg4::ActorPtr actor;
    Job job;
    bool has_job = false;
  };

  // A stream has one transfer on the wire at a time.
  void line_up(const Job& job) {
    if (job.stream != 0) {
      const auto [line, first] = lines_.try_emplace(job.stream);
      if (!first) {
        line->second.push_back(job);
        return;
      }
    }
    start(job);
  }

  // Transfers begin together at the end of their instant, so that SimGrid sees the same sequence of them whatever the
  // way of dispatch: how often it solves its equations in between shows in the last digits.
  void start(const Job& job) {
    ready_.push_back(job);
    if (ready_.size() == 1) scheduler_.task_last(scheduler_.now(), last_of_all, [this] { start_ready(); });
  }

  void start_ready() {
    for (const Job& job : std::exchange(ready_, {})) give_to_courier(job);
  }

  void give_to_courier(const Job& job) {
    if (idle_.empty() && couriers_.size() == most_couriers) {
      waiting_.push_back(job);
      return;
    }
    if (idle_.empty()) {
      couriers_.push_back(std::make_unique<Courier>());
      Courier* courier = couriers_.back().get();
      courier->job = job;
      courier->has_job = true;
      courier->actor = compat::add_actor("courier", job.from, [this, courier] { work(*courier); });
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
      const Time earliest = scheduler_.now() + time_to_transmit(courier.job.bytes, courier.job.window);
      const bool arrived = transfer(courier.job);
      if (++done_ % transfers_a_look == 0 && observer_.looked) observer_.looked();
      scheduler_.catch_up();
      courier.has_job = false;
      idle_.push_back(&courier);
      report(courier.job, arrived, earliest);
      scheduler_.rearm();
    }
  }

  // Transfers that end in the same nanosecond are reported one later, when all of them are known, in the order in which
  // they were asked for: which of them SimGrid ends first is a matter of last digits. SimGrid 3.32 ignores a rate set
  // on a transfer between hosts, so a window holds back the arrival instead.
  void report(const Job& job, bool arrived, Time earliest) {
    const Time due = scheduler_.now() + Duration(1);
    if (arrived)
      scheduler_.packet_last(std::max(due, earliest), 2 * job.number, job.receiver, job.slot);
    else
      scheduler_.task_last(due, 2 * job.number, [this, slot = job.slot] { observer_.link_failed(slot); });
    if (job.stream != 0 || !waiting_.empty())
      scheduler_.task_last(due, 2 * job.number + 1, [this, stream = job.stream] { transfer_done(stream); });
  }

  // In the simulator's context: waking a courier from another would interleave them.
  void transfer_done(std::uint64_t stream) {
    if (stream != 0) {
      const auto line = lines_.find(stream);
      if (line->second.empty()) {
        lines_.erase(line);
      } else {
        const Job next = line->second.front();
        line->second.pop_front();
        start(next);
      }
    }
    if (waiting_.empty() || idle_.empty()) return;
    const Job next = waiting_.front();
    waiting_.pop_front();
    start(next);
  }

  static bool transfer(const Job& job) {
    try {
      sg4::Comm::sendto(job.from, job.to, job.bytes);
      return true;
    } catch (const simgrid::NetworkFailureException&) {
      return false;
    }
  }

  Scheduler& scheduler_;
  PlatformMap& platform_;
  FlowObserver observer_;
  static constexpr std::uint64_t transfers_a_look = 16;
  static constexpr std::size_t most_couriers = 16384;  // each has a stack of its own
  static constexpr std::uint64_t last_of_all = (std::uint64_t{1} << 63) - 2;

  std::vector<Job> ready_;

  std::map<std::uint64_t, std::deque<Job>> lines_;  // by stream with a transfer on the wire: what follows it
  std::uint64_t last_number_ = 0, done_ = 0;
  std::deque<Job> waiting_;  // for a courier
  std::vector<std::unique_ptr<Courier>> couriers_;
  std::vector<Courier*> idle_;
};

}  // namespace

std::unique_ptr<Carrier> make_flow_carrier(Scheduler& scheduler, PlatformMap& platform, const FlowObserver& observer) {
  return std::make_unique<FlowCarrier>(scheduler, platform, observer);
}

}  // namespace hearsay
