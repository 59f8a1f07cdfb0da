#include "protocols/causal-crdt/crdt/two_phase_set.hpp"

#include <algorithm>

#include "sim/core/random.hpp"

namespace hearsay::crdt {

void TwoPhaseSet::Effect::describe(std::ostream& out) const {
  static constexpr const char* names[] = {"add ", "remove ", "nothing to remove: "};
  out << names[static_cast<std::size_t>(action)] << element;
}

TwoPhaseSet::Effect TwoPhaseSet::Effect::load(ByteReader& in) {
  Effect effect;
  effect.action = static_cast<Action>(in.word());
  effect.element = in.text();
  return effect;
}

std::optional<TwoPhaseSet::Effect> TwoPhaseSet::prepare(const Request& request, const Origin&) const {
  const std::string element(request.argument);
  if (request.method == "add") return Effect{Action::add, element};
  if (request.method != "remove") return std::nullopt;
  return Effect{contains(element) ? Action::remove : Action::nothing, element};
}

void TwoPhaseSet::apply(const Effect& effect, const Origin& origin, Replacements& replaced) {
  if (effect.action == Action::nothing) return;
  Element& element = elements_[effect.element];
  if (effect.action == Action::add) {
    raise(effect.element, element, true, false, origin.size);
    if (std::find(element.adds.begin(), element.adds.end(), origin.write) == element.adds.end())
      element.adds.push_back(origin.write);
    if (element.removed) replaced.emplace_back(origin.write, element.remover);
    return;
  }
  if (!element.removed) {
    element.remover = origin.write;
    for (const WriteId add : element.adds) replaced.emplace_back(add, origin.write);
  }
  raise(effect.element, element, false, true, 0);
}

bool TwoPhaseSet::contains(const std::string& name) const {
  const auto it = elements_.find(name);
  return it != elements_.end() && it->second.added && !it->second.removed;
}

// Each of the two phases counts in the digest once, whichever came first. A removed element keeps its name alone.
void TwoPhaseSet::raise(const std::string& name, Element& element, bool added, bool removed, std::uint32_t size) {
  if (added && !element.added) digest_ += combine(hash_text(name), 1);
  if (removed && !element.removed) digest_ += combine(hash_text(name), 2);
  const auto bytes = [&name](const Element& e) {
    if (!e.added && !e.removed) return std::uint32_t{0};
    const auto length = static_cast<std::uint32_t>(name.size());
    return 1 + (e.removed ? length : std::max(e.size, length));
  };
  bytes_ -= bytes(element);
  element.added |= added;
  element.removed |= removed;
  element.size = std::max(element.size, size);
  bytes_ += bytes(element);
}

void TwoPhaseSet::save(ByteWriter& out) const {
  out.word(elements_.size());
  for (const auto& [name, element] : elements_) {
    out.text(name).word((element.added ? 1 : 0) + (element.removed ? 2 : 0)).word(element.size).word(element.remover);
    out.word(element.adds.size());
    for (const WriteId add : element.adds) out.word(add);
  }
}

TwoPhaseSet TwoPhaseSet::load(ByteReader& in) {
  TwoPhaseSet set;
  for (std::uint64_t left = in.word(); left > 0; --left) {
    const std::string name = in.text();
    const std::uint64_t phases = in.word();
    Element& element = set.elements_[name];
    set.raise(name, element, (phases & 1) != 0, (phases & 2) != 0, static_cast<std::uint32_t>(in.word()));
    element.remover = static_cast<WriteId>(in.word());
    for (std::uint64_t adds = in.word(); adds > 0; --adds) element.adds.push_back(static_cast<WriteId>(in.word()));
  }
  return set;
}

}  // namespace hearsay::crdt
