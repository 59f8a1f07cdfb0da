// The entries of one node: which writes of a key stand, time-to-live, bounded size, an append-only file with the
// versions (Next Phase 2A), and how long deleted keys are remembered.
#pragma once

#include <list>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "protocols/swim-cache/entry.hpp"
#include "protocols/swim-cache/params.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::swim {

class Store {
 public:
  explicit Store(const Params& params) : params_(params) {}

  void start(Context& context);  // reads the file

  // Takes the entry unless one that it holds covers it, or it has expired; true if it told something new.
  bool put(Context& context, const EntryPtr& entry);
  bool put(Context& context, const Siblings& entries);
  // Empty for a key that it does not hold; a deleted one is held. Counts as a use.
  Siblings get(Context& context, const std::string& key);
  const Siblings& peek(const std::string& key) const;
  void drop(Context& context, const std::string& key);  // it belongs to others
  // Before an acknowledgement.
  void sync(Context& context);
  // Forgets deleted keys whose time has come; `number`: of the timer.
  void reclaim(Context& context, std::uint32_t number);

  // The name of this node's next write of a key, with `conflict: siblings`. A dot stands for all that its stream gave
  // to the key before, so a node that has restarted, or has given the key away meanwhile, opens a new stream.
  Dot next_dot(Context& context, const std::string& key);

  // Keys whose entries have changed since it was asked last.
  std::set<std::string> take_changed() { return std::exchange(changed_, {}); }

  // By key.
  const std::map<std::string, Siblings>& entries() const { return entries_; }

 private:
  using Uses = std::list<std::string>;  // the most recent first
  void load(Context& context);
  void insert(const std::string& key, Siblings siblings);
  void remove(const std::string& key);
  void log(Context& context, const Entry& entry);
  void applied(Context& context, const Entry& entry);
  void remember_until(Context& context, const Entry& tombstone);
  void arm(Context& context);

  const Params& params_;
  std::map<std::string, Siblings> entries_;
  Uses uses_;
  std::map<std::string, Uses::iterator> used_;
  std::set<std::string> changed_;
  std::size_t logged_ = 0;
  bool unsynced_ = false;
  std::multimap<Time, std::string> tombstones_;  // by the time at which they may go
  Time armed_ = never;
  std::uint32_t timer_ = 0;     // the last one that was set
  std::vector<bool> applied_;   // by write: reported by this incarnation
  std::set<WriteId> gave_way_;  // that another one replaced here, and that have not come back
  std::uint32_t epoch_ = 0;
  std::uint64_t dots_ = 0;
  std::map<std::string, std::uint32_t> given_away_;  // how often, of keys that came here with siblings
};

}  // namespace hearsay::swim
