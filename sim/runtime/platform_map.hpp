// The SimGrid platform of a run: loads or generates it, places the nodes on its hosts and answers for routes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <simgrid/s4u.hpp>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/core/selector.hpp"
#include "sim/runtime/latency_factors.hpp"
#include "sim/scenario/scenario.hpp"

namespace hearsay {

struct Route {
  Duration latency{};    // one way
  double bandwidth = 0;  // of the narrowest link, bytes per second; 0: no limit
};

// How long so many bytes take at so many bytes per second; 0: no time.
inline Duration time_to_transmit(std::uint64_t bytes, double bandwidth) {
  constexpr double longest_s = 9e9;  // beyond, nanoseconds overflow; no run lasts that long
  return bandwidth > 0 ? from_seconds(std::min(static_cast<double>(bytes) / bandwidth, longest_s)) : Duration{};
}

// Whether SimGrid gets links of a generated platform, and how many hosts.
bool needs_links(const Scenario& scenario);
std::uint32_t hosts_needed(const Scenario& scenario);

class PlatformMap {
 public:
  // Requires an Engine. Throws PlatformError. SimGrid itself ends the process on XML that it does not accept.
  PlatformMap(const Scenario& scenario, std::uint64_t seed);

  // Of a generated platform SimGrid gets to know no more than it has work for: without processor time to compute, all
  // nodes share one host, and links are there for transfers and for faults that break them.
  simgrid::s4u::Host* host(NodeId node) const { return hosts_[node]; }
  const ZoneMap& zones() const { return zones_; }

  bool is_star() const { return spec_.kind == Platform::Kind::star; }

  // Route between the hosts of two nodes; both on one host: no latency and no limit. Valid until the next call. If the
  // platform has none, `on_missing_route` is told why the run makes no sense, and the route costs nothing.
  const Route& route(NodeId from, NodeId to);
  void on_missing_route(std::function<void(const std::string& why)> told) { missing_route_ = std::move(told); }

  // Under `flow`: what a transfer of so many bytes waits before it begins, the factors of SimGrid's model included, and
  // the bound on its rate by a TCP window (bytes per second, 0: none).
  Duration transfer_latency(NodeId from, NodeId to, std::uint32_t bytes);
  double window_limit(NodeId from, NodeId to);

  // Latency that the platform does not model and that is added to its own: the generated latencies of `uniform`.
  Duration extra_latency(NodeId from, NodeId to) const;

  // Takes the latencies out of SimGrid's links, so that its transfers cost transmission time alone. `forget`: something
  // else stands in for them; otherwise route() goes on to report them.
  void take_over_latencies(bool forget);

  // The link of this name: two, one a direction, if it is a split-duplex one. Throws PlatformError if there is none.
  std::vector<simgrid::s4u::Link*> links(const std::string& name) const;
  // True if the route uses the link of this name, or half of it.
  bool crosses(NodeId from, NodeId to, const std::string& link) const;
  // SimGrid's name of a link that is down on the route (of the half, if it is split-duplex); nothing if all are up.
  std::optional<std::string> broken_link(NodeId from, NodeId to) const;

 private:
  std::vector<simgrid::s4u::Host*> generate(const Scenario& scenario);
  void place(const Scenario& scenario, const std::vector<simgrid::s4u::Host*>& hosts);
  void place_in_zones(const Scenario& scenario, const std::vector<simgrid::s4u::Host*>& all_hosts);
  std::vector<simgrid::s4u::Host*> chosen(const std::vector<simgrid::s4u::Host*>& all_hosts) const;
  void number_hosts();
  Route look_up(NodeId from, NodeId to) const;
  void check_route(NodeId from, NodeId to, std::size_t links, double latency) const;

  const Platform& spec_;
  RandomStreams latencies_;                 // `uniform`: by ordered pair
  std::vector<simgrid::s4u::Host*> hosts_;  // by node
  ZoneMap zones_;
  bool equal_routes_ = false;  // a generated platform: every route has the same cost
  LatencyFactors factors_;
  double tcp_gamma_ = 0;
  std::function<void(const std::string&)> missing_route_;
  Route equal_route_, loopback_;
  struct KnownRoute {
    std::uint64_t key = 0;  // 1 + from * hosts + to, by numbers of hosts
    Route route;
  };
  std::vector<std::uint32_t> host_numbers_;  // by node, if routes differ
  std::uint64_t host_count_ = 0;
  std::vector<KnownRoute> routes_;  // by key modulo its size: a place for each, or the last looked up of several
  std::map<const simgrid::s4u::Link*, double> taken_over_;  // seconds, by link; looked up, never iterated
};

}  // namespace hearsay
