#include "protocols/swim-cache/entry.hpp"

#include "sim/core/check.hpp"

namespace hearsay::swim {

std::uint32_t wire_size(const Version& version) {
  return version.dotted.dot.number > 0 ? version.dotted.wire_size() : 16;
}

bool covers(const Siblings& ours, const Version& theirs) {
  return std::any_of(ours.begin(), ours.end(), [&](const EntryPtr& e) { return e->version.covers(theirs); });
}

bool same(const Siblings& a, const Siblings& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const EntryPtr& x, const EntryPtr& y) { return x->version == y->version; });
}

VectorClock seen_in(const Siblings& siblings) {
  VectorClock seen;
  for (const EntryPtr& entry : siblings) entry->version.dotted.join_into(seen);
  return seen;
}

// The key once, and of each value its bytes, version, expiry if it has one, and flags.
std::uint32_t wire_size(const Siblings& siblings) {
  if (siblings.empty()) return 0;
  auto bytes = static_cast<std::uint32_t>(siblings.front()->key.size());
  for (const EntryPtr& entry : siblings)
    bytes += std::max(entry->size, static_cast<std::uint32_t>(entry->value.size())) + wire_size(entry->version) +
             (entry->expires == never ? 0 : 8) + 1;
  return bytes;
}

void describe(std::ostream& out, const Siblings& siblings) {
  if (siblings.empty()) out << "nothing";
  const char* separator = "";
  for (const EntryPtr& entry : siblings) {
    out << separator << entry->key << (entry->deleted ? " deleted" : "=" + entry->value) << " @" << entry->version.node;
    if (entry->version.dotted.dot.number > 0) out << "." << entry->version.dotted.dot.number;
    separator = " | ";
  }
}

std::shared_ptr<const SessionToken> Seen::merged(const SessionToken& other) const {
  const auto* theirs = dynamic_cast<const Seen*>(&other);
  HEARSAY_CHECK(theirs != nullptr, "a session token of another protocol");
  auto both = std::make_shared<Seen>(*this);
  for (const auto& [key, context] : theirs->contexts_) {
    auto& ours = both->contexts_[key];
    if (!ours) {
      ours = context;
      continue;
    }
    VectorClock joined = *ours;
    joined.merge(*context);
    ours = std::make_shared<const VectorClock>(std::move(joined));
  }
  return both;
}

VectorClock Seen::of(const std::string& key) const {
  const auto it = contexts_.find(key);
  return it == contexts_.end() ? VectorClock{} : *it->second;
}

}  // namespace hearsay::swim
