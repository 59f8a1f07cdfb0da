#include "protocols/registry.hpp"

#include <functional>
#include <map>
#include <utility>

#include "sim/core/check.hpp"

// One line per protocol, in the order of `list`: protocols/NAME/ defines ProtocolInfo NAME_info(), with '_' for '-'.
// A plugin's tests build this file without them (cmake/packaging/HearsayConfig.cmake).
// clang-format off
#ifdef HEARSAY_NO_BUILT_IN_PROTOCOLS
#define HEARSAY_PROTOCOLS(protocol)
#else
#define HEARSAY_PROTOCOLS(protocol) \
  protocol(interceptor_broadcast)   \
  protocol(delta_gossip)            \
  protocol(causal_crdt)             \
  protocol(rpc_fanout)              \
  protocol(swim_cache)              \
  protocol(plumtree)                \
  protocol(raft)                    \
  protocol(maelstrom)
#endif
// clang-format on

namespace hearsay {

#define HEARSAY_DECLARE(name) ProtocolInfo name##_info();
HEARSAY_PROTOCOLS(HEARSAY_DECLARE)
#undef HEARSAY_DECLARE

namespace {

std::deque<ProtocolInfo>& all_protocols() {
#define HEARSAY_INFO(name) name##_info(),
  static std::deque<ProtocolInfo> all{HEARSAY_PROTOCOLS(HEARSAY_INFO)};
#undef HEARSAY_INFO
  return all;
}

// By the protocol's name.
std::map<std::string, Plugin*, std::less<>>& plugins() {
  static std::map<std::string, Plugin*, std::less<>> all;
  return all;
}

}  // namespace

const std::deque<ProtocolInfo>& protocols() { return all_protocols(); }

const ProtocolInfo* find_protocol(std::string_view name) {
  for (const auto& info : protocols())
    if (info.name == name) return &info;
  return nullptr;
}

Plugin* plugin_of(std::string_view protocol) {
  const auto it = plugins().find(protocol);
  return it == plugins().end() ? nullptr : it->second;
}

void add_protocol(ProtocolInfo info, Plugin& plugin) {
  HEARSAY_CHECK(find_protocol(info.name) == nullptr, "two protocols of one name");
  plugins().emplace(info.name, &plugin);
  all_protocols().push_back(std::move(info));
}

}  // namespace hearsay
