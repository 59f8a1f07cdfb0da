// Session guarantees and the set-full checker from first principles.
#include <algorithm>

#include "tests/metrics/naive.hpp"

namespace hearsay::naive {
namespace {

// One client operation; positions are indices into the history.
struct Call {
  const Operation* operation = nullptr;
  std::size_t invoked = 0, completed = 0;  // completed: only if acknowledged
  Time invoked_at{}, completed_at = never;
  bool ok = false;
  std::vector<WriteId> seen;

  bool write() const { return operation->kind == OperationKind::write; }
  bool of(const Call& other) const {  // same client and key
    return operation->client == other.operation->client && operation->key == other.operation->key;
  }
  bool contains(WriteId w) const { return std::find(seen.begin(), seen.end(), w) != seen.end(); }
};

std::vector<Call> calls_of(const Events& events) {
  std::map<std::uint64_t, Call> calls;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& e = events[i];
    if (e.kind == EventKind::invoke) {
      Call& call = calls[e.id];
      call.operation = e.operation;
      call.invoked = i;
      call.invoked_at = e.at;
    } else if (e.kind == EventKind::respond && e.response->outcome == Outcome::ok) {
      Call& call = calls[e.id];
      call.completed = i;
      call.completed_at = e.at;
      call.ok = true;
      call.seen = e.response->seen;
    }
  }
  std::vector<Call> result;
  result.reserve(calls.size());
  for (const auto& [id, call] : calls) result.push_back(call);
  return result;
}

const Call& writer(const std::vector<Call>& calls, WriteId write) {
  return *std::find_if(calls.begin(), calls.end(),
                       [&](const Call& c) { return c.write() && c.operation->write == write; });
}

bool precedes(const std::vector<Call>& calls, WriteId a, WriteId b) {
  return writer(calls, a).ok && writer(calls, a).completed_at < writer(calls, b).invoked_at;
}

// Nothing that `read` returned is as new as `bound`.
bool older(const std::vector<Call>& calls, const Call& read, WriteId bound) {
  return std::all_of(read.seen.begin(), read.seen.end(), [&](WriteId w) { return precedes(calls, w, bound); });
}

// Of the acknowledged calls that were over when `read` began, the last that fits; null if there is none.
template <class Fits>
const Call* last_before(const std::vector<Call>& calls, const Call& read, Fits fits) {
  const Call* last = nullptr;
  for (const Call& c : calls) {
    if (!c.ok || c.completed > read.invoked || !fits(c)) continue;
    if (last == nullptr || c.completed > last->completed) last = &c;
  }
  return last;
}

bool forgets_own(const std::vector<Call>& calls, const Call& read) {
  if (!read.operation->key.empty()) {
    const Call* own = last_before(calls, read, [&](const Call& c) { return c.write() && c.of(read); });
    return own != nullptr && older(calls, read, own->operation->write);
  }
  return std::any_of(calls.begin(), calls.end(), [&](const Call& c) {
    return c.write() && c.ok && c.operation->client == read.operation->client && c.completed < read.invoked &&
           !read.contains(c.operation->write);
  });
}

bool goes_back(const std::vector<Call>& calls, const Call& read) {
  if (!read.operation->key.empty()) {
    const Call* earlier = last_before(calls, read, [&](const Call& c) { return !c.write() && c.of(read); });
    if (earlier == nullptr || earlier->seen.empty()) return false;
    return older(calls, read, earlier->seen.front());  // reads of a key return one write here
  }
  return std::any_of(calls.begin(), calls.end(), [&](const Call& c) {
    if (c.write() || !c.ok || !c.of(read) || c.completed > read.invoked) return false;
    return !std::all_of(c.seen.begin(), c.seen.end(), [&](WriteId w) { return read.contains(w); });
  });
}

template <class Violates>
std::uint64_t count_reads(const Events& events, Violates violates) {
  const std::vector<Call> calls = calls_of(events);
  return static_cast<std::uint64_t>(std::count_if(
      calls.begin(), calls.end(), [&](const Call& c) { return !c.write() && c.ok && violates(calls, c); }));
}

}  // namespace

std::uint64_t read_your_writes(const Events& events) { return count_reads(events, forgets_own); }
std::uint64_t monotonic_reads(const Events& events) { return count_reads(events, goes_back); }

SetFull set_full(const Events& events) {
  const std::vector<Call> calls = calls_of(events);
  SetFull result;
  std::vector<std::int64_t> latencies;
  for (const Call& add : calls) {
    if (!add.write()) continue;
    ++result.attempt_count;
    const WriteId write = add.operation->write;
    const Call* known = add.ok ? &add : nullptr;
    const Call* present = nullptr;
    const Call* absent = nullptr;
    bool twice = false;
    for (const Call& read : calls) {
      if (read.write() || !read.ok || !read.operation->key.empty() || read.completed < add.invoked) continue;
      if (read.contains(write) && (known == nullptr || read.completed < known->completed)) known = &read;
      const Call*& last = read.contains(write) ? present : absent;
      if (last == nullptr || last->invoked < read.invoked) last = &read;
      twice = twice || std::count(read.seen.begin(), read.seen.end(), write) > 1;
    }
    if (twice) ++result.duplicated_count;
    if (present != nullptr && (absent == nullptr || absent->invoked < present->invoked)) {
      const Time stable = absent != nullptr ? absent->invoked_at + Duration(1) : Time{};
      latencies.push_back(std::max<std::int64_t>(0, (stable - known->completed_at).count()) / 1000000);
      if (latencies.back() > 0) ++result.stale_count;
    } else if (known != nullptr && absent != nullptr && known->completed < absent->invoked) {
      ++result.lost_count;
    } else {
      ++result.never_read_count;
    }
  }
  result.stable_count = latencies.size();
  std::sort(latencies.begin(), latencies.end());
  const std::vector<std::pair<std::string, double>> points{
      {"0", 0}, {"0.5", 0.5}, {"0.95", 0.95}, {"0.99", 0.99}, {"1", 1}};
  for (const auto& [name, q] : points) {
    if (latencies.empty()) break;
    const auto index = static_cast<std::size_t>(q * static_cast<double>(latencies.size()));
    result.stable_latencies_ms.emplace_back(name, latencies[std::min(index, latencies.size() - 1)]);
  }
  return result;
}

}  // namespace hearsay::naive
