// The document's storage handler: key -> {value, time}, who wins a key, what observers are told of it, and its disk.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "protocols/interceptor-broadcast/content.hpp"
#include "protocols/interceptor-broadcast/params.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::interceptor {

class Store {
 public:
  explicit Store(const Params& params) : params_(params) {}

  // Reads what the disk has kept and reports the state. Call once, first.
  void start(Context& context);

  // The handler's effect of one write, new or repeated. True if what is stored is no longer the same.
  bool apply(Context& context, const WritePtr& write);

  // Whether this incarnation has ever applied it.
  bool incorporated(WriteId write) const { return write < incorporated_.size() && incorporated_[write]; }

  // The writes that a read shows, ascending: of one key, or of all with an empty one.
  std::vector<WriteId> read(const std::string& key) const;

 private:
  using Entries = std::map<std::string, WritePtr>;

  bool wins(const Write& challenger, const Write& holder) const;
  void set(Context& context, WritePtr& slot, const WritePtr& write);
  bool replace(Context& context, WritePtr& slot, const WritePtr& write, bool repeated);
  void mark_incorporated(Context& context, WriteId write);
  void show(const Write& write);
  void hide(const Write& write);
  std::uint64_t entry_digest(const Write& write) const;

  const Params& params_;
  Entries entries_;
  std::vector<bool> incorporated_;  // by WriteId
  std::vector<WriteId> visible_;    // of all entries, ascending
  std::uint64_t digest_ = 0;        // sum over the entries: independent of order, kept up to date in constant time
};

}  // namespace hearsay::interceptor
