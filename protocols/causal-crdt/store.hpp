// A replica's objects by key, what observers are told of them, and their part of a snapshot.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocols/causal-crdt/effect.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::causal {

class Store {
 public:
  // The effect of a request here and now; nothing if the type refuses it. Nothing changes yet.
  std::optional<crdt::Effect> prepare(const std::string& key, crdt::Type type, const crdt::Request& request,
                                      const crdt::Origin& origin) const;

  // Applies an effect and reports it: for the first time, or again.
  void apply(Context& context, const Effect& effect);

  // The writes that a read shows, ascending: all that were applied to one object, or to any with an empty key.
  std::vector<WriteId> read(const std::string& key) const;

  std::uint32_t bytes() const;  // of all keys and states, as a copy of them takes on the wire
  void save(ByteWriter& out) const;
  // Takes over a saved state in place of its own, and reports what is new of it. Requires that it holds every write
  // that was applied here.
  void load(Context& context, ByteReader& in);

 private:
  struct Entry {
    explicit Entry(crdt::Object o) : object(std::move(o)) {}
    crdt::Object object;
    std::vector<WriteId> writes;  // applied to it, ascending
  };
  static std::uint64_t digest_of(const std::string& key, const crdt::Object& object);
  static void insert(std::vector<WriteId>& writes, WriteId write);
  bool incorporate(Context& context, WriteId write);  // false if it was before

  std::map<std::string, Entry> objects_;
  std::vector<WriteId> writes_;     // of all objects, ascending
  std::vector<bool> incorporated_;  // by WriteId
  std::uint64_t digest_ = 0;        // sum over the objects; a new object adds nothing
};

}  // namespace hearsay::causal
