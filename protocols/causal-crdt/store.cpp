#include "protocols/causal-crdt/store.hpp"

#include <algorithm>

#include "protocols/causal-crdt/metrics.hpp"
#include "sim/core/random.hpp"

namespace hearsay::causal {

std::optional<crdt::Effect> Store::prepare(const std::string& key, crdt::Type type, const crdt::Request& request,
                                           const crdt::Origin& origin) const {
  const auto it = objects_.find(key);
  return it == objects_.end() ? crdt::Object(type).prepare(request, origin)
                              : it->second.object.prepare(request, origin);
}

void Store::apply(Context& context, const Effect& effect) {
  const auto it = objects_.try_emplace(effect.key, crdt::Object(effect.type)).first;
  Entry& entry = it->second;
  const std::uint64_t before = digest_;
  digest_ -= digest_of(effect.key, entry.object);
  crdt::Replacements replaced;
  entry.object.apply(effect.body, effect.origin, replaced);
  digest_ += digest_of(effect.key, entry.object);
  if (incorporate(context, effect.origin.write)) {
    insert(entry.writes, effect.origin.write);
  } else {
    context.count(index(Metric::reapplied));
    if (digest_ != before) context.reapplied(effect.origin.write);
  }
  for (const auto& [loser, winner] : replaced) context.replaced(loser, winner);
  context.state_digest(digest_);
}

std::uint64_t Store::digest_of(const std::string& key, const crdt::Object& object) {
  const std::uint64_t digest = object.digest();
  return digest == 0 ? 0 : combine(hash_text(key), digest);
}

void Store::insert(std::vector<WriteId>& writes, WriteId write) {
  writes.insert(std::upper_bound(writes.begin(), writes.end(), write), write);
}

bool Store::incorporate(Context& context, WriteId write) {
  if (write >= incorporated_.size()) incorporated_.resize(write + 1);
  if (incorporated_[write]) return false;
  incorporated_[write] = true;
  insert(writes_, write);
  context.applied(write);
  return true;
}

std::vector<WriteId> Store::read(const std::string& key) const {
  if (key.empty()) return writes_;
  const auto it = objects_.find(key);
  if (it == objects_.end()) return {};
  return it->second.writes;
}

std::uint32_t Store::bytes() const {
  std::size_t bytes = 0;
  for (const auto& [key, entry] : objects_) bytes += key.size() + entry.object.bytes();
  return static_cast<std::uint32_t>(bytes);
}

void Store::save(ByteWriter& out) const {
  out.word(objects_.size());
  for (const auto& [key, entry] : objects_) {
    out.text(key).word(static_cast<std::uint64_t>(entry.object.type()));
    entry.object.save(out);
    out.word(entry.writes.size());
    for (const WriteId write : entry.writes) out.word(write);
  }
}

void Store::load(Context& context, ByteReader& in) {
  objects_.clear();
  digest_ = 0;
  for (std::uint64_t left = in.word(); left > 0; --left) {
    const std::string key = in.text();
    const auto type = static_cast<crdt::Type>(in.word());
    Entry entry(crdt::Object::load(type, in));
    for (std::uint64_t writes = in.word(); writes > 0; --writes) {
      entry.writes.push_back(static_cast<WriteId>(in.word()));
      incorporate(context, entry.writes.back());
    }
    digest_ += digest_of(key, entry.object);
    objects_.emplace(key, std::move(entry));
  }
  context.state_digest(digest_);
}

}  // namespace hearsay::causal
