#include "protocols/causal-crdt/crdt/object.hpp"

#include <algorithm>
#include <array>
#include <type_traits>

#include "sim/core/check.hpp"

namespace hearsay::crdt {
namespace {

// Calls `use` with a std::type_identity of the state of this type.
template <class Use>
auto with_type(Type type, Use use) {
  switch (type) {
    case Type::pn_counter: return use(std::type_identity<PnCounter>{});
    case Type::pn_counter_state: return use(std::type_identity<PnCounterState>{});
    case Type::aw_set: return use(std::type_identity<AwSet>{});
    case Type::two_phase_set: return use(std::type_identity<TwoPhaseSet>{});
    case Type::mv_register: return use(std::type_identity<MvRegister>{});
    case Type::ew_flag: return use(std::type_identity<EwFlag>{});
    case Type::lww_register: return use(std::type_identity<LwwRegister>{});
  }
  HEARSAY_CHECK(false, "no such type of object");
}

}  // namespace

std::span<const TypeInfo> types() {
  static const std::array<TypeInfo, 7> all{{
      {Type::pn_counter,
       "pn-counter",
       "PN counter, operation-based: increment N, decrement N; effects are amounts",
       {"increment", "decrement"}},
      {Type::pn_counter_state,
       "pn-counter-state",
       "PN counter, state-based: increment N, decrement N; replicas merge sums by maximum",
       {"increment", "decrement"}},
      {Type::aw_set,
       "aw-set",
       "add-wins set: add E, remove E; a remove takes away the adds that it has observed",
       {"add", "remove"}},
      {Type::two_phase_set,
       "2p-set",
       "two-phase set: add E, remove E; what was removed never comes back",
       {"add", "remove"}},
      {Type::mv_register,
       "mv-register",
       "multi-value register: assign V; concurrent values stand side by side",
       {"assign"}},
      {Type::ew_flag,
       "ew-flag",
       "enable-wins flag: enable, disable; a concurrent enable beats a disable",
       {"enable", "disable"}},
      {Type::lww_register,
       "lww-register",
       "last-writer-wins register: assign V; the latest time at its origin stays",
       {"assign"}},
  }};
  return all;
}

const TypeInfo* find_type(std::string_view name) {
  const auto all = types();
  const auto it = std::find_if(all.begin(), all.end(), [name](const TypeInfo& info) { return info.name == name; });
  return it == all.end() ? nullptr : &*it;
}

std::optional<Type> type_of_key(std::string_view key) {
  const std::size_t first = key.find('/');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = key.find('/', first + 1);
  if (first == 0 || second == std::string_view::npos || second + 1 == key.size()) return std::nullopt;
  const TypeInfo* info = find_type(key.substr(first + 1, second - first - 1));
  if (info == nullptr) return std::nullopt;
  return info->type;
}

std::uint32_t bytes_of(const Effect& effect) {
  return std::visit([](const auto& e) { return e.bytes(); }, effect);
}

void describe(const Effect& effect, std::ostream& out) {
  std::visit([&out](const auto& e) { e.describe(out); }, effect);
}

void save(const Effect& effect, ByteWriter& out) {
  std::visit([&out](const auto& e) { e.save(out); }, effect);
}

Effect load_effect(Type type, ByteReader& in) {
  return with_type(type, [&in]<class T>(std::type_identity<T>) { return Effect(T::Effect::load(in)); });
}

Object::Object(Type type)
    : state_(with_type(type, []<class T>(std::type_identity<T>) { return State(std::in_place_type<T>); })) {}

std::optional<Effect> Object::prepare(const Request& request, const Origin& origin) const {
  return std::visit(
      [&](const auto& state) -> std::optional<Effect> {
        auto effect = state.prepare(request, origin);
        if (!effect) return std::nullopt;
        return Effect(std::move(*effect));
      },
      state_);
}

void Object::apply(const Effect& effect, const Origin& origin, Replacements& replaced) {
  std::visit(
      [&]<class T>(T& state) {
        const auto* fitting = std::get_if<typename T::Effect>(&effect);
        HEARSAY_CHECK(fitting != nullptr, "an effect of another type");
        state.apply(*fitting, origin, replaced);
      },
      state_);
}

std::uint64_t Object::digest() const {
  return std::visit([](const auto& state) { return state.digest(); }, state_);
}

std::uint32_t Object::bytes() const {
  return std::visit([](const auto& state) { return state.bytes(); }, state_);
}

void Object::save(ByteWriter& out) const {
  std::visit([&out](const auto& state) { state.save(out); }, state_);
}

Object Object::load(Type type, ByteReader& in) {
  return with_type(type, [&in]<class T>(std::type_identity<T>) { return Object(State(T::load(in))); });
}

}  // namespace hearsay::crdt
