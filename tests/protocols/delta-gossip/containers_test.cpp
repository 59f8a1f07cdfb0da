// The small containers of a replica: a map of mostly one entry, a value that many hold.
#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "protocols/delta-gossip/mostly_one_map.hpp"
#include "protocols/delta-gossip/shared_value.hpp"
#include "sim/core/random.hpp"

namespace hearsay {
namespace {

TEST_CASE("a map of mostly one entry holds what was put and not yet taken, as any map") {
  RandomStream random(1, "mostly one");
  MostlyOneMap<int, std::string> map;
  std::map<int, std::string> model;
  CHECK(map.empty());
  for (int step = 0; step < 3000; ++step) {
    const int key = static_cast<int>(random.below(6));
    const std::string* const found = map.find(key);
    REQUIRE((found != nullptr) == model.contains(key));
    if (found == nullptr) {
      map.put(key, std::to_string(step));
      model[key] = std::to_string(step);
    } else {
      REQUIRE(*found == model[key]);
      REQUIRE(map.take(key) == model[key]);
      model.erase(key);
    }
    REQUIRE(map.empty() == model.empty());
    REQUIRE(map.has_one() == (model.size() == 1));
    std::vector<std::string> all, expected;
    map.each([&all](const std::string& value) { all.push_back(value); });
    for (const auto& [number, value] : model) expected.push_back(value);
    std::ranges::sort(all);
    std::ranges::sort(expected);
    REQUIRE(all == expected);
  }
}

TEST_CASE("a shared value lives as long as somebody holds it") {
  const auto inside = std::make_shared<int>(7);
  const std::weak_ptr<int> watched = inside;
  SharedValue<std::shared_ptr<int>> first(inside), none;
  CHECK(inside.use_count() == 2);
  {
    SharedValue<std::shared_ptr<int>> second = first, third;
    third = second;
    CHECK(&*third == &*first);
    CHECK(**third == 7);
    first = none;
    second = std::move(third);
    CHECK(inside.use_count() == 2);
    SharedValue<std::shared_ptr<int>> fourth(std::move(second));
    CHECK(**fourth == 7);
  }
  CHECK(inside.use_count() == 1);
}

}  // namespace
}  // namespace hearsay
