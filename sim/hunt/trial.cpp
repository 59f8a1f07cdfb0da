#include "sim/hunt/trial.hpp"

#include <algorithm>
#include <array>

#include "sim/hunt/circumstances.hpp"
#include "sim/hunt/tree.hpp"
#include "sim/hunt/trial_faults.hpp"
#include "sim/scenario/in_memory.hpp"
#include "sim/scenario/topology.hpp"

namespace hearsay::hunt {
namespace {

using Seconds = std::chrono::seconds;

// Then a run may end as soon as its nodes agree.
bool only_agreement_takes_time(const ProtocolEntry& entry) {
  const ProtocolInfo& info = *find_protocol(entry.name);
  if (!info.promises) return true;
  const auto promises = info.promises(entry.params);
  return std::none_of(promises.begin(), promises.end(), [](const Promise& promise) {
    return promise.given && promise.within > Duration{} && promise.path != "converged";
  });
}

class TrialMaker {
 public:
  TrialMaker(const Target& target, const TrialOptions& options, std::uint64_t number, std::uint64_t attempt)
      : target_(target),
        settings_(target.scenario->hunt),
        options_(options),
        number_(number),
        random_(combine(options.seed, attempt), "hunt trial", number),
        tree_(target.tree),
        nodes_(target.scenario->nodes) {}

  // `varied`: false for faults alone, where nothing else that is varied makes a valid scenario.
  Node make(bool varied) {
    window_ = settings_.window != Duration{} ? settings_.window : random_.chance(0.7) ? Seconds(5) : Seconds(20);
    for (const auto& workload : target_.scenario->workloads)  // a script has its own times
      for (const auto& step : workload.script) window_ = std::max(window_, step.at - Time{} + Seconds(1));
    if (varied && varies("nodes")) vary_nodes();
    if (varied && varies("topology")) vary_topology();
    if (varied && varies("network")) vary_network();
    if (varied && varies("parameters")) vary_parameters();
    vary_workload(varied && varies("workload"));
    break_things();
    put(tree_, "seed", number(1 + random_.below(1'000'000)));
    finish();
    return std::move(tree_);
  }

 private:
  bool varies(const char* what) {
    const auto& all = settings_.vary;
    return random_.chance(0.5) && std::find(all.begin(), all.end(), what) != all.end();
  }

  void vary_nodes() {
    const auto& placement = target_.scenario->platform.placement;
    if (nodes_ < 3 || !placement.zones.empty()) return;
    nodes_ = 2 + static_cast<std::uint32_t>(random_.below(std::min<std::uint32_t>(nodes_, 7) - 1));
    put(tree_, "nodes", number(nodes_));
  }

  void vary_topology() {
    const TopologyInfo& info = one_of(random_, topologies());
    Node map = random_map(random_, info.parameters, range(), 0.5);
    if (map.entries.empty())
      put(tree_, "topology", word(info.name));
    else
      put_path(at(tree_, "topology") = empty_map(), info.name, std::move(map));
  }

  // Conditions that do not keep the cluster from healing; loss is a fault's.
  void vary_network() {
    Node& network = at(tree_, "network");
    if (random_.chance(0.3)) put(network, "fifo", word("true"));
    if (random_.chance(0.4)) {
      static constexpr std::array means{1, 5, 20, 100};
      Node law = empty_map();
      put(law, "mean", time_node(std::chrono::milliseconds(one_of(random_, means))));
      Node latency = empty_map();
      put(latency, "exponential", std::move(law));
      put(network, "latency", std::move(latency));
    }
    for (const char* verb : {"duplicate", "reorder"})
      if (random_.chance(0.2)) put(network, verb, random_map(random_, find_fault(verb)->parameters, range(), 0.2));
  }

  void vary_parameters() {
    Node& entry = at(tree_, "protocols").items.front();
    if (entry.is_scalar()) {
      Node map = empty_map();
      put(map, "name", entry);
      entry = std::move(map);
    }
    Node& params = at(entry, "params");
    const auto& all = target_.protocol->parameters;
    const double share = std::min(0.5, 3.0 / static_cast<double>(all.size() + 1));
    ValueRange values = range();
    values.longest = Seconds(10);
    for (const Parameter& parameter : all) {
      const bool chosen = random_.chance(share);
      Node value = random_value(random_, parameter, values);
      const bool fixed = parameter.type == ValueType::path || parameter.name.ends_with("_cpu");
      if (chosen && !fixed) put_path(params, parameter.name, std::move(value));
    }
    if (params.is_null()) take(entry, "params");
  }

  void vary_workload(bool varied) {
    Node& workload = at(tree_, "workload");
    if (workload.is_list() || workload.find("script") != nullptr) return;
    const Duration stop = window_ / 2 + random_.between(Duration{}, window_ / 2 - std::chrono::milliseconds(1));
    put(workload, "stop", time_node(stop / std::chrono::milliseconds(1) * std::chrono::milliseconds(1)));
    take(workload, "start");
    if (!varied) {
      if (workload.find("operations") == nullptr && workload.find("rate") == nullptr)
        put(workload, "rate", word("10/s"));
      return;
    }
    take(workload, "operations");
    put(workload, "rate", word(one_of(random_, std::array<std::string, 4>{"1/s", "5/s", "20/s", "60/s"})));
    const auto& parameters = find_workload(target_.scenario->workloads.front().kind)->parameters;
    const auto choose = [&](const char* name, double chance, std::initializer_list<const char*> values) {
      const auto has = [&](const Parameter& p) { return p.name == name; };
      const bool chosen = random_.chance(chance);
      const char* value = *(values.begin() + random_.below(values.size()));
      if (chosen && std::any_of(parameters.begin(), parameters.end(), has)) put(workload, name, word(value));
    };
    choose("reads", 0.6, {"0%", "30%", "60%"});
    choose("keys", 0.7, {"1", "2", "5"});
    choose("objects", 0.7, {"1", "2"});
    choose("elements", 0.7, {"1", "3"});
    choose("distinct_values", 0.3, {"1", "2", "3"});
    choose("deletes", 0.4, {"10%", "50%"});
    choose("removes", 0.4, {"0%", "50%"});
    choose("roam", 0.2, {"true"});
    choose("burst", 0.2, {"2", "5"});
    choose("arrival", 0.4, {"poisson", "staggered"});
  }

  ValueRange range() const {
    ValueRange values;
    values.nodes = nodes_;
    for (const auto& kind : target_.protocol->messages) values.kinds.emplace_back(kind.name);
    return values;
  }

  void break_things() {
    std::vector<const FaultInfo*> verbs = allowed_verbs(settings_), swarm;
    for (const FaultInfo* verb : verbs)
      if (random_.chance(0.5)) swarm.push_back(verb);
    if (swarm.empty()) swarm.push_back(one_of(random_, verbs));
    const std::uint64_t count = 1 + random_.below(settings_.faults);
    const FaultSpace space{settings_, window_, range()};
    Node& faults = at(tree_, "faults");
    if (!faults.is_list()) faults = list_of({});
    for (std::uint64_t i = 0; i < count; ++i)
      if (auto fault = random_fault(random_, *one_of(random_, swarm), space)) faults.items.push_back(std::move(*fault));
    if (options_.permanent) remove_minority(faults);
  }

  void remove_minority(Node& faults) {
    const std::uint32_t most = (nodes_ - 1) / 2;
    if (most == 0) return;
    std::vector<NodeId> gone(nodes_);
    for (NodeId node = 0; node < nodes_; ++node) gone[node] = node;
    const std::size_t count = 1 + static_cast<std::size_t>(random_.below(most));
    random_.shuffle_front(gone, count);
    gone.resize(count);
    std::sort(gone.begin(), gone.end());
    Node entry = empty_map();
    put(entry, "at", time_node(random_.between(Duration{}, window_)));
    put(entry, random_.chance(0.5) ? "crash" : "kill", nodes_node(gone));
    faults.items.push_back(std::move(entry));
  }

  // How long it is quiet depends on what the protocol promises with these parameters.
  void finish() {
    put(tree_, "duration", time_node(window_ + Seconds(10)));
    take(tree_, "settle");
    Node& engine = at(tree_, "engine");
    if (engine.find("max_in_flight") == nullptr) put(engine, "max_in_flight", number(50'000));
    const auto read = read_tree(tree_, target_.scenario->file);
    const Duration quiet = settings_.quiet != Duration{}
                               ? settings_.quiet
                               : std::max<Duration>(Seconds(10), longest_within(read->protocols.front()));
    const Time end = std::max(Time(window_), circumstances_of(*read).last_disturbance());
    put(tree_, "duration", time_node(end - Time{} + quiet));
    if (only_agreement_takes_time(read->protocols.front())) put(tree_, "settle", time_node(Seconds(3)));
  }

  const Target& target_;
  const HuntSettings& settings_;
  const TrialOptions& options_;
  std::uint64_t number_;
  RandomStream random_;
  Node tree_;
  std::uint32_t nodes_;
  Duration window_{};
};

}  // namespace

Node make_trial(const Target& target, const TrialOptions& options, std::uint64_t number) {
  constexpr std::uint64_t attempts = 30;
  for (std::uint64_t attempt = 0;; ++attempt) {
    try {
      return TrialMaker(target, options, number, attempt).make(attempt < attempts - 5);
    } catch (const ScenarioError&) {
      if (attempt == attempts) throw;
    }
  }
}

}  // namespace hearsay::hunt
