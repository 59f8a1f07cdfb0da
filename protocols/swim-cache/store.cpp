#include "protocols/swim-cache/store.hpp"

#include <algorithm>
#include <utility>

#include "protocols/common/bytes.hpp"
#include "protocols/swim-cache/metrics.hpp"
#include "protocols/swim-cache/timers.hpp"

namespace hearsay::swim {
namespace {

const std::string file = "cache.aof";

const Siblings nothing;

std::string encode(const Entry& entry, bool dropped) {
  ByteWriter writer;
  writer.text(entry.key)
      .text(entry.value)
      .word(entry.write)
      .word(entry.size)
      .word(static_cast<std::uint64_t>(entry.version.time.physical))
      .word(entry.version.time.logical)
      .word(entry.version.node)
      .word(static_cast<std::uint64_t>(entry.expires.time_since_epoch().count()))
      .word((entry.deleted ? 1U : 0U) | (dropped ? 2U : 0U));
  const DottedVersion& dotted = entry.version.dotted;
  writer.word(dotted.dot.stream).word(dotted.dot.number);
  for (const auto& [stream, number] : dotted.past.entries()) writer.word(stream).word(number);
  return writer.take();
}

Entry decode(std::string_view record, bool& dropped) {
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
  DottedVersion& dotted = entry.version.dotted;
  dotted.dot.stream = reader.word();
  dotted.dot.number = reader.word();
  while (!reader.at_end()) {
    const StreamId stream = reader.word();
    dotted.past.raise(stream, reader.word());
  }
  return entry;
}

}  // namespace

void Store::start(Context& context) {
  if (params_.conflict == Conflict::siblings) epoch_ = static_cast<std::uint32_t>(context.random().next());
  if (params_.persistence == Persistence::aof) load(context);
}

void Store::load(Context& context) {
  std::map<std::string, Siblings> found;
  for (const std::string_view record : context.storage().records(file)) {
    ++logged_;
    bool dropped = false;
    auto entry = std::make_shared<const Entry>(decode(record, dropped));
    if (dropped)
      found.erase(entry->key);
    else
      take(found[entry->key], entry);
  }
  for (auto& [key, siblings] : found) {
    for (const EntryPtr& entry : siblings) {
      applied(context, *entry);
      remember_until(context, *entry);
    }
    insert(key, std::move(siblings));
  }
}

// An entry may go and come again with the ring. One that has given way here changes the state a second time: what
// replaced it has been forgotten, as a deletion is after its time.
void Store::applied(Context& context, const Entry& entry) {
  if (entry.write >= applied_.size()) applied_.resize(entry.write + std::size_t{1}, false);
  if (gave_way_.erase(entry.write) > 0) return context.reapplied(entry.write);
  if (applied_[entry.write]) return;
  applied_[entry.write] = true;
  context.applied(entry.write);
}

const Siblings& Store::peek(const std::string& key) const {
  const auto it = entries_.find(key);
  return it == entries_.end() ? nothing : it->second;
}

bool Store::put(Context& context, const EntryPtr& entry) {
  if (entry->expires <= context.now()) return false;
  Siblings siblings = peek(entry->key);
  const bool news = take(siblings, entry, [&](const Entry& loser, const Entry& winner) {
    if (&loser != entry.get()) gave_way_.insert(loser.write);
    const bool expired = loser.expires <= context.now();  // its time was over: nothing replaces it
    if (loser.write != winner.write && !expired) context.replaced(loser.write, winner.write);
  });
  if (!news) return false;
  context.high_water(index(Metric::siblings_high_water), static_cast<double>(siblings.size()));
  insert(entry->key, std::move(siblings));
  applied(context, *entry);
  remember_until(context, *entry);
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

bool Store::put(Context& context, const Siblings& entries) {
  bool news = false;
  for (const EntryPtr& entry : entries) news = put(context, entry) || news;
  return news;
}

void Store::insert(const std::string& key, Siblings siblings) {
  remove(key);
  entries_[key] = std::move(siblings);
  changed_.insert(key);
  if (params_.max_entries == 0) return;
  uses_.push_front(key);
  used_[key] = uses_.begin();
}

void Store::remove(const std::string& key) {
  entries_.erase(key);
  changed_.insert(key);
  if (const auto it = used_.find(key); it != used_.end()) {
    uses_.erase(it->second);
    used_.erase(it);
  }
}

Siblings Store::get(Context& context, const std::string& key) {
  Siblings siblings = peek(key);
  const std::size_t gone =
      std::erase_if(siblings, [&](const EntryPtr& entry) { return entry->expires <= context.now(); });
  if (gone > 0) context.count(index(Metric::expired), static_cast<double>(gone));
  if (gone > 0 && siblings.empty()) {
    drop(context, key);
  } else if (gone > 0) {
    entries_[key] = siblings;
  }
  if (const auto it = used_.find(key); it != used_.end()) uses_.splice(uses_.begin(), uses_, it->second);
  return siblings;
}

void Store::drop(Context& context, const std::string& key) {
  const Siblings siblings = peek(key);
  if (siblings.empty()) return;
  remove(key);
  if (params_.conflict == Conflict::siblings) ++given_away_[key];
  if (params_.persistence != Persistence::aof) return;
  context.storage().append(file, encode(*siblings.front(), true));
  ++logged_;
  unsynced_ = true;
}

// The file is rewritten once most of it is history.
void Store::log(Context& context, const Entry& entry) {
  if (params_.persistence != Persistence::aof) return;
  unsynced_ = true;
  if (++logged_ <= 2 * entries_.size() + 1000) {
    context.storage().append(file, encode(entry, false));
    return;
  }
  context.storage().truncate(file);
  logged_ = 0;
  for (const auto& [key, siblings] : entries_)
    for (const EntryPtr& held : siblings) {
      context.storage().append(file, encode(*held, false));
      ++logged_;
    }
}

void Store::sync(Context& context) {
  if (std::exchange(unsynced_, false)) context.sync();
}

Dot Store::next_dot(Context& context, const std::string& key) {
  const auto it = given_away_.find(key);
  const std::uint32_t epoch = epoch_ + (it == given_away_.end() ? 0 : it->second);
  return {StreamId{epoch} << 32 | context.name(), ++dots_};
}

// --- deleted keys

void Store::remember_until(Context& context, const Entry& tombstone) {
  if (!tombstone.deleted || params_.tombstone_ttl == Duration{} || tombstone.expires == never) return;
  tombstones_.emplace(tombstone.expires, tombstone.key);
  arm(context);
}

void Store::arm(Context& context) {
  if (tombstones_.empty() || tombstones_.begin()->first >= armed_) return;
  armed_ = tombstones_.begin()->first;
  context.set_timer(std::max(armed_ - context.now(), Duration{}), timer_key(TimerPurpose::reclaim, ++timer_));
}

// What is written to the file about it waits for the next write's sync: a node that dies before remembers it longer.
void Store::reclaim(Context& context, std::uint32_t number) {
  if (number != timer_) return;
  armed_ = never;
  while (!tombstones_.empty() && tombstones_.begin()->first <= context.now()) {
    const std::string key = tombstones_.begin()->second;
    tombstones_.erase(tombstones_.begin());
    Siblings siblings = peek(key);
    const auto over = [&](const EntryPtr& entry) { return entry->deleted && entry->expires <= context.now(); };
    const std::size_t gone = std::erase_if(siblings, over);
    if (gone == 0) continue;
    context.count(index(Metric::tombstones_reclaimed), static_cast<double>(gone));
    if (siblings.empty())
      drop(context, key);
    else
      insert(key, std::move(siblings));
  }
  arm(context);
}

}  // namespace hearsay::swim
