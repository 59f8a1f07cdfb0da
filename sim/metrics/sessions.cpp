// Compares each read with what its client knew when it asked.
#include "sim/metrics/sessions.hpp"

#include <algorithm>

#include "sim/core/random.hpp"

namespace hearsay {

void Sessions::observe(const Event& event) {
  const Operation& operation = *event.operation;
  if (event.kind == EventKind::invoke) return invoke(event);
  if (event.detail != static_cast<std::uint8_t>(Outcome::ok)) return;
  if (operation.kind == OperationKind::write) return acknowledge(operation, event.at);
  if (!event.response->value.empty()) return;  // which writes it comes from is not known
  if (operation.key.empty()) {
    read_whole(client(operation.client), bounds_[operation.id], event.response->seen);
  } else if (event.response->whole) {
    read_whole(session(operation).whole, bounds_[operation.id], event.response->seen);
  } else {
    read_key(operation, event.response->seen);
  }
}

void Sessions::invoke(const Event& event) {
  const Operation& operation = *event.operation;
  if (operation.kind == OperationKind::write) {
    if (operation.write >= writes_.size()) {
      writes_.resize(operation.write + 1);
      mark_.resize(operation.write + 1, 0);
    }
    writes_[operation.write].invoked = event.at;
    return;
  }
  if (operation.id >= bounds_.size()) bounds_.resize(operation.id + 1);
  if (operation.key.empty()) {
    bounds_[operation.id] = bounds_of(client(operation.client));
  } else {
    const KeySession& now = session(operation);
    bounds_[operation.id] = bounds_of(now.whole);
    bounds_[operation.id].last_own = now.own;
    bounds_[operation.id].last_read = now.read;
  }
}

Sessions::Bounds Sessions::bounds_of(const Known& known) {
  Bounds bounds;
  bounds.own = static_cast<std::uint32_t>(known.own.size());
  bounds.seen = static_cast<std::uint32_t>(known.seen.size());
  return bounds;
}

void Sessions::acknowledge(const Operation& operation, Time at) {
  writes_[operation.write].acknowledged = at;
  client(operation.client).own.push_back(operation.write);
  KeySession& of_key = session(operation);
  of_key.own = operation.write;
  of_key.whole.own.push_back(operation.write);
}

void Sessions::read_whole(Known& of, const Bounds& bounds, const std::vector<WriteId>& seen) {
  ++reads_;
  for (const WriteId write : seen) {
    if (write < mark_.size()) mark_[write] = reads_;
  }
  const auto contained = [this](WriteId write) { return mark_[write] == reads_; };
  if (!std::all_of(of.own.begin(), of.own.begin() + bounds.own, contained)) ++read_your_writes_;
  if (!std::all_of(of.seen.begin(), of.seen.begin() + bounds.seen, contained)) ++monotonic_reads_;

  if (of.was_seen.size() < mark_.size()) of.was_seen.resize(mark_.size(), false);
  for (const WriteId write : seen) {
    if (write >= mark_.size() || of.was_seen[write]) continue;
    of.was_seen[write] = true;
    of.seen.push_back(write);
  }
}

void Sessions::read_key(const Operation& operation, const std::vector<WriteId>& seen) {
  const Bounds bounds = bounds_[operation.id];
  if (follows(bounds.last_own, seen)) ++read_your_writes_;
  if (follows(bounds.last_read, seen)) ++monotonic_reads_;
  session(operation).read = newest(seen);
}

// Whether what was read is older than `bound`: nothing at all, or only writes that precede it.
bool Sessions::follows(WriteId bound, const std::vector<WriteId>& seen) const {
  if (bound == no_write) return false;
  return std::all_of(seen.begin(), seen.end(), [&](WriteId write) {
    return write < writes_.size() && writes_[write].acknowledged < writes_[bound].invoked;
  });
}

// The one that was invoked last: the value of a key may consist of several concurrent writes.
WriteId Sessions::newest(const std::vector<WriteId>& seen) const {
  WriteId result = no_write;
  for (const WriteId write : seen) {
    if (write >= writes_.size()) continue;
    if (result == no_write || writes_[write].invoked > writes_[result].invoked) result = write;
  }
  return result;
}

Sessions::Known& Sessions::client(ClientId id) {
  if (id >= clients_.size()) clients_.resize(id + 1);
  return clients_[id];
}

Sessions::KeySession& Sessions::session(const Operation& operation) {
  return sessions_[combine(hash_text(operation.key), operation.client)];
}

}  // namespace hearsay
