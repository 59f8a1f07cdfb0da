// What differs between the versions of SimGrid that we build with, 3.32 to 4.1: how platforms and actors are made.
// In 4.0 zones hang below a root that is there from the start, and the functions have new names; the old ones are
// deprecated.
#pragma once

#include <simgrid/engine.h>  // before version.h, which in 3.32 does not stand alone
#include <simgrid/version.h>

#include <functional>
#include <simgrid/kernel/routing/NetPoint.hpp>
#include <simgrid/s4u.hpp>
#include <string>
#include <utility>

namespace hearsay::compat {

namespace sg4 = simgrid::s4u;

// Below the root. Under 3.x it is the root, so there can be one.
inline sg4::NetZone* add_star_zone(const std::string& name) {
#if SIMGRID_VERSION >= 40000
  return sg4::Engine::get_instance()->get_netzone_root()->add_netzone_star(name);
#else
  return sg4::create_star_zone(name);
#endif
}

inline sg4::Host* add_host(sg4::NetZone& zone, const std::string& name, double speed) {
#if SIMGRID_VERSION >= 40000
  return zone.add_host(name, speed);
#else
  return zone.create_host(name, speed);
#endif
}

// Counts the hosts, routers and zones of the host's zone in the order in which they were declared.
inline unsigned long number_in_zone(const sg4::Host& host) { return host.get_netpoint()->id(); }

// A link of its own between the host and the centre of its star, with its bandwidth (bytes per second) and latency
// (seconds) in either direction.
inline void add_spoke(sg4::NetZone& star, const sg4::Host& host, const std::string& name, double bandwidth,
                      double latency) {
#if SIMGRID_VERSION >= 40000
  auto* link = star.add_split_duplex_link(name, bandwidth);
#else
  auto* link = star.create_split_duplex_link(name, bandwidth);
#endif
  link->set_latency(latency)->seal();
  const std::vector<sg4::LinkInRoute> route{{link, sg4::LinkInRoute::Direction::UP}};
#if SIMGRID_VERSION >= 40000
  star.add_route(&host, nullptr, route, true);
#else
  star.add_route(host.get_netpoint(), nullptr, nullptr, nullptr, route, true);
#endif
}

inline sg4::ActorPtr add_actor(const std::string& name, sg4::Host* host, std::function<void()> code) {
#if SIMGRID_VERSION >= 40100
  return host->add_actor(name, code);
#elif SIMGRID_VERSION >= 40000
  return sg4::Engine::add_actor(name, host, code);
#else
  return sg4::Actor::create(name, host, std::move(code));
#endif
}

}  // namespace hearsay::compat
