#include "protocols/delta-gossip/place_table.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <vector>

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
    const std::uint64_t gone = list.front();
    std::erase_if(list, [](std::uint64_t key) { return key % 3 == 0; });
    std::erase(list, gone);
    table.refill(static_cast<std::uint32_t>(list.size()), key_at);
    CHECK(table.find(gone, key_at) == table.none);
    for (std::uint32_t place = 0; place < list.size(); ++place) REQUIRE(table.find(list[place], key_at) == place);
    list.push_back(gone);
    table.put(gone, static_cast<std::uint32_t>(list.size() - 1));
    CHECK(table.find(gone, key_at) == list.size() - 1);
    list.clear();
    table.refill(0, key_at);
    CHECK(table.find(gone, key_at) == table.none);
  }
}

TEST_CASE("a place table tells keys apart whose hashes have equal halves") {
  std::map<std::uint32_t, std::uint64_t> seen;
  std::vector<std::uint64_t> twins;
  for (std::uint64_t key = 0; twins.empty(); ++key) {
    const auto [first, fresh] = seen.emplace(static_cast<std::uint32_t>(scatter(key)), key);
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
