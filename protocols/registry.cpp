#include "protocols/registry.hpp"

#include "protocols/causal_crdt.hpp"
#include "protocols/interceptor_broadcast.hpp"

namespace hearsay {

std::span<const ProtocolInfo> protocols() {
  static const std::vector<ProtocolInfo> all{
      causal_crdt_info(),
      interceptor_broadcast_info(),
  };
  return all;
}

const ProtocolInfo* find_protocol(std::string_view name) {
  for (const auto& info : protocols())
    if (info.name == name) return &info;
  return nullptr;
}

}  // namespace hearsay
