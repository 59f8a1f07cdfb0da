#include "protocols/swim-cache/event_buffer.hpp"

#include <catch2/catch.hpp>

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

struct Event {
  std::uint64_t time, id;
};
using Buffer = EventBuffer<Event>;
Buffer::Pointer event(std::uint64_t time, std::uint64_t id) { return std::make_shared<const Event>(Event{time, id}); }

}  // namespace

TEST_CASE("an event is fresh once, and events of one Lamport time are distinguished") {
  Buffer buffer(8);
  CHECK(buffer.add(event(3, 1)) == Buffer::Verdict::fresh);
  CHECK(buffer.add(event(3, 1)) == Buffer::Verdict::repeated);
  CHECK(buffer.add(event(3, 2)) == Buffer::Verdict::fresh);
  CHECK(buffer.clock().time() == 3);
  CHECK(buffer.clock().tick() == 4);
}

TEST_CASE("what is older than the buffer's times is dropped") {
  Buffer buffer(8);
  CHECK(buffer.add(event(20, 1)) == Buffer::Verdict::fresh);
  CHECK(buffer.add(event(13, 2)) == Buffer::Verdict::fresh);
  CHECK(buffer.add(event(11, 3)) == Buffer::Verdict::too_old);
  CHECK(buffer.add(event(12, 4)) == Buffer::Verdict::too_old);  // its slot belongs to time 20
}

TEST_CASE("events are listed by time, and those before the beginning are not taken") {
  Buffer buffer(8);
  buffer.begin_at(5);
  CHECK(buffer.add(event(4, 9)) == Buffer::Verdict::too_old);
  buffer.add(event(9, 2));  // stands before the next one in the ring of eight
  buffer.add(event(6, 3));
  buffer.add(event(9, 1));
  std::vector<std::uint64_t> ids;
  for (const auto& e : buffer.events()) ids.push_back(e->id);
  CHECK(ids == std::vector<std::uint64_t>{3, 1, 2});
}

TEST_CASE("a hybrid clock never goes back, stays at physical time, and passes what it has witnessed") {
  HybridClock clock;
  const HybridTime a = clock.tick(Time(10ms));
  CHECK(a == HybridTime{10'000'000, 0});
  const HybridTime b = clock.tick(Time(5ms));
  CHECK(a < b);
  clock.witness({50'000'000, 3});
  CHECK(clock.tick(Time(20ms)) == HybridTime{50'000'000, 4});
  CHECK(clock.tick(Time(60ms)) == HybridTime{60'000'000, 0});
}
