#include "protocols/registry.hpp"

#include <vector>

// One line per protocol, in the order of `list`: protocols/NAME/ defines ProtocolInfo NAME_info(), with '_' for '-'.
// clang-format off
#define HEARSAY_PROTOCOLS(protocol) \
  protocol(interceptor_broadcast)   \
  protocol(delta_gossip)            \
  protocol(causal_crdt)             \
  protocol(rpc_fanout)              \
  protocol(swim_cache)
// clang-format on

namespace hearsay {

#define HEARSAY_DECLARE(name) ProtocolInfo name##_info();
HEARSAY_PROTOCOLS(HEARSAY_DECLARE)
#undef HEARSAY_DECLARE

std::span<const ProtocolInfo> protocols() {
#define HEARSAY_INFO(name) name##_info(),
  static const std::vector<ProtocolInfo> all{HEARSAY_PROTOCOLS(HEARSAY_INFO)};
#undef HEARSAY_INFO
  return all;
}

const ProtocolInfo* find_protocol(std::string_view name) {
  for (const auto& info : protocols())
    if (info.name == name) return &info;
  return nullptr;
}

}  // namespace hearsay
