#include "sim/hunt/signature.hpp"

#include <algorithm>
#include <bit>

#include "sim/core/random.hpp"

namespace hearsay::hunt {

void SignatureObserver::observe(const Event& event) {
  std::uint32_t before = 0, kind = event.detail;
  if (event.kind == EventKind::deliver) {
    if (event.node >= last_of_node_.size()) last_of_node_.resize(event.node + std::size_t{1}, 0);
    before = std::exchange(last_of_node_[event.node], event.type + 1U);
    kind = event.type + 1U;
  }
  if (event.kind == EventKind::send || event.kind == EventKind::drop)
    kind = (event.type + 1U) * 256U + (event.kind == EventKind::drop ? event.detail : 0U);
  ++counts_[{event.kind, before, kind}];
}

std::vector<std::uint64_t> SignatureObserver::features(const RunResult& result) const {
  std::vector<std::uint64_t> all;
  const auto add = [&](std::uint64_t what, std::uint64_t count) {
    all.push_back(combine(what, static_cast<std::uint64_t>(std::bit_width(count))) >> 16);
  };
  for (const auto& [what, count] : counts_) {
    const auto& [kind, before, type] = what;
    add(combine(combine(static_cast<std::uint64_t>(kind), before), type), count);
  }
  for (const auto& [name, value] : result.protocol_metrics)
    if (value && *value > 0) add(hash_text(name), static_cast<std::uint64_t>(std::min(*value * 16, 1e15)));
  add(hash_text("states"), result.distinct_states);
  add(hash_text("missing"), result.missing);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace hearsay::hunt
