#include "protocols/swim/store.hpp"

#include <utility>

#include "protocols/state/bytes.hpp"
#include "protocols/swim/metrics.hpp"

namespace hearsay::swim {
namespace {

const std::string file = "cache.aof";

std::string encode(const Entry& entry, bool dropped) {
  return ByteWriter()
      .text(entry.key)
      .text(entry.value)
      .word(entry.write)
      .word(entry.size)
      .word(static_cast<std::uint64_t>(entry.version.time.physical))
      .word(entry.version.time.logical)
      .word(entry.version.node)
      .word(static_cast<std::uint64_t>(entry.expires.time_since_epoch().count()))
      .word((entry.deleted ? 1U : 0U) | (dropped ? 2U : 0U))
      .take();
}

Entry decode(const std::string& record, bool& dropped) {
  ByteReader reader(record);
  Entry entry;
  entry.key = reader.text();
  entry.value = reader.text();
  entry.write = static_cast<WriteId>(reader.word());
  entry.size = static_cast<std::uint32_t>(reader.word());
  entry.version.time.physical = static_cast<std::int64_t>(reader.word());
  entry.version.time.logical = static_cast<std::uint32_t>(reader.word());
  entry.version.node = static_cast<NodeId>(reader.word());
  entry.expires = Time(Duration(static_cast<std::int64_t>(reader.word())));
  const std::uint64_t flags = reader.word();
  entry.deleted = (flags & 1) != 0;
  dropped = (flags & 2) != 0;
  return entry;
}

}  // namespace

void Store::start(Context& context) {
  if (params_.persistence != Persistence::aof) return;
  std::map<std::string, EntryPtr> found;
  for (const std::string& record : context.storage().records(file)) {
    ++logged_;
    bool dropped = false;
    auto entry = std::make_shared<const Entry>(decode(record, dropped));
    if (dropped)
      found.erase(entry->key);
    else
      found[entry->key] = std::move(entry);
  }
  for (const auto& [key, entry] : found) {
    insert(context, entry);
    context.applied(entry->write);
  }
}

EntryPtr Store::peek(const std::string& key) const {
  const auto it = entries_.find(key);
  return it == entries_.end() ? nullptr : it->second;
}

bool Store::put(Context& context, const EntryPtr& entry) {
  if (const EntryPtr ours = peek(entry->key)) {
    if (ours->version == entry->version) return false;
    const bool wins = ours->version < entry->version;
    const EntryPtr& loser = wins ? ours : entry;
    if (loser->write != (wins ? entry : ours)->write) context.replaced(loser->write, (wins ? entry : ours)->write);
    if (!wins) return false;
  }
  insert(context, entry);
  context.applied(entry->write);
  log(context, *entry);
  if (params_.max_entries > 0)
    while (entries_.size() > params_.max_entries) {
      const std::string last = uses_.back();
      context.count(index(Metric::evicted));
      drop(context, last);
    }
  context.high_water(index(Metric::store_high_water), static_cast<double>(entries_.size()));
  return true;
}

void Store::insert(Context&, const EntryPtr& entry) {
  remove(entry->key);
  entries_[entry->key] = entry;
  if (params_.max_entries == 0) return;
  uses_.push_front(entry->key);
  used_[entry->key] = uses_.begin();
}

void Store::remove(const std::string& key) {
  entries_.erase(key);
  if (const auto it = used_.find(key); it != used_.end()) {
    uses_.erase(it->second);
    used_.erase(it);
  }
}

EntryPtr Store::get(Context& context, const std::string& key) {
  EntryPtr entry = peek(key);
  if (!entry) return nullptr;
  if (entry->expires <= context.now()) {
    context.count(index(Metric::expired));
    drop(context, key);
    return nullptr;
  }
  if (const auto it = used_.find(key); it != used_.end()) uses_.splice(uses_.begin(), uses_, it->second);
  return entry;
}

void Store::drop(Context& context, const std::string& key) {
  const EntryPtr entry = peek(key);
  if (!entry) return;
  remove(entry->key);
  if (params_.persistence != Persistence::aof) return;
  context.storage().append(file, encode(*entry, true));
  ++logged_;
  unsynced_ = true;
}

// The file is written anew once most of it is history.
void Store::log(Context& context, const Entry& entry) {
  if (params_.persistence != Persistence::aof) return;
  unsynced_ = true;
  if (++logged_ <= 2 * entries_.size() + 1000) {
    context.storage().append(file, encode(entry, false));
    return;
  }
  context.storage().truncate(file);
  for (const auto& [key, held] : entries_) context.storage().append(file, encode(*held, false));
  logged_ = entries_.size();
}

void Store::sync(Context& context) {
  if (std::exchange(unsynced_, false)) context.sync();
}

}  // namespace hearsay::swim
