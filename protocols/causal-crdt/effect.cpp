#include "protocols/causal-crdt/effect.hpp"

#include <algorithm>

namespace hearsay::causal {

std::uint32_t Effect::clock_bytes() const {
  return clock_entry_bytes * static_cast<std::uint32_t>(1 + stamp.before.entries().size());
}

std::uint32_t Effect::bytes() const {
  const auto content = static_cast<std::uint32_t>(key.size()) + crdt::bytes_of(body);
  return 4 + std::max(origin.size, content) + clock_bytes();
}

void Effect::describe(std::ostream& out) const {
  out << key << " ";
  crdt::describe(body, out);
  describe_event(out << ", ", origin.dot.stream, origin.dot.number);
  if (!stamp.before.entries().empty()) describe_clock(out << " after ", stamp.before);
}

std::string encode(const Effect& effect) {
  ByteWriter out;
  out.text(effect.key).word(static_cast<std::uint64_t>(effect.type));
  crdt::save(effect.body, out);
  out.word(effect.origin.dot.stream).word(effect.origin.dot.number);
  out.word(static_cast<std::uint64_t>(effect.origin.time.time_since_epoch().count()));
  out.word(effect.origin.size).word(effect.origin.write);
  save(effect.stamp.before, out);
  return out.take();
}

EffectPtr decode(std::string_view record) {
  ByteReader in(record);
  auto effect = std::make_shared<Effect>();
  effect->key = in.text();
  effect->type = static_cast<crdt::Type>(in.word());
  effect->body = crdt::load_effect(effect->type, in);
  effect->origin.dot.stream = in.word();
  effect->origin.dot.number = in.word();
  effect->origin.time = Time(Duration(static_cast<std::int64_t>(in.word())));
  effect->origin.size = static_cast<std::uint32_t>(in.word());
  effect->origin.write = static_cast<WriteId>(in.word());
  effect->stamp = {effect->origin.dot.stream, effect->origin.dot.number, load_clock(in)};
  return effect;
}

void describe_event(std::ostream& out, StreamId stream, std::uint64_t number) {
  out << (stream & 0xffffffff) << (stream >> 32 != 0 ? "':" : ":") << number;
}

void describe_clock(std::ostream& out, const VectorClock& clock) {
  out << "{";
  for (const auto& [stream, count] : clock.entries()) describe_event(out << " ", stream, count);
  out << " }";
}

void save(const VectorClock& clock, ByteWriter& out) {
  out.number(clock.entries().size());
  for (const auto& [stream, count] : clock.entries()) out.number(stream).number(count);
}

VectorClock load_clock(ByteReader& in) {
  VectorClock clock;
  for (std::uint64_t left = in.number(); left > 0; --left) {
    const StreamId stream = in.number();
    clock.raise(stream, in.number());
  }
  return clock;
}

}  // namespace hearsay::causal
