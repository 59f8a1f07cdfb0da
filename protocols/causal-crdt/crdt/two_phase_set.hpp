// Two-phase set (Shapiro, Preguica, Baquero, Zawirski 2011, specification 12): `add E`, `remove E`. An element that was
// removed once never comes back; a remove needs to have seen the element, else it does nothing. Effects commute in
// every order and may repeat.
#pragma once

#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "protocols/causal-crdt/crdt/update.hpp"
#include "protocols/common/bytes.hpp"

namespace hearsay::crdt {

class TwoPhaseSet {
 public:
  enum class Action : std::uint8_t { add, remove, nothing };
  struct Effect {
    Action action = Action::nothing;
    std::string element;

    std::uint32_t bytes() const { return static_cast<std::uint32_t>(1 + element.size()); }
    void describe(std::ostream& out) const;
    void save(ByteWriter& out) const { out.word(static_cast<std::uint64_t>(action)).text(element); }
    static Effect load(ByteReader& in);
  };

  std::optional<Effect> prepare(const Request& request, const Origin&) const;
  void apply(const Effect& effect, const Origin& origin, Replacements& replaced);

  bool contains(const std::string& element) const;
  std::uint64_t digest() const { return digest_; }
  std::uint32_t bytes() const { return bytes_; }
  void save(ByteWriter& out) const;
  static TwoPhaseSet load(ByteReader& in);
  bool operator==(const TwoPhaseSet& other) const { return elements_ == other.elements_; }

 private:
  struct Element {
    bool added = false, removed = false;
    std::uint32_t size = 0;
    std::vector<WriteId> adds;   // the simulation's names of them
    WriteId remover = no_write;  // of the first remove that arrived
    bool operator==(const Element& other) const { return added == other.added && removed == other.removed; }
  };
  void raise(const std::string& name, Element& element, bool added, bool removed, std::uint32_t size);

  std::map<std::string, Element> elements_;
  std::uint64_t digest_ = 0;
  std::uint32_t bytes_ = 0;
};

}  // namespace hearsay::crdt
