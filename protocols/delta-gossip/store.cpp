#include "protocols/delta-gossip/store.hpp"

#include <algorithm>

#include "protocols/common/bytes.hpp"
#include "protocols/common/open_stream.hpp"
#include "protocols/delta-gossip/metrics.hpp"

namespace hearsay::gossip {
namespace {

const std::string log_name = "values";

// Element::record, and how far it has come.
Carried decode(std::string_view record) {
  ByteReader reader(record);
  Element element;
  element.dot.stream = reader.number();
  element.dot.number = reader.number();
  element.write = static_cast<WriteId>(reader.number());
  element.created = Time(Duration(static_cast<std::int64_t>(reader.number())));
  element.size = static_cast<std::uint32_t>(reader.number());
  element.key = reader.text();
  element.value = reader.text();
  const auto hops = static_cast<std::uint32_t>(reader.number());
  return {seal(std::move(element)), hops};
}

}  // namespace

void Store::start(Context& context, StartReason reason) {
  own_ = open_stream(context, reason);
  if (keeps_disk()) load(context);
  expire(context);
  context.state_digest(digest_);
}

void Store::load(Context& context) {
  for (const std::string_view record : context.storage().records(log_name)) {
    ++logged_;
    const Carried carried = decode(record);
    if (expired(context, *carried.element))
      skip(context, carried.element->dot);
    else if (!place_of(carried.element->dot))
      insert(context, carried);
  }
}

Index Store::write(Context& context, const Operation& operation) {
  Element element;
  element.dot = {own_, ++written_};
  element.write = operation.write;
  element.key = operation.key;
  element.value = operation.value;
  element.size = operation.size;
  element.created = context.now();
  const Index index = insert(context, {seal(std::move(element)), 0});
  log(context, index);
  return index;
}

std::optional<Index> Store::take(Context& context, const Carried& carried) {
  if (expired(context, *carried.element)) {
    skip(context, carried.element->dot);
    return std::nullopt;
  }
  const Index index = insert(context, carried);
  if (live(index)) log(context, index);
  return index;
}

Index Store::insert(Context& context, const Carried& carried) {
  const Index index = end();
  ++live_;
  ++waiting_;
  add(context, {carried.element, carried.hops, true});
  if (params_.ttl > Duration{}) expiries_.emplace(later(carried.element->created, params_.ttl), index);
  if (params_.memory_limit > 0 && evicts() && live_ > params_.memory_limit) {
    while (!live(oldest_)) ++oldest_;
    context.count(hearsay::index(Metric::evicted));
    drop(context, oldest_);
  }
  context.high_water(hearsay::index(Metric::state_high_water), static_cast<double>(live_));
  return index;
}

bool Store::skip(Context& context, const Dot& dot) {
  if (place_of(dot)) return false;
  Element nameless;
  nameless.dot = dot;
  add(context, {ElementPtr(std::move(nameless)), 0, false});
  return true;
}

// An entry, and what is held of its stream.
void Store::add(Context& context, Entry entry) {
  const Index index = end();
  const Dot dot = entry.element->dot;
  largest_ = std::max(largest_, bytes_of(*entry.element));
  entries_.push_back(std::move(entry));
  if (params_.synchronous) arrivals_.push_back(context.now());
  if (params_.digest == DigestKind::ranges) ids_.insert(key_of(dot), index);
  std::uint32_t place = place_of_stream(dot.stream);
  if (place == places_.none) {
    place = static_cast<std::uint32_t>(streams_.size());
    streams_.emplace_back().id = dot.stream;
    places_.put(dot.stream, place);
  }
  Stream& stream = streams_[place];
  stream.set(dot.number, index);
  const std::uint32_t before = stream.prefix;
  mark(stream, dot.number);
  version_.reset();
  deliver(context, stream, index, before);
}

// A number of the stream is held now: raises its prefix, and keeps fingerprint() up to date.
void Store::mark(Stream& stream, std::uint64_t number) {
  if (number != stream.prefix + std::uint64_t{1}) {
    fingerprint_ += Version::mark_beyond(stream.id, number);
    return;
  }
  fingerprint_ -= Version::mark_of_prefix(stream.id, stream.prefix);
  ++stream.prefix;
  for (; stream.at(++number) != absent; ++stream.prefix) fingerprint_ -= Version::mark_beyond(stream.id, number);
  fingerprint_ += Version::mark_of_prefix(stream.id, stream.prefix);
}

void Store::note_hops(Index index, std::uint32_t hops) { entries_[index].hops = std::max(entries_[index].hops, hops); }

Carried Store::carried(Index index) const { return {entries_[index].element, entries_[index].hops + 1}; }

// Makes visible what can be: with fifo ordering, everything up to the first number that is missing. `before`: the
// prefix of the stream before the entry came.
void Store::deliver(Context& context, const Stream& stream, Index index, std::uint32_t before) {
  if (params_.ordering == Ordering::none) {
    if (live(index)) show(context, at(index));
    return;
  }
  for (std::uint64_t number = before + std::uint64_t{1}; number <= stream.prefix; ++number)
    if (const Index next = stream.at(number); live(next)) show(context, at(next));
  context.high_water(hearsay::index(Metric::fifo_queue_high_water), static_cast<double>(waiting_));
}

void Store::show(Context& context, const Element& element) {
  --waiting_;
  visible_.insert(std::lower_bound(visible_.begin(), visible_.end(), element.write), element.write);
  digest_ += element.fingerprint;
  context.applied(element.write);
  context.state_digest(digest_);
}

void Store::drop(Context& context, Index index) {
  entries_[index].live = false;
  --live_;
  const Element& element = at(index);
  const auto shown = std::lower_bound(visible_.begin(), visible_.end(), element.write);
  if (shown != visible_.end() && *shown == element.write) {
    visible_.erase(shown);
    digest_ -= element.fingerprint;
    context.state_digest(digest_);
  } else {
    --waiting_;
  }
}

void Store::expire(Context& context) {
  while (!expiries_.empty() && expiries_.top().first <= context.now()) {
    const Index index = expiries_.top().second;
    expiries_.pop();
    if (!live(index)) continue;
    context.count(hearsay::index(Metric::expired));
    drop(context, index);
  }
}

void Store::Stream::set(std::uint64_t number, Index index) {
  if (number == 1) {
    first = index;
    return;
  }
  if (!later) later = std::make_unique<std::vector<Index>>();
  if (number - 2 >= later->size()) later->resize(static_cast<std::size_t>(number - 1), absent);
  (*later)[static_cast<std::size_t>(number - 2)] = index;
}

// Those that have come since the last call are sorted in: no work for each value as long as nobody asks.
const std::vector<std::uint32_t>& Store::ordered() const {
  const auto below = [this](std::uint32_t a, std::uint32_t b) { return streams_[a].id < streams_[b].id; };
  const auto known = static_cast<std::ptrdiff_t>(by_id_.size());
  while (by_id_.size() < streams_.size()) by_id_.push_back(static_cast<std::uint32_t>(by_id_.size()));
  std::sort(by_id_.begin() + known, by_id_.end(), below);
  std::inplace_merge(by_id_.begin(), by_id_.begin() + known, by_id_.end(), below);
  return by_id_;
}

std::shared_ptr<const Version> Store::version() {
  if (version_ != nullptr) return version_;
  std::vector<Version::Entry> entries;
  entries.reserve(streams_.size());
  for (const std::uint32_t place : ordered()) {
    const Stream& stream = streams_[place];
    Version::Entry entry{stream.id, stream.prefix, {}};
    for (std::uint64_t number = stream.prefix + std::uint64_t{1}; number <= stream.highest(); ++number) {
      if (stream.at(number) == absent) continue;
      if (!entry.beyond.empty() && entry.beyond.back().second + 1 == number)
        entry.beyond.back().second = number;
      else
        entry.beyond.emplace_back(number, number);
    }
    entries.push_back(std::move(entry));
  }
  version_ = std::make_shared<const Version>(std::move(entries), fingerprint_);
  return version_;
}

Store::Missing Store::missing(const Version& theirs) const {
  Missing result;
  Version::Reader entries(theirs);
  for (const std::uint32_t place : ordered()) {
    const Stream& stream = streams_[place];
    const Version::Entry* entry = entries.find(stream.id);
    for (std::uint64_t number = entry == nullptr ? 1 : entry->prefix + 1; number <= stream.highest(); ++number) {
      const Index index = stream.at(number);
      if (index == absent || Version::holds(entry, number)) continue;
      if (live(index))
        result.values.push_back(index);
      else
        result.gone.push_back({stream.id, number});
    }
  }
  return result;
}

bool Store::covers(const Version& theirs) const {
  const std::vector<std::uint32_t>& order = ordered();
  auto at = order.begin();
  for (const Version::Entry& entry : theirs.entries()) {
    while (at != order.end() && streams_[*at].id < entry.stream) ++at;
    if (at == order.end() || streams_[*at].id != entry.stream) return false;
    const Stream& stream = streams_[*at];
    if (stream.prefix < entry.prefix) return false;  // the number behind a prefix is not held
    for (const auto& [first, last] : entry.beyond)
      for (std::uint64_t number = std::max(first, stream.prefix + std::uint64_t{1}); number <= last; ++number)
        if (stream.at(number) == absent) return false;
  }
  return true;
}

std::vector<Index> Store::written_after(std::uint64_t number) const {
  std::vector<Index> values;
  const std::uint32_t own = place_of_stream(own_);
  for (; own != places_.none && number < streams_[own].highest(); ++number)
    if (const Index index = streams_[own].at(number + 1); live(index)) values.push_back(index);
  return values;
}

void Store::log(Context& context, Index index) {
  if (!keeps_disk()) return;
  context.storage().append(log_name, at(index).record, ByteWriter().number(hops(index)).take());
  ++logged_;
  unsynced_ = true;
}

// Most records are of dropped values: rewrites the log.
void Store::compact(Context& context) {
  context.storage().truncate(log_name);
  logged_ = 0;
  for (Index index = 0; index < end(); ++index)
    if (live(index)) log(context, index);
  unsynced_ = true;
}

void Store::sync(Context& context) {
  if (keeps_disk() && logged_ > 2 * live_ + 64) compact(context);
  if (!std::exchange(unsynced_, false)) return;
  context.sync();
}

}  // namespace hearsay::gossip
