// Memory that is used again.
#include "sim/core/pool.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "sim/core/random.hpp"

using namespace hearsay;

#ifndef __SANITIZE_ADDRESS__
TEST_CASE("what was given back to a pool last is taken first") {
  struct Thing {
    char bytes[40];
  };
  void* const first = MemoryPool<Thing>::take();
  void* const second = MemoryPool<Thing>::take();
  CHECK(first != second);
  MemoryPool<Thing>::give(first);
  MemoryPool<Thing>::give(second);
  CHECK(MemoryPool<Thing>::take() == second);
  CHECK(MemoryPool<Thing>::take() == first);
}
#endif

TEST_CASE("pooled maps hold what maps hold") {
  RandomStream random(1, "pool");
  PooledMap<int, std::string> ordered;
  PooledHashMap<int, std::string> hashed;
  std::map<int, std::string> model;
  for (int step = 0; step < 5000; ++step) {
    const auto key = static_cast<int>(random.below(300));
    if (random.chance(0.5)) {
      ordered[key] = hashed[key] = model[key] = std::to_string(step) + " that does not fit into a string itself";
    } else {
      ordered.erase(key);
      hashed.erase(key);
      model.erase(key);
    }
    REQUIRE(hashed.size() == model.size());
  }
  CHECK(std::equal(ordered.begin(), ordered.end(), model.begin(), model.end()));
  for (const auto& [key, text] : model) CHECK(hashed.at(key) == text);
}
