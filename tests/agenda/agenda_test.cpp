// The agenda against a sorted set, over insertions as simulations make them.
#include "sim/agenda/agenda.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <tuple>

#include "sim/core/random.hpp"

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

// What the agenda promises, kept by a tree.
class Reference {
 public:
  void push(Time due, int item) { items_.insert({due, sequence_++, item}); }
  void push_last(Time due, std::uint64_t rank, int item) { items_.insert({due, rank | std::uint64_t{1} << 63, item}); }
  std::size_t size() const { return items_.size(); }
  int at(std::size_t i) const { return std::get<2>(*std::next(items_.begin(), static_cast<std::ptrdiff_t>(i))); }
  Time next_due() const { return std::get<0>(*items_.begin()); }
  int pop() {
    const int item = at(0);
    items_.erase(items_.begin());
    return item;
  }

 private:
  std::set<std::tuple<Time, std::uint64_t, int>> items_;
  std::uint64_t sequence_ = 0;
};

// How far ahead the next item is due: instants, short flights, timers, the far end of a run.
Duration draw_delay(RandomStream& random) {
  switch (random.below(8)) {
    case 0: return 0ns;
    case 1: return Duration(static_cast<std::int64_t>(random.below(4)));
    case 2: return 1ms;
    case 3: return random.between(0ns, 2ms);
    case 4: return 100ms;
    case 5: return random.exponential(10ms);
    case 6: return random.between(0ns, 10s);
    default: return random.chance(0.05) ? 24h : Duration(random.between(0ns, 100us));
  }
}

// The entry that is i places behind the head, as a train of actors finds it; null if there are not so many.
const AgendaEntry<int>* walk_to(Agenda<int>& queue, std::size_t i) {
  Agenda<int>::Walk walk(queue);
  while (i-- > 0) walk.next();
  return walk.next();
}

int pop(Agenda<int>& queue) {
  const auto* entry = queue.pop(never);
  REQUIRE(entry != nullptr);
  return entry->item;
}

void compare(std::uint64_t seed, std::size_t population, int steps) {
  RandomStream random(seed, "agenda_test");
  Agenda<int> queue;
  Reference reference;
  Time now{};
  int next_item = 0;
  for (int step = 0; step < steps; ++step) {
    if (reference.size() == 0 || random.chance(reference.size() < population ? 0.6 : 0.45)) {
      const Time due = now + draw_delay(random);
      if (random.chance(0.1)) {
        const auto rank = static_cast<std::uint64_t>(next_item);
        queue.push_last(due, rank) = next_item;
        reference.push_last(due, rank, next_item);
      } else {
        queue.push(due) = next_item;
        reference.push(due, next_item);
      }
      ++next_item;
    } else {
      if (random.chance(0.1)) {  // looks ahead as far as a train of actors
        const std::size_t ahead = random.below(std::min<std::size_t>(reference.size(), 64));
        REQUIRE(walk_to(queue, ahead)->item == reference.at(ahead));
        if (reference.size() < 100) REQUIRE(walk_to(queue, reference.size()) == nullptr);
      }
      now = reference.next_due();
      REQUIRE(queue.head()->turn.due == now);
      REQUIRE(queue.pop(now - 1ns) == nullptr);
      const auto* entry = queue.pop(now);
      REQUIRE(entry->turn.due == now);
      REQUIRE(entry->item == reference.pop());
      REQUIRE(queue.behind(reference.size()) == nullptr);
    }
    REQUIRE((queue.head() == nullptr) == (reference.size() == 0));
  }
  while (reference.size() > 0) REQUIRE(pop(queue) == reference.pop());
  REQUIRE(queue.head() == nullptr);
  REQUIRE(queue.pop(never) == nullptr);
}

}  // namespace

TEST_CASE("The agenda gives items in order of time and insertion, as a sorted set does, for few and for many items") {
  for (const std::size_t population : {3, 40, 300, 5000})
    for (std::uint64_t seed = 1; seed <= 5; ++seed) compare(seed, population, 20'000);
}

TEST_CASE("Thousands of items of one instant keep the order of their insertion") {
  Agenda<int> queue;
  for (int i = 0; i < 5000; ++i) queue.push(Time(1s)) = i;
  for (int i = 0; i < 2500; ++i) REQUIRE(pop(queue) == i);
  for (int i = 5000; i < 10000; ++i) queue.push(Time(1s)) = i;
  for (int i = 2500; i < 10000; ++i) REQUIRE(pop(queue) == i);
  REQUIRE(queue.head() == nullptr);
}

TEST_CASE("An item that is due before those looked at comes before them") {
  Agenda<int> queue;
  for (int i = 0; i < 200; ++i) queue.push(Time(1s + i * 1us)) = i;
  REQUIRE(walk_to(queue, 199)->item == 199);
  queue.push(Time(1s)) = -1;
  REQUIRE(pop(queue) == 0);
  REQUIRE(pop(queue) == -1);
  REQUIRE(pop(queue) == 1);
}

TEST_CASE("What comes last of its instant is taken, also with the largest rank") {
  constexpr std::uint64_t largest = (std::uint64_t{1} << 63) - 2;
  Agenda<int> queue;
  queue.push_last(Time(1s), largest) = 2;
  queue.push_last(Time(1s), 7) = 1;
  queue.push(Time(1s)) = 0;
  for (int i = 0; i < 3; ++i) REQUIRE(pop(queue) == i);
  REQUIRE(queue.pop(never) == nullptr);
}

TEST_CASE("What is due at the end of all time comes last, in the order of insertion") {
  Agenda<int> queue;
  for (int i = 0; i < 200; ++i) queue.push(i % 2 == 0 ? never : Time(i * 1s)) = i;
  for (int i = 1; i < 200; i += 2) REQUIRE(pop(queue) == i);
  queue.push(never) = 200;
  for (int i = 0; i <= 200; i += 2) REQUIRE(pop(queue) == i);
  REQUIRE(queue.head() == nullptr);
}

TEST_CASE(
    "Delays that take turns at being the common ones keep the order, also when there are more of them than lanes") {
  for (const std::size_t delays : {1, 3, 8, 20}) {
    Agenda<int> queue;
    Reference reference;
    Time now{};
    for (int i = 0; i < 30'000; ++i) {
      // Every 5000 items other delays, or some of both: lanes change hands, and those that lost theirs come back.
      const auto phase = static_cast<std::size_t>(i) / 5000 % 3, which = static_cast<std::size_t>(i) % delays;
      const std::size_t delay = phase == 1 ? delays + which : phase == 2 && which % 2 == 1 ? delays + which - 1 : which;
      const Time due = now + Duration(static_cast<std::int64_t>(1000 + 37 * delay));
      queue.push(due) = i;
      reference.push(due, i);
      if (reference.size() < 100 && i % 5000 != 4999) continue;
      do {  // all of them at the end of a phase
        now = reference.next_due();
        REQUIRE(pop(queue) == reference.pop());
      } while (reference.size() > 0 && i % 5000 == 4999);
    }
    REQUIRE(queue.head() == nullptr);
  }
}

TEST_CASE("A delay has its lane within a thousand items, though others take turns with it") {
  Agenda<int> queue;
  Time now{};
  int from_lane = 0;
  for (int i = 0; i < 2000; ++i) {
    queue.push(now + (i % 4 == 3 ? Duration(100ms) : Duration(1ms))) = i;
    if (i % 4 != 3) continue;
    const auto* entry = queue.pop(never);
    now = entry->turn.due;
    const int* next = queue.next_in_lane();
    if (i < 1000) continue;
    ++from_lane;
    REQUIRE(next != nullptr);
    REQUIRE(*next == queue.behind(0)->item);
  }
  REQUIRE(from_lane == 250);
}

TEST_CASE("Delays that are rare, or all different, get no lane") {
  RandomStream random(1, "agenda_test.rare");
  Agenda<int> queue;
  Time now{};
  for (int i = 0; i < 50'000; ++i) {
    queue.push(now + (i % 300 == 0 ? Duration(1ms) : random.between(1ns, 10s))) = i;
    if (i % 2 == 0) continue;
    now = queue.pop(never)->turn.due;
    REQUIRE(queue.next_in_lane() == nullptr);
  }
}

TEST_CASE("A lane that still holds an item goes to no other delay") {
  Agenda<int> queue;
  Reference reference;
  Time now{};
  int item = 0;
  const auto push = [&](Duration delay) {
    queue.push(now + delay) = item;
    reference.push(now + delay, item++);
  };
  constexpr int delays = 20;  // more than there are lanes
  for (int i = 0; i < 8000; ++i) push(Duration(1ms) * (1 + i % delays));
  while (reference.size() > 0) {
    now = reference.next_due();
    REQUIRE(pop(queue) == reference.pop());
  }
  for (int i = 0; i < delays; ++i) push(Duration(1ms) * (1 + i));
  for (int i = 0; i < 4000; ++i) push(5ns);
  while (reference.size() > 0) REQUIRE(pop(queue) == reference.pop());
}
