#include "protocols/registry.hpp"

#include "protocols/causal_crdt.hpp"
#include "protocols/delta_gossip.hpp"
#include "protocols/interceptor_broadcast.hpp"
#include "protocols/rpc_fanout.hpp"
#include "protocols/swim_cache.hpp"

namespace hearsay {

std::span<const ProtocolInfo> protocols() {
  static const std::vector<ProtocolInfo> all{
      interceptor_broadcast_info(),
      delta_gossip_info(),
      causal_crdt_info(),
      rpc_fanout_info(),
      swim_cache_info(),
  };
  return all;
}

const ProtocolInfo* find_protocol(std::string_view name) {
  for (const auto& info : protocols())
    if (info.name == name) return &info;
  return nullptr;
}

}  // namespace hearsay
