// Push gossip as a protocol on the simulator, with metrics on.
#include "sim/bench/bench.hpp"
#include "sim/scenario/shipped.hpp"

namespace hearsay {
namespace {

struct Push {
  std::uint32_t wire_size() const { return gossip_bytes; }
  void describe(std::ostream& out) const { out << "push"; }
};
using GossipMessage = std::variant<Push>;

class PushGossip final : public Protocol {
 public:
  void start(Context& context, StartReason) override {
    context.set_timer(context.random().between(Duration{}, gossip_interval - Duration(1)), 0);  // not all in phase
  }
  void timer(Context& context, TimerKey) override {
    const auto message = make_message<GossipMessage>(Push{});
    const auto peers = context.peers();
    for (std::uint32_t i = 0; i < gossip_fan_out; ++i)
      context.send(peers[context.random().below(peers.size())], message);
    context.set_timer(gossip_interval, 0);
  }
  void message(Context&, const Received&) override {}
  void request(Context& context, const Operation& operation) override { context.respond(operation.id, {}); }
};

void set_latencies(Scenario& scenario, BenchCase::Latencies latencies) {
  using std::chrono::milliseconds;
  scenario.platform.latency = gossip_latency;
  if (latencies == BenchCase::Latencies::uniform) {
    scenario.platform.kind = Platform::Kind::uniform;
    scenario.platform.min_latency = milliseconds(1);
    scenario.platform.max_latency = milliseconds(10);
  } else if (latencies == BenchCase::Latencies::exponential) {
    scenario.network.latency = Delay{Delay::Kind::exponential, milliseconds(10)};
  } else if (latencies == BenchCase::Latencies::regions) {
    scenario.platform.kind = Platform::Kind::file;
    scenario.platform.file = shipped_path("platforms/aws-12-regions.xml");
  }
}

}  // namespace

const ProtocolInfo& gossip_protocol() {
  static const ProtocolInfo info = [] {
    ProtocolInfo gossip;
    gossip.name = "push-gossip";
    gossip.messages = {{"push", Transport::datagram}};
    gossip.configure = [](const ParameterValues&) -> ReplicaFactory {
      return [] { return std::make_unique<PushGossip>(); };
    };
    return gossip;
  }();
  return info;
}

Case gossip_case(const BenchCase& bench) {
  auto scenario = std::make_shared<Scenario>();
  scenario->name = "bench";
  scenario->duration = bench.simulated;
  scenario->nodes = bench.nodes;
  set_latencies(*scenario, bench.latencies);
  scenario->network.model = bench.model;
  scenario->engine.dispatch = bench.dispatch;
  scenario->protocols.push_back({"push-gossip", "push-gossip", {}, {}, {}});
  scenario->workloads.front().values["operations"] = std::int64_t{1};  // clients are not what is measured
  return {scenario, 0, 1};
}

}  // namespace hearsay
