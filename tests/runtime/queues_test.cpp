// The queue of a node's inbox, and the slots and arrays that nodes and packets live in.
#include <boost/container/small_vector.hpp>
#include <catch2/catch.hpp>
#include <deque>
#include <memory>

#include "sim/core/fifo.hpp"
#include "sim/core/random.hpp"
#include "sim/runtime/fixed_array.hpp"
#include "sim/runtime/slab.hpp"

using namespace hearsay;

namespace {

template <class Queue>
void does_what_a_deque_does() {
  RandomStream random(1, "queues_test");
  Queue fifo;
  std::deque<int> reference;
  for (int i = 0; i < 20'000; ++i) {
    const bool grows = (i / 500) % 2 == 0;  // long and short by turns
    if (reference.empty() || random.chance(grows ? 0.7 : 0.3)) {
      fifo.push_back(i);
      reference.push_back(i);
    } else if (random.chance(0.001)) {
      fifo.clear();
      reference.clear();
    } else if (random.chance(0.2)) {
      const auto place = random.chance(0.5) ? 0 : random.below(reference.size());
      fifo.erase(reference[static_cast<std::size_t>(place)]);
      reference.erase(reference.begin() + static_cast<std::ptrdiff_t>(place));
      fifo.erase(-1);  // not there
    } else {
      REQUIRE(fifo.take_front() == reference.front());
      reference.pop_front();
    }
    REQUIRE(fifo.size() == reference.size());
    REQUIRE(fifo.empty() == reference.empty());
  }
}

}  // namespace

TEST_CASE("A Fifo gives back what was put in, in order, as a deque does") { does_what_a_deque_does<Fifo<int>>(); }
TEST_CASE("So does a Fifo whose list keeps a few in itself") {
  does_what_a_deque_does<Fifo<int, boost::container::small_vector<int, 2>>>();
}

TEST_CASE("A slot of a Slab is used again once its value was taken, and not before") {
  Slab<std::unique_ptr<int>> slab;
  const auto first = slab.put(std::make_unique<int>(1));
  const auto second = slab.put(std::make_unique<int>(2));
  REQUIRE(first != second);
  REQUIRE(*slab.take(first) == 1);
  REQUIRE(slab.put(std::make_unique<int>(3)) == first);
  REQUIRE(*slab.at(first) == 3);
  REQUIRE(*slab.at(second) == 2);
}

TEST_CASE("A FixedArray builds its objects in place and takes them down once") {
  static int alive = 0;
  struct alignas(64) Counted {
    explicit Counted(int value) : number(value) { ++alive; }
    ~Counted() { --alive; }
    Counted(const Counted&) = delete;
    int number;
  };
  for (const std::size_t count : {3, 100'000}) {  // the second asks for large pages
    {
      FixedArray<Counted> array(count);
      for (std::size_t i = 0; i < count; ++i) array.emplace_back(static_cast<int>(i));
      REQUIRE(array.size() == count);
      REQUIRE(alive == static_cast<int>(count));
      REQUIRE(array[count - 1].number == static_cast<int>(count - 1));
      REQUIRE(reinterpret_cast<std::uintptr_t>(&array[1]) % 64 == 0);
    }
    REQUIRE(alive == 0);
  }
}
