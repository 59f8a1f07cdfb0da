// The entries of the cache. A key has one value where the last writer wins; with `conflict: siblings` all values that
// were written without knowing of each other stand side by side until somebody who has read them writes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "protocols/swim-cache/clocks.hpp"
#include "protocols/swim-cache/dotted_version.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/operation.hpp"
#include "sim/core/time.hpp"

namespace hearsay::swim {

// Which of two writes of a key wins: by time and node, or, if they have dots, the one whose author had seen the other.
struct Version {
  HybridTime time;
  NodeId node = no_node;  // that took the write
  DottedVersion dotted;   // of siblings

  // Who holds this one need not be told of `other`.
  bool covers(const Version& other) const {
    if (dotted.dot.number > 0) return dotted.covers(other.dotted);
    return time != other.time ? time > other.time : node >= other.node;
  }
  bool operator==(const Version&) const = default;
};
std::uint32_t wire_size(const Version& version);  // 16 bytes of time and node, or the dotted version vector

struct Entry {
  std::string key;
  std::string value;
  WriteId write = no_write;
  std::uint32_t size = 0;  // payload bytes
  Version version;
  Time expires = never;  // a deleted one: when it may be forgotten
  bool deleted = false;
};
using EntryPtr = std::shared_ptr<const Entry>;

// All values of one key that are held together, ascending by dot; none covers another. Empty: nothing.
using Siblings = std::vector<EntryPtr>;

// True if `entry` told something new: it is now one of `siblings`, in place of those that it covers. `replaced(loser,
// winner)` is called for each entry that gives way to another one, be it the new or an old one.
template <class Replaced>
bool take(Siblings& siblings, const EntryPtr& entry, Replaced replaced) {
  for (const EntryPtr& ours : siblings) {
    if (!ours->version.covers(entry->version)) continue;
    if (ours->version != entry->version) replaced(*entry, *ours);
    return false;
  }
  std::erase_if(siblings, [&](const EntryPtr& ours) {
    if (!entry->version.covers(ours->version)) return false;
    replaced(*ours, *entry);
    return true;
  });
  const auto later = [](const EntryPtr& a, const EntryPtr& b) { return a->version.dotted.dot < b->version.dotted.dot; };
  siblings.insert(std::upper_bound(siblings.begin(), siblings.end(), entry, later), entry);
  return true;
}
inline bool take(Siblings& siblings, const EntryPtr& entry) {
  return take(siblings, entry, [](const Entry&, const Entry&) {});
}

bool covers(const Siblings& ours, const Version& theirs);
bool same(const Siblings& a, const Siblings& b);  // equal versions
VectorClock seen_in(const Siblings& siblings);    // the context of who reads them
std::uint32_t wire_size(const Siblings& siblings);
void describe(std::ostream& out, const Siblings& siblings);

// What a client carries: the context of all that it has read, by key.
class Seen final : public SessionToken {
 public:
  Seen(const std::string& key, VectorClock seen) {
    contexts_[key] = std::make_shared<const VectorClock>(std::move(seen));
  }
  std::shared_ptr<const SessionToken> merged(const SessionToken& other) const override;
  // Empty for a key that it has not read.
  VectorClock of(const std::string& key) const;

 private:
  std::map<std::string, std::shared_ptr<const VectorClock>> contexts_;
};

}  // namespace hearsay::swim
