#include "protocols/delta-gossip/place_table.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <vector>

#include "sim/core/random.hpp"

namespace hearsay {

TEST_CASE("a place table finds what was put into it and nothing else, however it has grown") {
  RandomStream random(1, "place table");
  for (const std::uint64_t range : {100ULL, 1ULL << 40}) {
    PlaceTable table;
    std::vector<std::uint64_t> list;
    const auto key_at = [&list](std::uint32_t place) { return list[place]; };
    std::map<std::uint64_t, std::uint32_t> model;
    CHECK(table.find(0, key_at) == table.none);
    for (int step = 0; step < 2000; ++step) {
      const std::uint64_t key = random.below(range);
      const auto known = model.find(key);
      REQUIRE(table.find(key, key_at) == (known == model.end() ? table.none : known->second));
      const auto place = static_cast<std::uint32_t>(list.size());
      if (!model.emplace(key, place).second) continue;
      list.push_back(key);
      table.put(key, place);
    }
    for (const auto& [key, place] : model) REQUIRE(table.find(key, key_at) == place);
  }
}

TEST_CASE("a place table follows a list from which entries go, with the last one in the place of each") {
  RandomStream random(2, "place table");
  for (const std::uint64_t range : {40ULL, 1ULL << 40}) {
    PlaceTable table;
    std::vector<std::uint64_t> list, gone;
    const auto key_at = [&list](std::uint32_t place) { return list[place]; };
    for (int step = 0; step < 6000; ++step) {
      const bool shrinks = step / 1000 % 2 == 1;  // in turns, down to nothing
      if (!list.empty() && random.chance(shrinks ? 0.9 : 0.3)) {
        const auto place = static_cast<std::uint32_t>(random.below(list.size()));
        const auto last = static_cast<std::uint32_t>(list.size() - 1);
        gone.push_back(list[place]);
        table.erase(list[place], place);
        if (place != last) table.move(list[last], last, place);
        list[place] = list[last];
        list.pop_back();
      } else if (const std::uint64_t key = random.below(range);
                 std::find(list.begin(), list.end(), key) == list.end()) {
        list.push_back(key);
        table.put(key, static_cast<std::uint32_t>(list.size() - 1));
      }
      if (step % 10 != 0) continue;
      for (std::uint32_t place = 0; place < list.size(); ++place) REQUIRE(table.find(list[place], key_at) == place);
      for (const std::uint64_t key : gone)
        REQUIRE((table.find(key, key_at) == table.none) == (std::find(list.begin(), list.end(), key) == list.end()));
      gone.clear();
    }
  }
}

TEST_CASE("a place table is at most three quarters full, and gives memory back when it is less than an eighth full") {
  PlaceTable table;
  CHECK(table.slots() == 0);
  for (std::uint32_t place = 0; place < 96; ++place) table.put(place, place);
  CHECK(table.slots() == 128);
  table.put(96, 96);
  CHECK(table.slots() == 256);
  for (std::uint32_t place = 96; place >= 32; --place) table.erase(place, place);
  CHECK(table.slots() == 256);
  table.erase(31, 31);
  CHECK(table.slots() == 128);
  for (std::uint32_t place = 31; place-- > 0;) {
    REQUIRE(table.find(place, [](std::uint32_t at) { return std::uint64_t{at}; }) == place);
    table.erase(place, place);
  }
  CHECK(table.slots() == 4);
}

TEST_CASE("a place table tells keys apart that share a tag") {
  std::map<std::uint32_t, std::uint64_t> seen;
  std::vector<std::uint64_t> twins;
  RandomStream random(3, "place table");
  while (twins.empty()) {
    const std::uint64_t key = random.next();
    const auto [first, fresh] = seen.emplace(PlaceTable::tag_of(key), key);
    if (!fresh) twins = {first->second, key};
  }
  PlaceTable table;
  const auto key_at = [&twins](std::uint32_t place) { return twins[place]; };
  table.put(twins[0], 0);
  CHECK(table.find(twins[1], key_at) == table.none);
  table.put(twins[1], 1);
  CHECK(table.find(twins[0], key_at) == 0);
  CHECK(table.find(twins[1], key_at) == 1);
}

}  // namespace hearsay
