#include "protocols/causal-crdt/crdt/observed_remove.hpp"

#include <algorithm>

#include "sim/core/random.hpp"

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

// --- state

void DottedValues::apply(const Effect& effect, const Origin& origin, Replacements& replaced) {
  for (const Dot& dot : effect.observed)
    if (const WriteId loser = erase(dot); loser != no_write) replaced.emplace_back(loser, origin.write);
  if (effect.adds) insert(origin.dot, {effect.value, origin.size, origin.write});
}

std::uint64_t DottedValues::digest_of(const Dot& dot, const Entry& entry) {
  return combine(combine(hash_text(entry.value), dot.stream), dot.number);
}

std::uint32_t DottedValues::bytes_of(const Entry& entry) {
  return dot_bytes + std::max(entry.size, static_cast<std::uint32_t>(entry.value.size()));
}

void DottedValues::insert(const Dot& dot, Entry entry) {
  const auto [it, fresh] = entries_.emplace(dot, std::move(entry));
  if (!fresh) return;
  digest_ += digest_of(dot, it->second);
  bytes_ += bytes_of(it->second);
  by_value_[it->second.value].insert(dot);
}

WriteId DottedValues::erase(const Dot& dot) {
  const auto it = entries_.find(dot);
  if (it == entries_.end()) return no_write;
  const WriteId write = it->second.write;
  digest_ -= digest_of(dot, it->second);
  bytes_ -= bytes_of(it->second);
  const auto value = by_value_.find(it->second.value);
  value->second.erase(dot);
  if (value->second.empty()) by_value_.erase(value);
  entries_.erase(it);
  return write;
}

std::vector<Dot> DottedValues::dots() const {
  std::vector<Dot> all;
  for (const auto& [dot, entry] : entries_) all.push_back(dot);
  return all;
}

std::vector<Dot> DottedValues::dots_of(std::string_view value) const {
  const auto it = by_value_.find(value);
  if (it == by_value_.end()) return {};
  return {it->second.begin(), it->second.end()};
}

void DottedValues::save(ByteWriter& out) const {
  out.word(entries_.size());
  for (const auto& [dot, entry] : entries_)
    out.word(dot.stream).word(dot.number).text(entry.value).word(entry.size).word(entry.write);
}

void DottedValues::restore(ByteReader& in) {
  for (std::uint64_t left = in.word(); left > 0; --left) {
    Dot dot;
    dot.stream = in.word();
    dot.number = in.word();
    Entry entry;
    entry.value = in.text();
    entry.size = static_cast<std::uint32_t>(in.word());
    entry.write = static_cast<WriteId>(in.word());
    insert(dot, std::move(entry));
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
