#include "protocols/delta-gossip/index_set.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "sim/core/random.hpp"

namespace hearsay {
namespace {

// What the class says, with a set of numbers and a floor.
struct Model {
  std::set<std::uint32_t> held;
  std::uint32_t floor = 0;

  bool contains(std::uint32_t index) const { return index < floor || held.contains(index); }
  void trim(std::uint32_t index) { floor = std::max(floor, index / 64 * 64); }
};

}  // namespace

TEST_CASE("an index set holds what was inserted and not erased, and everything below its floor") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    RandomStream random(seed, "index set");
    IndexSet set;
    Model model;
    for (int step = 0; step < 1000; ++step) {
      const std::uint32_t around = model.floor < 100 ? 0 : model.floor - 100;
      const auto index = around + static_cast<std::uint32_t>(random.below(400));
      switch (random.below(10)) {
        case 0: set.trim(index), model.trim(index); break;
        case 1:
        case 2:
          set.erase(index);
          if (index >= model.floor) model.held.erase(index);
          break;
        case 3:
        case 4: {
          const std::uint64_t bits = random.next() & random.next();
          std::uint64_t news = 0;
          for (std::uint32_t i = 0; i < 64; ++i) {
            const std::uint32_t one = index / 64 * 64 + i;
            if ((bits >> i & 1) == 0 || model.contains(one)) continue;
            news |= std::uint64_t{1} << i;
            model.held.insert(one);
          }
          REQUIRE(set.insert_all(index / 64, bits) == news);
          break;
        }
        default: {
          const bool news = !model.contains(index);
          REQUIRE(set.insert(index) == news);
          model.held.insert(index);
        }
      }
      REQUIRE(set.floor() == model.floor);
      for (std::uint32_t i = around; i < around + 500; i += 7) REQUIRE(set.contains(i) == model.contains(i));
    }
  }
}

TEST_CASE("an index set is two words of memory, and moves with its floor and all that it holds") {
  STATIC_REQUIRE(sizeof(IndexSet) == 16);
  for (const std::uint32_t far : {100U, 1000U}) {  // in the same word as 70, or in another one
    IndexSet set;
    set.trim(64);
    set.insert(70);
    set.insert(far);
    IndexSet moved = std::move(set);
    IndexSet assigned;
    assigned.insert(5);
    assigned.insert(500);
    assigned = std::move(moved);
    CHECK(assigned.floor() == 64);
    CHECK(assigned.contains(70));
    CHECK(assigned.contains(far));
    CHECK_FALSE(assigned.contains(500));
    assigned.erase(far);
    CHECK(assigned.kept(1) == std::uint64_t{1} << 6);
    assigned.clear();
    CHECK(assigned.empty());
    CHECK(assigned.floor() == 0);
    CHECK_FALSE(assigned.contains(5));
  }
}

TEST_CASE("the floor of an index set is a multiple of 64 and never falls") {
  IndexSet set;
  set.trim(63);
  CHECK(set.floor() == 0);
  set.trim(64);
  CHECK(set.floor() == 64);
  set.trim(1000);
  CHECK(set.floor() == 960);
  set.trim(10);
  CHECK(set.floor() == 960);
  CHECK(set.contains(959));
  CHECK_FALSE(set.contains(960));
}

TEST_CASE("trimming beyond all that an index set holds leaves a set that works") {
  IndexSet set;
  CHECK(set.insert(5));
  set.trim(1'000'000'000);
  CHECK(set.contains(5));
  CHECK_FALSE(set.insert(5));
  CHECK(set.insert(1'000'000'100));
  CHECK(set.contains(1'000'000'100));
  CHECK_FALSE(set.contains(1'000'000'101));
}

TEST_CASE("an index set is empty when it holds nothing above its floor") {
  IndexSet set;
  CHECK(set.empty());
  for (const std::uint32_t index : {1000U, 70U, 5000U, 3U}) set.insert(index);
  CHECK_FALSE(set.empty());
  set.trim(128);
  set.erase(1000);
  CHECK_FALSE(set.empty());
  CHECK(set.contains(5000));
  set.erase(5000);
  CHECK(set.empty());
  CHECK(set.insert(200));
  set.trim(256);
  CHECK(set.empty());
  CHECK(set.contains(200));
}

TEST_CASE("erasing below the floor of an index set has no effect") {
  IndexSet set;
  set.trim(128);
  set.erase(3);
  CHECK(set.contains(3));
}

TEST_CASE("a cleared index set holds nothing and has no floor") {
  IndexSet set;
  set.insert(700);
  set.trim(640);
  set.clear();
  CHECK(set.floor() == 0);
  CHECK_FALSE(set.contains(0));
  CHECK_FALSE(set.contains(700));
}

}  // namespace hearsay
