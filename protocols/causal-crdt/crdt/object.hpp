// An object of any of the replicated data types, and the list of these types.
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocols/causal-crdt/crdt/lww_register.hpp"
#include "protocols/causal-crdt/crdt/observed_remove.hpp"
#include "protocols/causal-crdt/crdt/pn_counter.hpp"
#include "protocols/causal-crdt/crdt/pn_counter_state.hpp"
#include "protocols/causal-crdt/crdt/two_phase_set.hpp"

namespace hearsay::crdt {

// In the order of the alternatives of Object's state.
enum class Type : std::uint8_t {
  pn_counter,
  pn_counter_state,
  aw_set,
  two_phase_set,
  mv_register,
  ew_flag,
  lww_register
};

struct TypeInfo {
  Type type;
  std::string_view name;  // as a key has it
  std::string summary;    // one line, for `list crdts`
  std::vector<std::string_view> methods;
};
std::span<const TypeInfo> types();
const TypeInfo* find_type(std::string_view name);  // null if there is none

// The type that a key (namespace, type, id), written "namespace/type/id", names; nothing if it is no such key.
std::optional<Type> type_of_key(std::string_view key);

// The effect of an update, as it is broadcast. Which alternative it is follows from the object's type.
using Effect = std::variant<PnCounter::Effect, PnCounterState::Effect, DottedValues::Effect, TwoPhaseSet::Effect,
                            LwwRegister::Effect>;
std::uint32_t bytes_of(const Effect& effect);
void describe(const Effect& effect, std::ostream& out);
void save(const Effect& effect, ByteWriter& out);
Effect load_effect(Type type, ByteReader& in);

class Object {
 public:
  explicit Object(Type type);

  Type type() const { return static_cast<Type>(state_.index()); }

  // What the request does here and now, for all replicas to apply, this one included. Nothing if the type has no such
  // method or the argument does not fit.
  std::optional<Effect> prepare(const Request& request, const Origin& origin) const;
  // Requires an effect that an object of this type prepared. Appends to `replaced` whom it takes the place of.
  void apply(const Effect& effect, const Origin& origin, Replacements& replaced);

  // Equal for equal states, 0 for the state of a new object; the simulation's names of writes are no part of it.
  std::uint64_t digest() const;
  std::uint32_t bytes() const;  // what a copy of the state takes on the wire
  void save(ByteWriter& out) const;
  static Object load(Type type, ByteReader& in);
  bool operator==(const Object&) const = default;

  // The state as an object of its type. Requires that type.
  template <class T>
  const T& as() const {
    return std::get<T>(state_);
  }

 private:
  using State = std::variant<PnCounter, PnCounterState, AwSet, TwoPhaseSet, MvRegister, EwFlag, LwwRegister>;
  explicit Object(State state) : state_(std::move(state)) {}
  State state_;
};

}  // namespace hearsay::crdt
