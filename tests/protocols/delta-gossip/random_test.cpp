// Whatever its parameters and whatever happens: once the faults are over, anti-entropy makes all nodes agree on a state
// that holds every acknowledged write.
#include <catch2/catch.hpp>
#include <optional>
#include <set>

#include "tests/protocols/delta-gossip/cluster.hpp"

namespace hearsay::bench {
namespace {

template <class T>
T one_of(RandomStream& random, std::vector<T> items) {
  return items[static_cast<std::size_t>(random.below(items.size()))];
}

// Some value of the parameter that its declaration allows.
Value draw(const Parameter& parameter, RandomStream& random) {
  switch (parameter.type) {
    case ValueType::boolean: return random.chance(0.5);
    case ValueType::choice: return one_of(random, parameter.choices);
    case ValueType::integer:
      return std::max(one_of<std::int64_t>(random, {0, 1, 2, 3, 8, 50}), static_cast<std::int64_t>(parameter.minimum));
    case ValueType::duration: return one_of<Duration>(random, {10ms, 40ms, 200ms, 700ms, 3s});
    case ValueType::number: return parameter.minimum + 2 * random.uniform();
    case ValueType::share: return std::max(parameter.minimum, random.uniform());
    case ValueType::rate: return one_of<double>(random, {0.0, 2.0, 50.0});
    case ValueType::size: return one_of<std::int64_t>(random, {10, 64});
    default: throw std::logic_error("no values for " + parameter.name);
  }
}

// Nothing that drops or changes values by intent; and datagrams, which can be lost, doubled and reordered. What a
// `synchronisation` recovers from has a test of its own.
bool is_varied(const std::string& name) {
  static const std::set<std::string> fixed{
      "payload",      "ttl",           "memory_limit", "memory_full", "forged",
      "on_bad_input", "inbound_limit", "transport",    "type",        "synchronisation"};
  return !fixed.contains(name);
}

// A set without contradictions; `said` tells what is not as by default.
ParameterValues random_parameters(RandomStream& random, std::string& said) {
  const ProtocolInfo& protocol = Cluster::protocol();
  for (;;) {
    ParameterValues values;
    said.clear();
    for (const auto& parameter : protocol.parameters) {
      if (!std::holds_alternative<std::monostate>(parameter.default_value))
        values[parameter.name] = parameter.default_value;
      if (!is_varied(parameter.name) || !random.chance(0.2)) continue;
      const Value value = draw(parameter, random);
      values[parameter.name] = value;
      said += parameter.name + "=" + to_string(value, parameter.type) + " ";
    }
    if (std::get<Duration>(values["anti_entropy_interval"]) == Duration{}) continue;
    // A message takes up to 100 ms here: who does not wait so long for an answer takes everybody for failed.
    if (std::get<Duration>(values["retry_delay"]) < 200ms || std::get<Duration>(values["heartbeat_interval"]) < 200ms)
      continue;
    // A storm of repeated values is not the subject here: few hops.
    if (!std::get<bool>(values["dedup"]) && std::get<std::int64_t>(values["max_hops"]) > 3) continue;
    try {
      protocol.configure(values);
    } catch (const ParameterError&) {
      continue;
    }
    return values;
  }
}

EdgeList random_overlay(RandomStream& random, NodeId n) {
  EdgeList edges;
  const std::uint64_t kind = random.below(3);  // all to all, a ring, a line
  for (NodeId a = 1; kind > 0 && a < n; ++a) edges.emplace_back(a - 1, a);
  if (kind == 1) edges.emplace_back(n - 1, 0);
  return edges;
}

constexpr NodeId nodes = 5;

// Clients that write, and a network and nodes that fail, for five seconds.
class Ordeal {
 public:
  Ordeal(std::uint64_t seed, const ParameterValues& values, RandomStream& random)
      : random_(random),
        silent_(nullptr),
        bench_(Cluster::protocol(), values, nodes, seed, silent_, random_overlay(random, nodes)),
        crashes_(!values.contains("storage") || std::get<std::string>(values.at("storage")) == "disk") {}

  void suffer() {
    for (int step = 0; step < 100; ++step) {
      bench_.advance(50ms);
      if (random_.chance(0.3)) write();
      if (crashes_ && random_.chance(0.03)) crash_or_restart();
      if (random_.chance(0.05)) cut_ = random_.chance(0.5) ? std::optional(random_.below(nodes - 1)) : std::nullopt;
      move_messages();
    }
    if (down_) bench_.restart(*down_);
    cut_.reset();
  }

  // Steps of 100 ms until all agree on everything that was acknowledged; false after two minutes.
  bool recovers() {
    for (int step = 0; step < 1200; ++step) {
      bench_.advance(100ms);
      bench_.settle();
      if (complete()) return true;
    }
    return false;
  }

  std::size_t acknowledged() const { return acknowledged_.size(); }

 private:
  void write() {
    const auto node = static_cast<NodeId>(random_.below(nodes));
    if (node == down_) return;
    const WriteId write = bench_.write(node, "k", "v");
    if (bench_.outcome(operations_++) == Outcome::ok) acknowledged_.push_back(write);
  }

  void crash_or_restart() {
    if (down_) {
      bench_.restart(*down_);
      down_.reset();
    } else {
      down_ = static_cast<NodeId>(random_.below(nodes));
      bench_.crash(*down_, DiskMode::kept);
    }
  }

  // In random order; some are lost, some doubled, some wait. Nodes up to the cut and those beyond do not hear each
  // other.
  void move_messages() {
    for (std::size_t left = bench_.in_flight(); left > 0; --left) {
      Filter filter;
      filter.at_most = 1;
      filter.newest_first = random_.chance(0.3);
      const double fate = random_.uniform();
      if (fate < 0.15)
        bench_.drop(filter);
      else if (fate < 0.2)
        bench_.duplicate(filter);
      else if (fate < 0.9)
        deliver(filter);
    }
  }

  void deliver(Filter filter) {
    if (!cut_) {
      bench_.deliver(filter);
      return;
    }
    filter.from = static_cast<NodeId>(random_.below(nodes));
    filter.to = static_cast<NodeId>(random_.below(nodes));
    if ((*filter.from <= *cut_) == (*filter.to <= *cut_))
      bench_.deliver(filter);
    else
      bench_.drop(filter);
  }

  bool complete() const {
    for (NodeId node = 0; node < nodes; ++node)
      for (const WriteId write : acknowledged_)
        if (!bench_.applied(node).contains(write)) return false;
    return bench_.agreed();
  }

  RandomStream& random_;
  std::ostream silent_;
  Bench bench_;
  bool crashes_;
  std::optional<NodeId> down_;
  std::optional<std::uint64_t> cut_;
  OpId operations_ = 0;
  std::vector<WriteId> acknowledged_;
};

}  // namespace

TEST_CASE(
    "random parameters, losses, copies, cuts and crashes: all agree in the end, and no acknowledged write is lost") {
  std::size_t acknowledged = 0;
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    RandomStream random(seed, "ordeal");
    std::string said;
    const ParameterValues values = random_parameters(random, said);
    INFO("seed " << seed << ": " << said);
    Ordeal ordeal(seed, values, random);
    ordeal.suffer();
    CHECK(ordeal.recovers());
    acknowledged += ordeal.acknowledged();
  }
  CHECK(acknowledged > 150 * 10);
}

}  // namespace hearsay::bench
