#include "sim/runtime/route_segments.hpp"

#include <algorithm>
#include <simgrid/kernel/routing/NetPoint.hpp>
#include <simgrid/kernel/routing/NetZoneImpl.hpp>
#include <string_view>
#include <typeinfo>
#include <vector>

namespace hearsay {
namespace {

namespace routing = simgrid::kernel::routing;

// SimGrid exports neither its class of such zones nor their routes.
bool is_full(const routing::NetZoneImpl& zone) {
  return std::string_view(typeid(zone).name()).find("FullZone") != std::string_view::npos;
}

struct LocalRoutes : routing::NetZoneImpl {
  static constexpr auto get = &LocalRoutes::get_local_route;
};

// From the root on.
std::vector<routing::NetZoneImpl*> zones_of(const routing::NetPoint& point) {
  std::vector<routing::NetZoneImpl*> zones;
  for (auto* zone = point.get_englobing_zone(); zone != nullptr; zone = zone->get_parent()) zones.push_back(zone);
  std::ranges::reverse(zones);
  return zones;
}

class Walk {
 public:
  // Requires two different points.
  void go(const routing::NetPoint& from, const routing::NetPoint& to) {
    const auto source = zones_of(from), target = zones_of(to);
    std::size_t common = 0;  // zones that hold both
    while (common < std::min(source.size(), target.size()) && source[common] == target[common]) ++common;
    if (common == 0 || !is_full(*source[common - 1])) return take_for_granted(from, to);
    const auto* here = common < source.size() ? source[common]->get_netpoint() : &from;
    const auto* there = common < target.size() ? target[common]->get_netpoint() : &to;
    routing::Route route;
    double unused = 0;
    (source[common - 1]->*LocalRoutes::get)(here, there, &route, &unused);
    if (route.link_list_.empty() && !missing_) missing_.emplace(here->get_name(), there->get_name());
    links_ += route.link_list_.size();
    if (here != &from && route.gw_src_ != nullptr && route.gw_src_ != &from) go(from, *route.gw_src_);
    if (there != &to && route.gw_dst_ != nullptr && route.gw_dst_ != &to) go(*route.gw_dst_, to);
  }

  std::size_t links() const { return links_; }
  const std::optional<std::pair<std::string, std::string>>& missing() const { return missing_; }

 private:
  // Other kinds of zones compute their routes, and say so if they cannot.
  void take_for_granted(const routing::NetPoint& from, const routing::NetPoint& to) {
    std::vector<simgrid::kernel::resource::StandardLinkImpl*> links;
    double unused = 0;
    routing::NetZoneImpl::get_global_route(&from, &to, links, &unused);
    links_ += links.size();
  }

  std::size_t links_ = 0;
  std::optional<std::pair<std::string, std::string>> missing_;
};

}  // namespace

std::optional<std::pair<std::string, std::string>> missing_segment(const simgrid::s4u::Host& from,
                                                                   const simgrid::s4u::Host& to, std::size_t links) {
  Walk walk;
  walk.go(*from.get_netpoint(), *to.get_netpoint());
  if (walk.links() != links) return std::nullopt;  // a bypass, which goes another way
  return walk.missing();
}

}  // namespace hearsay
