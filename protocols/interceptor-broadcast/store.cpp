#include "protocols/interceptor-broadcast/store.hpp"

#include <algorithm>
#include <tuple>

#include "protocols/common/bytes.hpp"
#include "protocols/interceptor-broadcast/metrics.hpp"
#include "sim/core/random.hpp"

namespace hearsay::interceptor {
namespace {

constexpr std::string_view disk_prefix = "kv/";

std::string encode(const Write& write) {
  return ByteWriter()
      .word(write.id)
      .word(static_cast<std::uint64_t>(write.time.time_since_epoch().count()))
      .word(write.origin)
      .word(write.size)
      .word(write.invalidation ? 1 : 0)
      .word(write.fingerprint)
      .text(write.value)
      .take();
}

WritePtr decode(std::string key, const std::string& bytes, const Params& params) {
  ByteReader reader(bytes);
  Write write;
  write.key = std::move(key);
  write.id = static_cast<WriteId>(reader.word());
  write.time = Time(Duration(static_cast<std::int64_t>(reader.word())));
  write.origin = static_cast<NodeId>(reader.word());
  write.size = static_cast<std::uint32_t>(reader.word());
  write.invalidation = reader.word() != 0;
  const std::uint64_t fingerprint = reader.word();
  write.value = reader.text();
  write.hash_bytes = params.hash_bytes;
  if (!write.invalidation) return seal(std::move(write));
  write.fingerprint = fingerprint;
  return std::make_shared<const Write>(std::move(write));
}

auto rank(const Write& write) { return std::tuple(write.time, write.origin, write.id); }

}  // namespace

void Store::start(Context& context) {
  if (params_.storage == StorageKind::disk) {
    for (const auto& [name, bytes] : context.storage().values()) {
      if (!name.starts_with(disk_prefix)) continue;
      const WritePtr write = decode(name.substr(disk_prefix.size()), bytes, params_);
      entries_.emplace(write->key, write);
      digest_ += entry_digest(*write);
      show(*write);
      mark_incorporated(context, write->id);
    }
  }
  context.state_digest(digest_);
}

bool Store::apply(Context& context, const WritePtr& write) {
  WritePtr& slot = entries_[write->key];
  const bool repeated = incorporated(write->id);
  if (!repeated) mark_incorporated(context, write->id);
  if (!slot) {
    set(context, slot, write);
    return true;
  }
  if (params_.conflict == Conflict::arrival || wins(*write, *slot)) return replace(context, slot, write, repeated);
  if (!repeated) context.replaced(write->id, slot->id);
  return false;
}

// Last write wins by (time, origin, write).
bool Store::wins(const Write& challenger, const Write& holder) const { return rank(challenger) > rank(holder); }

// What is stored already is stored again without a trace: the document's "idempotent write".
bool Store::replace(Context& context, WritePtr& slot, const WritePtr& write, bool repeated) {
  const bool changes = entry_digest(*write) != entry_digest(*slot);
  if (!changes && repeated) return false;
  const WriteId loser = slot->id;
  if (repeated) context.reapplied(write->id);
  if (loser != write->id) context.replaced(loser, write->id);
  hide(*slot);
  if (write->invalidation && !slot->invalidation) context.count(index(Metric::invalidations));
  set(context, slot, write);
  return true;
}

void Store::set(Context& context, WritePtr& slot, const WritePtr& write) {
  const std::uint64_t before = digest_;
  if (slot) digest_ -= entry_digest(*slot);
  slot = write;
  digest_ += entry_digest(*write);
  show(*write);
  if (digest_ != before) context.state_digest(digest_);
  if (params_.storage == StorageKind::memory) return;
  context.storage().put(std::string(disk_prefix) + write->key, encode(*write));
}

std::vector<WriteId> Store::read(const std::string& key) const {
  if (key.empty()) return visible_;
  const auto it = entries_.find(key);
  if (it == entries_.end() || it->second->invalidation) return {};
  return {it->second->id};
}

void Store::mark_incorporated(Context& context, WriteId write) {
  if (write >= incorporated_.size()) incorporated_.resize(write + 1);
  incorporated_[write] = true;
  context.applied(write);
}

void Store::show(const Write& write) {
  if (!write.invalidation) visible_.insert(std::lower_bound(visible_.begin(), visible_.end(), write.id), write.id);
}

void Store::hide(const Write& write) {
  if (!write.invalidation) visible_.erase(std::lower_bound(visible_.begin(), visible_.end(), write.id));
}

// Values, and in timestamp mode their times: in arrival mode each server stamps its own time, which is no replicated
// state.
std::uint64_t Store::entry_digest(const Write& write) const {
  if (params_.conflict == Conflict::arrival) return write.fingerprint;
  return combine(combine(write.fingerprint, static_cast<std::uint64_t>(write.time.time_since_epoch().count())),
                 write.origin);
}

}  // namespace hearsay::interceptor
