#include "protocols/gossip/store.hpp"

#include <algorithm>

#include "protocols/gossip/metrics.hpp"
#include "protocols/state/bytes.hpp"

namespace hearsay::gossip {
namespace {

const std::string log_name = "values";

std::string encode(const Element& element, std::uint32_t hops) {
  return ByteWriter()
      .word(element.dot.stream)
      .word(element.dot.number)
      .word(element.write)
      .word(static_cast<std::uint64_t>(element.created.time_since_epoch().count()))
      .word(element.size)
      .word(hops)
      .text(element.key)
      .text(element.value)
      .take();
}

Carried decode(const std::string& record) {
  ByteReader reader(record);
  Element element;
  element.dot.stream = reader.word();
  element.dot.number = reader.word();
  element.write = static_cast<WriteId>(reader.word());
  element.created = Time(Duration(static_cast<std::int64_t>(reader.word())));
  element.size = static_cast<std::uint32_t>(reader.word());
  const auto hops = static_cast<std::uint32_t>(reader.word());
  element.key = reader.text();
  element.value = reader.text();
  return {seal(std::move(element)), hops};
}

}  // namespace

void Store::start(Context& context, StartReason reason) {
  // A restarted node does not know how far its numbers had got: it opens a stream of its own.
  const std::uint64_t epoch = reason == StartReason::restart ? context.random().next() << 32 : 0;
  own_ = epoch | context.self();
  if (keeps_disk()) load(context);
  expire(context);
  context.state_digest(digest_);
}

void Store::load(Context& context) {
  for (const auto& record : context.storage().records(log_name)) {
    ++logged_;
    const Carried carried = decode(record);
    if (expired(context, *carried.element))
      skip(context, carried.element->dot);
    else if (!holds(carried.element->dot))
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
  log(context, entries_[index]);
  return index;
}

std::optional<Index> Store::take(Context& context, const Carried& carried) {
  if (holds(carried.element->dot)) return std::nullopt;
  if (expired(context, *carried.element)) {
    skip(context, carried.element->dot);
    return std::nullopt;
  }
  const Index index = insert(context, carried);
  if (live(index)) log(context, entries_[index]);
  return index;
}

Index Store::insert(Context& context, const Carried& carried) {
  const Index index = end();
  ++live_;
  ++waiting_;
  deliver(context, mark(context, carried.element->dot, carried), index);
  if (params_.ttl > Duration{}) expiries_.emplace(later(carried.element->created, params_.ttl), index);
  if (params_.memory_limit > 0 && evicts() && live_ > params_.memory_limit) {
    while (!live(oldest_)) ++oldest_;
    context.count(gossip::index(Metric::evicted));
    drop(context, oldest_);
  }
  context.high_water(gossip::index(Metric::state_high_water), static_cast<double>(live_));
  return index;
}

bool Store::skip(Context& context, const Dot& dot) {
  if (holds(dot)) return false;
  const Index index = end();  // before mark() adds it
  deliver(context, mark(context, dot, {}), index);
  return true;
}

// Adds an entry, and what is held of its stream.
Store::Stream& Store::mark(Context& context, const Dot& dot, const Carried& carried) {
  const Index index = end();
  entries_.push_back({dot, carried.element, carried.hops, context.now()});
  if (params_.digest == DigestKind::ranges) ids_.insert(key_of(dot), index);
  auto place = std::ranges::lower_bound(streams_, dot.stream, {}, &Stream::id);
  if (place == streams_.end() || place->id != dot.stream) place = streams_.insert(place, {dot.stream, {}, 0, 0});
  Stream& stream = *place;
  if (stream.at.size() < dot.number) stream.at.resize(static_cast<std::size_t>(dot.number), absent);
  stream.at[static_cast<std::size_t>(dot.number - 1)] = index;
  while (stream.prefix < stream.at.size() && stream.at[static_cast<std::size_t>(stream.prefix)] != absent)
    ++stream.prefix;
  version_.reset();
  return stream;
}

// Makes visible what can be: with fifo ordering, everything up to the first number that is missing.
void Store::deliver(Context& context, Stream& stream, Index index) {
  if (params_.ordering == Ordering::none) {
    if (live(index)) show(context, *entries_[index].element);
    return;
  }
  for (; stream.delivered < stream.prefix; ++stream.delivered) {
    const Index next = stream.at[static_cast<std::size_t>(stream.delivered)];
    if (live(next)) show(context, *entries_[next].element);
  }
  context.high_water(gossip::index(Metric::fifo_queue_high_water), static_cast<double>(waiting_));
}

void Store::show(Context& context, const Element& element) {
  --waiting_;
  visible_.insert(std::lower_bound(visible_.begin(), visible_.end(), element.write), element.write);
  digest_ += element.fingerprint;
  context.applied(element.write);
  context.state_digest(digest_);
}

void Store::drop(Context& context, Index index) {
  const ElementPtr element = std::exchange(entries_[index].element, nullptr);
  --live_;
  const auto shown = std::lower_bound(visible_.begin(), visible_.end(), element->write);
  if (shown != visible_.end() && *shown == element->write) {
    visible_.erase(shown);
    digest_ -= element->fingerprint;
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
    context.count(gossip::index(Metric::expired));
    drop(context, index);
  }
}

std::optional<Time> Store::next_expiry() const {
  if (expiries_.empty()) return std::nullopt;
  return expiries_.top().first;
}

const Store::Stream* Store::stream_of(StreamId id) const {
  const auto place = std::ranges::lower_bound(streams_, id, {}, &Stream::id);
  return place != streams_.end() && place->id == id ? &*place : nullptr;
}

bool Store::holds(const Dot& dot) const {
  const Stream* stream = stream_of(dot.stream);
  return stream != nullptr && dot.number <= stream->at.size() &&
         stream->at[static_cast<std::size_t>(dot.number - 1)] != absent;
}

std::optional<Index> Store::find(const Dot& dot) const {
  if (!holds(dot)) return std::nullopt;
  const Index index = stream_of(dot.stream)->at[static_cast<std::size_t>(dot.number - 1)];
  if (!live(index)) return std::nullopt;
  return index;
}

std::shared_ptr<const Version> Store::version() {
  if (version_ != nullptr) return version_;
  auto version = std::make_shared<Version>();
  for (const Stream& stream : streams_) {
    Version::Entry entry{stream.id, stream.prefix, {}};
    for (std::uint64_t number = stream.prefix + 1; number <= stream.at.size(); ++number) {
      if (stream.at[static_cast<std::size_t>(number - 1)] == absent) continue;
      if (!entry.beyond.empty() && entry.beyond.back().second + 1 == number)
        entry.beyond.back().second = number;
      else
        entry.beyond.emplace_back(number, number);
    }
    version->add(std::move(entry));
  }
  version_ = std::move(version);
  return version_;
}

Store::Missing Store::missing(const Version& theirs) const {
  Missing result;
  for (const Stream& stream : streams_) {
    const Version::Entry* entry = theirs.find(stream.id);
    for (std::uint64_t number = entry == nullptr ? 1 : entry->prefix + 1; number <= stream.at.size(); ++number) {
      const Index index = stream.at[static_cast<std::size_t>(number - 1)];
      if (index == absent || Version::holds(entry, number)) continue;
      if (live(index))
        result.values.push_back(index);
      else
        result.gone.push_back({stream.id, number});
    }
  }
  return result;
}

std::vector<Index> Store::written_after(std::uint64_t number) const {
  std::vector<Index> values;
  const Stream* own = stream_of(own_);
  for (; own != nullptr && number < own->at.size(); ++number)
    if (const Index index = own->at[static_cast<std::size_t>(number)]; live(index)) values.push_back(index);
  return values;
}

void Store::log(Context& context, const Entry& entry) {
  if (!keeps_disk()) return;
  context.storage().append(log_name, encode(*entry.element, entry.hops));
  ++logged_;
  unsynced_ = true;
}

// Most records are of dropped values: writes the log anew.
void Store::compact(Context& context) {
  context.storage().truncate(log_name);
  logged_ = 0;
  for (const Entry& entry : entries_)
    if (entry.element != nullptr) log(context, entry);
  unsynced_ = true;
}

void Store::sync(Context& context) {
  if (keeps_disk() && logged_ > 2 * live_ + 64) compact(context);
  if (!std::exchange(unsynced_, false)) return;
  context.sync();
}

}  // namespace hearsay::gossip
