#include "protocols/causal-crdt/crdt/observed_remove.hpp"

#include <algorithm>
#include <utility>

namespace hearsay::crdt {

// --- effects

std::uint32_t DottedValues::Effect::bytes() const {
  return static_cast<std::uint32_t>(1 + value.size() + dot_bytes * observed.size());
}

void DottedValues::Effect::describe(std::ostream& out) const {
  out << (adds ? "add" : "remove");
  if (!value.empty()) out << " " << value;
  if (!observed.empty()) out << " replacing " << observed.size();
}

void DottedValues::Effect::save(ByteWriter& out) const {
  out.word(adds ? 1 : 0).text(value).word(observed.size());
  for (const Dot& dot : observed) out.word(dot.stream).word(dot.number);
}

DottedValues::Effect DottedValues::Effect::load(ByteReader& in) {
  Effect effect;
  effect.adds = in.word() != 0;
  effect.value = in.text();
  for (std::uint64_t left = in.word(); left > 0; --left) {
    const StreamId stream = in.word();
    effect.observed.push_back({stream, in.word()});
  }
  return effect;
}

std::vector<Value> DottedValues::Effect::delta(const Origin& origin) const {
  std::vector<Value> values;
  for (const Dot& dot : observed) values.push_back({taken_out(dot, origin.dot), {}, 0, origin.dot});
  if (adds) values.push_back({added(origin.dot), value, origin.size, origin.dot});
  for (Value& entry : values) entry.write = origin.write;
  return values;
}

// --- state

void DottedValues::apply(const Effect& effect, const Origin& origin, Replacements& replaced) {
  for (Value& entry : effect.delta(origin)) join(std::move(entry), replaced);
}

void DottedValues::join(Value value, Replacements& replaced) {
  if (state_.covers(value)) return;
  const bool comes = stands(value);
  const JoinEntry::Key key = value.key;
  if (comes) index(value);
  const WriteId write = value.write;
  if (const auto former = state_.raise(std::move(value))) {
    unindex(*former);
    replaced.emplace_back(former->write, write);
  }
  if (!comes) state_.forget(key);  // its addition was here, or never comes
}

std::uint32_t DottedValues::bytes_of(const Value& value) {
  return dot_bytes + std::max(value.size, static_cast<std::uint32_t>(value.text.size()));
}

void DottedValues::index(const Value& value) {
  bytes_ += bytes_of(value);
  by_value_[value.text].insert(value.name);
}

void DottedValues::unindex(const Value& value) {
  bytes_ -= bytes_of(value);
  const auto alike = by_value_.find(value.text);
  alike->second.erase(value.name);
  if (alike->second.empty()) by_value_.erase(alike);
}

std::vector<Dot> DottedValues::dots() const {
  std::vector<Dot> all;
  for (const auto& [key, value] : state_) all.push_back(dot_of(key));
  return all;
}

std::vector<Dot> DottedValues::dots_of(std::string_view value) const {
  const auto it = by_value_.find(value);
  if (it == by_value_.end()) return {};
  return {it->second.begin(), it->second.end()};
}

void DottedValues::save(ByteWriter& out) const {
  out.word(state_.size());
  for (const auto& [key, value] : state_)
    out.word(key.of).word(key.part).text(value.text).word(value.size).word(value.write);
}

void DottedValues::restore(ByteReader& in) {
  Replacements none;
  for (std::uint64_t left = in.word(); left > 0; --left) {
    Origin origin;
    origin.dot.stream = in.word();
    origin.dot.number = in.word();
    const std::string text = in.text();
    origin.size = static_cast<std::uint32_t>(in.word());
    origin.write = static_cast<WriteId>(in.word());
    apply({true, text, {}}, origin, none);
  }
}

bool DottedValues::operator==(const DottedValues& other) const { return by_value_ == other.by_value_; }

// --- the types

std::optional<DottedValues::Effect> AwSet::prepare(const Request& request, const Origin&) const {
  if (request.method != "add" && request.method != "remove") return std::nullopt;
  return Effect{request.method == "add", std::string(request.argument), dots_of(request.argument)};
}

std::optional<DottedValues::Effect> MvRegister::prepare(const Request& request, const Origin&) const {
  if (request.method != "assign") return std::nullopt;
  return Effect{true, std::string(request.argument), dots()};
}

std::vector<std::string> MvRegister::values() const {
  std::vector<std::string> all;
  for (const auto& [value, dots] : by_value()) all.push_back(value);
  return all;
}

std::optional<DottedValues::Effect> EwFlag::prepare(const Request& request, const Origin&) const {
  if (request.method != "enable" && request.method != "disable") return std::nullopt;
  return Effect{request.method == "enable", {}, dots()};
}

AwSet AwSet::load(ByteReader& in) {
  AwSet set;
  set.restore(in);
  return set;
}

MvRegister MvRegister::load(ByteReader& in) {
  MvRegister reg;
  reg.restore(in);
  return reg;
}

EwFlag EwFlag::load(ByteReader& in) {
  EwFlag flag;
  flag.restore(in);
  return flag;
}

}  // namespace hearsay::crdt
