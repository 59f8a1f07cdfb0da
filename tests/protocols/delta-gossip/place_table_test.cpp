#include "protocols/delta-gossip/place_table.hpp"

#include <catch2/catch.hpp>
#include <map>

namespace hearsay {

TEST_CASE("a place table finds what was put into it and nothing else, however it has grown") {
  RandomStream random(1, "place table");
  for (const std::uint64_t range : {100ULL, 1ULL << 40}) {
    PlaceTable<std::uint64_t> table;
    std::map<std::uint64_t, std::uint32_t> model;
    CHECK(table.find(0) == table.none);
    for (std::uint32_t step = 0; step < 2000; ++step) {
      const std::uint64_t key = random.below(range);
      const auto known = model.find(key);
      REQUIRE(table.find(key) == (known == model.end() ? table.none : known->second));
      if (model.emplace(key, step).second) table.put(key, step);
    }
    for (const auto& [key, place] : model) REQUIRE(table.find(key) == place);
    table.clear();
    CHECK(table.find(model.begin()->first) == table.none);
  }
}

}  // namespace hearsay
