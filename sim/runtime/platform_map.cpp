#include "sim/runtime/platform_map.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>

#include "sim/core/random.hpp"
#include "sim/faults/fault.hpp"
#include "sim/runtime/route_segments.hpp"
#include "sim/runtime/run.hpp"
#include "sim/runtime/simgrid_compat.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

namespace sg4 = simgrid::s4u;

constexpr std::size_t largest_route_table = 1 << 20;  // entries; 24 MiB

std::string host_name(NodeId node) { return "node" + std::to_string(node); }

// The hosts of a run that was made earlier in this process.
std::vector<sg4::Host*> generated_before(NodeId count) {
  std::vector<sg4::Host*> hosts;
  for (NodeId node = 0; node < count; ++node) hosts.push_back(sg4::Host::by_name(host_name(node)));
  return hosts;
}

// SimGrid 4 announces the hosts of some clusters (FAT_TREE, for one) in order of names. Puts those of each zone into
// the order in which the zone numbered them, which is that of the file under every version; zones keep their places.
void sort_within_zones(std::vector<sg4::Host*>& hosts) {
  std::map<std::string, std::vector<std::size_t>> places;
  for (std::size_t i = 0; i < hosts.size(); ++i) places[hosts[i]->get_englobing_zone()->get_name()].push_back(i);
  for (const auto& [zone, indices] : places) {
    std::vector<sg4::Host*> of_zone;
    for (const std::size_t i : indices) of_zone.push_back(hosts[i]);
    std::ranges::sort(of_zone, {}, [](const sg4::Host* host) { return compat::number_in_zone(*host); });
    for (std::size_t i = 0; i < indices.size(); ++i) hosts[indices[i]] = of_zone[i];
  }
}

// Loads a platform and returns its hosts in the order of the file; SimGrid's own lists are in order of names.
std::vector<sg4::Host*> load(const std::string& file) {
  auto created = std::make_shared<std::vector<sg4::Host*>>();  // the callback stays connected: it owns what it fills
  sg4::Host::on_creation_cb([created](sg4::Host& host) { created->push_back(&host); });
  sg4::Engine::get_instance()->load_platform(file);
  auto hosts = *created;  // before sealing, which announces every host once more
  sort_within_zones(hosts);
  sg4::Engine::get_instance()->seal_platform();
  return hosts;
}

bool lies_in(const sg4::Host* host, const sg4::NetZone* zone) {
  const sg4::NetZone* root = sg4::Engine::get_instance()->get_netzone_root();  // which must not be asked for its parent
  for (const sg4::NetZone* at = host->get_englobing_zone(); at != root; at = at->get_parent())
    if (at == zone) return true;
  return zone == root;
}

// `*` stands for any characters, `?` for one.
bool matches(std::string_view text, std::string_view pattern) {
  std::size_t t = 0, p = 0, star = std::string_view::npos, covered = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      covered = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {  // the last star covers one more
      p = star + 1;
      t = ++covered;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace

// Faults break links by name, and SimGrid computes transfers under the flow model alone.
bool needs_links(const Scenario& scenario) {
  return scenario.network.model == Network::Model::flow ||
         std::ranges::any_of(scenario.faults,
                             [&](const FaultEntry& fault) { return find_fault(fault.verb)->link != nullptr; });
}

// An actor computes on its host.
std::uint32_t hosts_needed(const Scenario& scenario) {
  return needs_links(scenario) || scenario.engine.dispatch == Engine::Dispatch::actor ? scenario.nodes : 1;
}

PlatformMap::PlatformMap(const Scenario& scenario, std::uint64_t seed)
    : spec_(scenario.platform), latencies_(seed, "platform.uniform") {
  const auto hosts = spec_.kind == Platform::Kind::file ? load(spec_.file) : generate(scenario);
  if (hosts.empty()) throw PlatformError(spec_.file + ": the platform has no host to place nodes on");
  if (spec_.placement.kind == Placement::Kind::zones)
    place_in_zones(scenario, hosts);
  else if (spec_.placement.kind == Placement::Kind::hosts)
    place(scenario, chosen(hosts));
  else
    place(scenario, hosts);
  if (!equal_routes_) number_hosts();
}

std::vector<sg4::Host*> PlatformMap::generate(const Scenario& scenario) {
  std::vector<sg4::Host*> hosts;
  equal_routes_ = true;
  const Duration latency = spec_.kind == Platform::Kind::star ? spec_.latency : Duration{};
  equal_route_ = {latency, spec_.bandwidth};
  const NodeId count = hosts_needed(scenario);
  if (sg4::Engine::get_instance()->get_host_count() > 0) return generated_before(count);
  auto* star = compat::add_star_zone("generated");
  const bool links = needs_links(scenario);
  for (NodeId node = 0; node < count; ++node) {
    const std::string name = host_name(node);
    auto* host = compat::add_host(*star, name, spec_.speed)->seal();
    hosts.push_back(host);
    if (links) compat::add_spoke(*star, *host, name, spec_.bandwidth, seconds(latency) / 2);
  }
  star->seal();
  return hosts;
}

void PlatformMap::place(const Scenario& scenario, const std::vector<sg4::Host*>& hosts) {
  const std::size_t per_host = (scenario.nodes + hosts.size() - 1) / hosts.size();
  for (std::size_t node = 0; node < scenario.nodes; ++node)
    hosts_.push_back(spec_.placement.kind == Placement::Kind::packed ? hosts[node / per_host]
                                                                     : hosts[node % hosts.size()]);
}

// The hosts that `placement.hosts` names, in its order; those that a pattern names, in the order of the file.
std::vector<sg4::Host*> PlatformMap::chosen(const std::vector<sg4::Host*>& all_hosts) const {
  std::vector<sg4::Host*> hosts;
  for (const auto& pattern : spec_.placement.hosts) {
    const std::size_t before = hosts.size();
    for (sg4::Host* host : all_hosts)
      if (matches(host->get_name(), pattern)) hosts.push_back(host);
    if (hosts.size() != before) continue;
    std::vector<std::string> names;
    for (const auto* host : all_hosts) names.push_back(host->get_name());
    throw PlatformError("the platform has no host named " + pattern + hint(pattern, names, "hosts"));
  }
  return hosts;
}

void PlatformMap::place_in_zones(const Scenario& scenario, const std::vector<sg4::Host*>& all_hosts) {
  for (const auto& [name, count] : spec_.placement.zones) {
    const auto* zone = sg4::Engine::get_instance()->netzone_by_name_or_null(name);
    if (zone == nullptr) throw PlatformError(spec_.file + ": the platform has no zone named " + name);
    std::vector<sg4::Host*> hosts;
    for (sg4::Host* host : all_hosts)
      if (lies_in(host, zone)) hosts.push_back(host);
    if (hosts.empty()) throw PlatformError(spec_.file + ": zone " + name + " has no hosts");
    for (std::uint32_t i = 0; i < count; ++i) {
      hosts_.push_back(hosts[i % hosts.size()]);
      zones_.zone_of_node.push_back(static_cast<std::uint32_t>(zones_.names.size()));
    }
    zones_.names.push_back(name);
  }
  if (hosts_.size() != scenario.nodes)
    throw PlatformError("the zones of `placement` do not add up to the number of nodes");
}

void PlatformMap::number_hosts() {
  std::unordered_map<const sg4::Host*, std::uint32_t> numbers;  // looked up only
  for (const auto* host : hosts_)
    host_numbers_.push_back(numbers.try_emplace(host, static_cast<std::uint32_t>(numbers.size())).first->second);
  host_count_ = numbers.size();
  routes_.resize(std::min<std::uint64_t>(host_count_ * host_count_, largest_route_table));
}

Route PlatformMap::look_up(NodeId from, NodeId to) const {
  std::vector<sg4::Link*> links;
  double latency = 0;
  hosts_[from]->route_to(hosts_[to], links, &latency);
  if (!(latency <= duration_bounds.maximum)) latency = duration_bounds.maximum;  // by coordinates
  if (missing_route_ && spec_.kind == Platform::Kind::file) check_route(from, to, links.size(), latency);
  Route route{from_seconds(latency), 0};
  for (const auto* link : links) {
    if (const auto it = taken_over_.find(link); it != taken_over_.end()) route.latency += from_seconds(it->second);
    if (route.bandwidth == 0 || link->get_bandwidth() < route.bandwidth) route.bandwidth = link->get_bandwidth();
  }
  return route;
}

void PlatformMap::check_route(NodeId from, NodeId to, std::size_t links, double latency) const {
  const std::string ends = hosts_[from]->get_name() + " to " + hosts_[to]->get_name();
  const std::string advice = "; add the route, or place no nodes on one of the two";
  if (links == 0 && latency == 0)
    missing_route_("the platform " + spec_.file + " has no route from host " + ends + advice);
  else if (hosts_[from]->get_englobing_zone() == hosts_[to]->get_englobing_zone())
    return;
  else if (const auto segment = missing_segment(*hosts_[from], *hosts_[to], links))
    missing_route_("the platform " + spec_.file + " has no route from " + segment->first + " to " + segment->second +
                   ", a part of the way from host " + ends + advice);
}

const Route& PlatformMap::route(NodeId from, NodeId to) {
  if (equal_routes_) return from == to ? loopback_ : equal_route_;
  if (hosts_[from] == hosts_[to]) return loopback_;
  const std::uint64_t key = 1 + host_numbers_[from] * host_count_ + host_numbers_[to];
  KnownRoute& known = routes_[key < routes_.size() ? key : key % routes_.size()];
  if (known.key != key) known = {key, look_up(from, to)};
  return known.route;
}

Duration PlatformMap::transfer_latency(NodeId from, NodeId to, std::uint32_t bytes) {
  const Duration latency = route(from, to).latency;
  const double factor = factors_.at(bytes);
  return factor == 1 ? latency : from_seconds(std::min(seconds(latency) * factor, duration_bounds.maximum));
}

double PlatformMap::window_limit(NodeId from, NodeId to) {
  const Duration latency = tcp_gamma_ > 0 ? route(from, to).latency : Duration{};
  return latency > Duration{} ? tcp_gamma_ / (2 * seconds(latency)) : 0;
}

Duration PlatformMap::extra_latency(NodeId from, NodeId to) const {
  if (spec_.kind != Platform::Kind::uniform) return {};
  return latencies_.at(std::uint64_t{from} << 32 | to).between(spec_.min_latency, spec_.max_latency);
}

void PlatformMap::take_over_latencies(bool forget) {
  if (!forget) {
    factors_ = LatencyFactors::of_engine();
    tcp_gamma_ = tcp_gamma_of_engine();
  }
  for (auto* link : sg4::Engine::get_instance()->get_all_links()) {
    if (!forget) taken_over_[link] = link->get_latency();
    link->set_latency(0);
  }
  if (forget) equal_route_.latency = Duration{};
}

std::vector<sg4::Link*> PlatformMap::links(const std::string& name) const {
  std::vector<sg4::Link*> found;
  for (const char* suffix : {"", "_UP", "_DOWN"})
    if (auto* link = sg4::Link::by_name_or_null(name + suffix)) found.push_back(link);
  if (found.empty()) throw PlatformError("the platform has no link named " + name);
  return found;
}

bool PlatformMap::crosses(NodeId from, NodeId to, const std::string& link) const {
  if (hosts_[from] == hosts_[to]) return false;
  const auto wanted = links(link);
  std::vector<sg4::Link*> route;
  double latency = 0;
  hosts_[from]->route_to(hosts_[to], route, &latency);
  return std::ranges::any_of(route, [&wanted](sg4::Link* used) { return std::ranges::count(wanted, used) > 0; });
}

std::optional<std::string> PlatformMap::broken_link(NodeId from, NodeId to) const {
  if (hosts_[from] == hosts_[to]) return std::nullopt;
  std::vector<sg4::Link*> route;
  double latency = 0;
  hosts_[from]->route_to(hosts_[to], route, &latency);
  for (const auto* link : route) {
    if (!link->is_on()) return link->get_name();
  }
  return std::nullopt;
}

}  // namespace hearsay
