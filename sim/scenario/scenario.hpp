// What a scenario file says, resolved: plain structs, no YAML. One Scenario is one combination of the matrix; a Case is
// one run of it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/core/congestion_control.hpp"
#include "sim/core/delay.hpp"
#include "sim/core/parameters.hpp"
#include "sim/core/time.hpp"
#include "sim/metrics/expectation.hpp"
#include "sim/workload/workload.hpp"

namespace hearsay {

// Where in the scenario file something stands, for mistakes that only SimGrid can find; from 1, 0 if it is not there.
struct SourcePlace {
  int line = 0, column = 0;
};

struct Placement {
  enum class Kind : std::uint8_t {
    round_robin,  // node i on host i mod hosts
    packed,       // fills the hosts in file order with equally many nodes each
    zones,        // so many nodes on the hosts of each named platform zone
    hosts,        // round-robin over the hosts named
  } kind = Kind::round_robin;
  std::vector<std::pair<std::string, std::uint32_t>> zones;  // name, nodes; in order of node ids
  std::vector<std::string> hosts{};  // names or patterns with `*` and `?`, in order; see PlatformMap
};

inline constexpr std::size_t most_platform_bytes = 64'000'000;  // of a platform file

struct Platform {
  enum class Kind : std::uint8_t { star, uniform, file } kind = Kind::star;
  std::string file;                                 // file: absolute, or relative to the working directory
  Duration latency = std::chrono::milliseconds(1);  // star: one way between any two nodes
  Duration min_latency{}, max_latency{};            // uniform: drawn per ordered pair from the seed
  double bandwidth = 125e6;                         // star, uniform: bytes per second of each node's link; 1 Gbps
  double speed = 1e9;                               // star, uniform: flop/s of each host
  Placement placement;
  SourcePlace hosts_place;  // of `placement.hosts`
  SourcePlace place;        // of the platform's description
};

struct Topology {
  std::string name = "full";  // see sim/scenario/topology.hpp
  ParameterValues values;
};

// TCP as an application sees it; sim/runtime/streams.hpp explains the model.
struct StreamSettings {
  Duration min_rto = std::chrono::milliseconds(200);
  Duration max_rto = std::chrono::seconds(60);
  Duration dial_rto = std::chrono::seconds(1);
  Duration limit = std::chrono::seconds(15);  // without progress for this long, dial or connection fails
  Congestion congestion = Congestion::cubic;
};

struct Network {
  enum class Model : std::uint8_t { latency, flow } model = Model::latency;
  std::optional<Delay> latency;  // replaces the platform's
  bool fifo = false;
  std::uint64_t mtu = 1500;  // bytes of an IP packet at most
  StreamSettings stream;
  // Background conditions: fault verbs that last for the whole run, as (verb, values).
  std::vector<std::pair<std::string, ParameterValues>> background;
};

struct Engine {
  enum class Dispatch : std::uint8_t { actor, inline_ } dispatch = Dispatch::actor;
  Duration sync_latency{};                                      // what a Context::sync costs
  std::vector<std::pair<Selector, Duration>> sync_latencies{};  // instead, by node; the last that names it counts
  enum class Sync : std::uint8_t {
    blocking,    // the node handles nothing else until it is done
    concurrent,  // it goes on; what follows the sync in its handler waits
  } sync = Sync::blocking;
  Duration message_cpu{};                    // work of handling one message, beside what the protocol spends
  std::uint64_t max_in_flight = 20'000'000;  // messages at once; a run that has more ends with an error
};

struct ProtocolEntry {
  std::string name;
  std::string label;                // the name, unless given
  ParameterValues params;           // complete, defaults included
  ParameterValues given_params;     // those that differ from the defaults
  std::vector<Expectation> expect;  // the scenario's, and those of this entry, which replace equal paths
  SourcePlace place{};
  std::uint32_t position = 0;  // in the file's list, from 0, also if only some of the entries run
};

struct FaultEntry {
  std::string verb;
  ParameterValues values;
  Time at{};
  std::optional<Duration> lasts;  // from `for` or `until`; absent: to the end
  std::optional<Duration> every;
  Duration stagger{};  // between its nodes; zero: all at once
  SourcePlace place;
  std::uint32_t times = 0;  // with `every`: how often in all; 0: until the end of the run
};

// What `hunt` may try on the scenario (section `hunt`); nothing of it decides a run.
struct HuntSettings {
  std::vector<std::string> verbs;                     // that break things; empty: all
  std::uint32_t faults = 4;                           // entries of a trial at most
  Duration window{};                                  // clients and faults are over by then; zero: 5 s or 20 s, drawn
  Duration shortest = std::chrono::milliseconds(20);  // a fault lasts at least
  Duration longest = std::chrono::seconds(20);        // and at most
  Duration quiet{};  // simulated time after the window; zero: what the promises ask for
  std::vector<std::string> vary{"nodes", "topology", "network", "workload"};
};

struct Scenario {
  std::string name;
  std::string description;
  std::string file;          // where it was read, for messages and for running it again
  std::string resolved;      // the whole scenario on one line of YAML, settings and matrix values put in
  std::string content_hash;  // of everything that decides a run but protocol, seed and place of the file
  std::vector<std::uint64_t> seeds{1};
  Duration duration = std::chrono::seconds(60);
  std::optional<Duration> settle;
  std::uint32_t nodes = 5;
  Platform platform;
  Topology topology;
  Network network;
  Engine engine;
  std::vector<std::string> plugins;  // absolute paths of those that the file lists; empty: it could not be loaded
  std::vector<ProtocolEntry> protocols;
  std::vector<WorkloadEntry> workloads{WorkloadEntry{}};  // at least one
  std::vector<FaultEntry> faults;
  HuntSettings hunt;
  std::vector<std::pair<std::string, std::string>> case_values;  // matrix path, value as written
};

// One run.
struct Case {
  std::shared_ptr<const Scenario> scenario;
  std::size_t protocol = 0;  // index into scenario->protocols
  std::uint64_t seed = 1;

  const ProtocolEntry& entry() const { return scenario->protocols[protocol]; }
};

}  // namespace hearsay
