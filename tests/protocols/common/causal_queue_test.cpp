#include "protocols/common/causal_queue.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "sim/core/random.hpp"

namespace hearsay {
namespace {

using Queue = CausalQueue<CausalStamp>;

// A history of several writers that read each other's writes, in the order in which they were made.
std::vector<CausalStamp> history(RandomStream& random, std::size_t writers, std::size_t length) {
  std::vector<Queue> queues(writers);
  std::vector<CausalStamp> made;
  for (std::size_t i = 0; i < length; ++i) {
    auto& queue = queues[random.below(writers)];
    std::vector<CausalStamp> out;
    for (const auto& stamp : made)
      if (random.chance(0.3)) queue.offer(stamp, stamp, out);
    made.push_back(queue.stamp_own(static_cast<StreamId>(&queue - queues.data())));
  }
  return made;
}

bool precedes(const CausalStamp& a, const CausalStamp& b) {
  return a.stream == b.stream ? a.number < b.number : a.number <= b.before.at(a.stream);
}

// No item stands before one that it depends on.
bool in_causal_order(const std::vector<CausalStamp>& delivered) {
  for (std::size_t i = 0; i < delivered.size(); ++i)
    for (std::size_t j = i + 1; j < delivered.size(); ++j)
      if (precedes(delivered[j], delivered[i])) return false;
  return true;
}

}  // namespace

TEST_CASE("whatever order they arrive in, with repeats, every item is delivered once and in causal order") {
  RandomStream random(4, "causal");
  for (int round = 0; round < 200; ++round) {
    auto arrivals = history(random, 4, 30);
    const std::size_t distinct = arrivals.size();
    arrivals.insert(arrivals.end(), arrivals.begin(), arrivals.begin() + 10);
    random.shuffle_front(arrivals, arrivals.size());
    Queue queue;
    std::vector<CausalStamp> out;
    for (const auto& stamp : arrivals) queue.offer(stamp, stamp, out);
    CHECK(out.size() == distinct);
    CHECK(in_causal_order(out));
    CHECK(queue.size() == 0);
  }
}

TEST_CASE("two writers under one name hold each other up until they are given up, and then both are delivered") {
  Queue own;
  std::vector<CausalStamp> out;
  const CausalStamp theirs{0, 2, {}};
  CHECK(own.offer(theirs, theirs, out) == CausalArrival::held);
  for (int i = 0; i < 3; ++i) own.stamp_own(0);  // passes what it waits for
  CHECK(own.give_up(own.arrivals(), out) == 1);
  CHECK(out.size() == 1);
  CHECK(own.size() == 0);
  CHECK(own.stamp_own(0).number == 4);

  Queue third;
  out.clear();
  CausalStamp a{1, 2, {}}, b{2, 2, {}};
  a.before.raise(2, 2);
  b.before.raise(1, 2);
  CHECK(third.offer(a, a, out) == CausalArrival::held);
  CHECK(third.offer(b, b, out) == CausalArrival::held);
  CHECK(third.give_up(third.arrivals(), out) >= 1);
  CHECK(out.size() == 2);
  CHECK(third.size() == 0);
}

TEST_CASE("an item is held exactly while it lacks something") {
  Queue writer, reader;
  const CausalStamp first = writer.stamp_own(1);
  const CausalStamp second = writer.stamp_own(1);
  std::vector<CausalStamp> out;
  CHECK(reader.offer(second, second, out) == CausalArrival::held);
  CHECK(reader.held(1, 2) != nullptr);
  CHECK(reader.offer(second, second, out) == CausalArrival::known);
  CHECK(out.empty());
  CHECK(reader.offer(first, first, out) == CausalArrival::delivered);
  CHECK(out.size() == 2);
  CHECK(reader.held(1, 2) == nullptr);
  CHECK(reader.offer(first, first, out) == CausalArrival::known);
}

TEST_CASE("giving up delivers all that is held, in causal order among themselves, and late ones on arrival") {
  RandomStream random(5, "causal gaps");
  for (int round = 0; round < 200; ++round) {
    auto arrivals = history(random, 4, 30);
    random.shuffle_front(arrivals, arrivals.size());
    const std::vector<CausalStamp> late(arrivals.begin(), arrivals.begin() + 5);
    const std::vector<CausalStamp> early(arrivals.begin() + 5, arrivals.end());
    Queue queue;
    std::vector<CausalStamp> out;
    for (const auto& stamp : early) queue.offer(stamp, stamp, out);
    const std::size_t held = queue.size();
    CHECK((queue.give_up(queue.arrivals(), out) > 0) == (held > 0));
    CHECK(queue.size() == 0);
    CHECK(out.size() == early.size());
    CHECK(in_causal_order(out));
    for (const auto& stamp : late) CHECK(queue.offer(stamp, stamp, out) != CausalArrival::known);
    CHECK(out.size() == arrivals.size());
    for (const auto& stamp : arrivals) CHECK(queue.offer(stamp, stamp, out) == CausalArrival::known);
  }
}

TEST_CASE("giving up spares what has arrived later and does not depend on it") {
  Queue a, b, reader;
  a.stamp_own(1);
  b.stamp_own(2);
  const CausalStamp old = a.stamp_own(1);
  const CausalStamp young = b.stamp_own(2);
  std::vector<CausalStamp> out;
  reader.offer(old, old, out);
  const std::uint64_t limit = reader.arrivals();
  reader.offer(young, young, out);
  CHECK(reader.give_up(limit, out) == 1);
  CHECK(out.size() == 1);
  CHECK(reader.held(2, 2) != nullptr);
}

TEST_CASE("a restored queue knows what it had delivered and what it had given up") {
  Queue writer, first;
  const CausalStamp lost = writer.stamp_own(1);
  const CausalStamp seen = writer.stamp_own(1);
  std::vector<CausalStamp> out;
  first.offer(seen, seen, out);
  first.give_up(first.arrivals(), out);
  Queue second;
  second.restore(first.delivered(), first.gaps());
  CHECK(second.offer(seen, seen, out) == CausalArrival::known);
  CHECK(second.offer(lost, lost, out) == CausalArrival::delivered);
}

TEST_CASE("without an order, items are delivered as they come, each once, and what they overtake is a gap") {
  RandomStream random(6, "no order");
  for (int round = 0; round < 100; ++round) {
    auto arrivals = history(random, 3, 20);
    random.shuffle_front(arrivals, arrivals.size());
    Queue queue;
    std::vector<CausalStamp> out;
    for (const auto& stamp : arrivals) {
      CHECK(queue.offer_unordered(stamp, stamp, out) == CausalArrival::delivered);
      CHECK(queue.offer_unordered(stamp, stamp, out) == CausalArrival::known);
    }
    CHECK(out.size() == arrivals.size());
    CHECK(queue.gaps().empty());
  }
}

TEST_CASE("taking over a state delivers what waited for it, and drops what is part of it") {
  RandomStream random(7, "take over");
  for (int round = 0; round < 200; ++round) {
    auto arrivals = history(random, 4, 30);
    Queue snapshot;
    std::vector<CausalStamp> part;
    for (std::size_t i = 0; i < 15; ++i) snapshot.offer(arrivals[i], arrivals[i], part);
    random.shuffle_front(arrivals, arrivals.size());
    Queue queue;
    std::vector<CausalStamp> before, covered, out;
    for (std::size_t i = 0; i < 20; ++i) queue.offer(arrivals[i], arrivals[i], before);
    queue.advance(snapshot.delivered(), covered, out);
    for (const auto& stamp : covered) CHECK(snapshot.delivered().at(stamp.stream) >= stamp.number);
    for (const auto& stamp : out) CHECK(snapshot.delivered().at(stamp.stream) < stamp.number);
    for (std::size_t i = 20; i < arrivals.size(); ++i) queue.offer(arrivals[i], arrivals[i], out);
    CHECK(queue.size() == 0);
    for (const auto& stamp : arrivals) CHECK(queue.delivered().at(stamp.stream) >= stamp.number);
    CHECK(in_causal_order(out));
  }
}

}  // namespace hearsay
