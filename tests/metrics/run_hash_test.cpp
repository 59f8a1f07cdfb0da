// The run hash depends on every field of every event and on their order.
#include "sim/metrics/run_hash.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "tests/metrics/history.hpp"

namespace hearsay {
namespace {

std::string hash_of(const std::vector<Event>& events) {
  RunHash hash;
  for (const Event& event : events) hash.observe(event);
  hash.observe(Event{});  // finish
  return hash.hex();
}

std::vector<Event> some_events(std::size_t count) {
  std::vector<Event> events(count);
  for (std::size_t i = 0; i < count; ++i) {
    events[i].at = Time(Duration(static_cast<std::int64_t>(i) * 1000));
    events[i].kind = EventKind::send;
    events[i].node = static_cast<NodeId>(i % 7);
    events[i].peer = static_cast<NodeId>(i % 5);
    events[i].id = i;
  }
  return events;
}

TEST_CASE("run hash: 16 hexadecimal digits, the same on every machine") {
  // XXH3-64 of the 40 bytes of a single `finish` at 0, checked with Python:
  //   struct.pack("<QQQIIIHBB", 0, 0, 0, 0xffffffff, 0xffffffff, 0, 0, 27, 0)
  CHECK(hash_of({}) == "de1108186408705c");
  // The same of 1000 events as some_events() makes them, which is more than one block, and `finish`.
  CHECK(hash_of(some_events(1000)) == "ba6e9fbc8c3f032a");
}

TEST_CASE("run hash: a run has one unless it is asked to go without") {
  CHECK(History(2).finish(100).run_hash.size() == 16);
  MetricsSetup setup;
  setup.run_hash = false;
  RunResult result;
  MetricsCollector collector(setup);
  for (Observer* observer : collector.observers())
    if (observer->wants(EventKind::finish)) observer->observe(Event{});  // of kind finish
  collector.fill(result);
  CHECK(result.run_hash.empty());
}

TEST_CASE("run hash: a change of any field of any event changes it") {
  const std::vector<Event> events = some_events(700);
  const std::string before = hash_of(events);
  const std::vector<std::function<void(Event&)>> changes{[](Event& e) { e.at += Duration(1); },
                                                         [](Event& e) { e.kind = EventKind::deliver; },
                                                         [](Event& e) { e.detail = 1; },
                                                         [](Event& e) { e.type = 1; },
                                                         [](Event& e) { e.size = 1; },
                                                         [](Event& e) { e.node ^= 0x80000000U; },
                                                         [](Event& e) { e.peer ^= 0x80000000U; },
                                                         [](Event& e) { e.id ^= std::uint64_t{1} << 63; },
                                                         [](Event& e) { e.extra = std::uint64_t{1} << 63; }};
  for (const std::size_t i : {0, 255, 256, 699}) {
    for (const auto& change : changes) {
      std::vector<Event> changed = events;
      change(changed[i]);
      CHECK(hash_of(changed) != before);
    }
  }
}

TEST_CASE("run hash: order counts, what events point to does not") {
  std::vector<Event> events = some_events(10);
  const std::string before = hash_of(events);
  const Operation operation;
  events[3].operation = &operation;
  const FaultFiring firing{"crash", "1", {}};
  events[4].firing = &firing;
  CHECK(hash_of(events) == before);
  std::swap(events[3], events[4]);
  CHECK(hash_of(events) != before);
}

}  // namespace
}  // namespace hearsay
