// The types in which an update replaces exactly what its origin had observed: add-wins set, multi-value register,
// enable-wins flag. The state is a set of dotted values (protocols/common/crdt/or_set.hpp). An effect carries the dots
// that it replaces, so whatever is concurrent to it survives. No tombstones are kept: a dot is replaced only after it
// has arrived, which causal delivery makes sure of.
#pragma once

#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "protocols/causal-crdt/crdt/update.hpp"
#include "protocols/common/bytes.hpp"
#include "protocols/common/crdt/or_set.hpp"

namespace hearsay::crdt {

class DottedValues {
 public:
  struct Effect {
    bool adds = false;  // the value, under the update's own dot
    std::string value;
    std::vector<Dot> observed;  // replaced; ascending

    std::uint32_t bytes() const;
    void describe(std::ostream& out) const;
    void save(ByteWriter& out) const;
    static Effect load(ByteReader& in);
    // As entries that any state can join.
    std::vector<Value> delta(const Origin& origin) const;
  };

  void apply(const Effect& effect, const Origin& origin, Replacements& replaced);

  std::uint64_t digest() const { return state_.digest(); }
  std::uint32_t bytes() const { return bytes_; }
  void save(ByteWriter& out) const;
  bool operator==(const DottedValues& other) const;

 protected:
  std::vector<Dot> dots() const;
  std::vector<Dot> dots_of(std::string_view value) const;
  void restore(ByteReader& in);
  const std::map<std::string, std::set<Dot>, std::less<>>& by_value() const { return by_value_; }

 private:
  static std::uint32_t bytes_of(const Value& value);
  void join(Value value, Replacements& replaced);
  void index(const Value& value);
  void unindex(const Value& value);

  JoinMapOf<Value> state_;  // what stands
  std::map<std::string, std::set<Dot>, std::less<>> by_value_;
  std::uint32_t bytes_ = 0;
};

// Add-wins set: `add E`, `remove E`. A remove takes away the adds that it has observed; a concurrent add stays.
class AwSet : public DottedValues {
 public:
  std::optional<Effect> prepare(const Request& request, const Origin&) const;
  bool contains(std::string_view element) const { return by_value().contains(element); }
  std::size_t size() const { return by_value().size(); }
  static AwSet load(ByteReader& in);
};

// Multi-value register: `assign V`. Concurrent assignments stand side by side until one that has seen them.
class MvRegister : public DottedValues {
 public:
  std::optional<Effect> prepare(const Request& request, const Origin&) const;
  std::vector<std::string> values() const;  // ascending
  static MvRegister load(ByteReader& in);
};

// Enable-wins flag: `enable`, `disable`. It is on while an enable stands that no disable has observed.
class EwFlag : public DottedValues {
 public:
  std::optional<Effect> prepare(const Request& request, const Origin&) const;
  bool enabled() const { return !by_value().empty(); }
  static EwFlag load(ByteReader& in);
};

}  // namespace hearsay::crdt
