// The entries of one node: last writer wins, time-to-live, bounded size, and an append-only file with the versions
// (Next Phase 2A).
#pragma once

#include <list>
#include <map>
#include <string>

#include "protocols/swim/messages.hpp"
#include "protocols/swim/params.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::swim {

class Store {
 public:
  explicit Store(const Params& params) : params_(params) {}

  void start(Context& context);  // reads the file

  // Takes the entry if it wins; true if so. An equal version changes nothing.
  bool put(Context& context, const EntryPtr& entry);
  // Null for a key that it does not hold; a deleted one is held. Counts as a use.
  EntryPtr get(Context& context, const std::string& key);
  EntryPtr peek(const std::string& key) const;
  void drop(Context& context, const std::string& key);  // it belongs to others
  // Before an acknowledgement.
  void sync(Context& context);

  // By key.
  const std::map<std::string, EntryPtr>& entries() const { return entries_; }

 private:
  using Uses = std::list<std::string>;  // the most recent first
  void insert(Context& context, const EntryPtr& entry);
  void remove(const std::string& key);
  void log(Context& context, const Entry& entry);

  const Params& params_;
  std::map<std::string, EntryPtr> entries_;
  Uses uses_;
  std::map<std::string, Uses::iterator> used_;
  std::size_t logged_ = 0;
  bool unsynced_ = false;
};

}  // namespace hearsay::swim
