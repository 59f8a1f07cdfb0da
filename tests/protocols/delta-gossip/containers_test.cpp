// The small containers of a replica: a map of mostly one entry, a list whose entries stay, a value that many hold.
#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "protocols/delta-gossip/mostly_one_map.hpp"
#include "protocols/delta-gossip/shared_value.hpp"
#include "protocols/delta-gossip/stable_list.hpp"
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

TEST_CASE("an entry of a stable list stays where it is, and one that went leaves nothing behind") {
  StableList<std::shared_ptr<int>> list;
  std::vector<std::shared_ptr<int>*> at;
  const auto grow = [&](int to) {
    while (static_cast<int>(list.size()) < to) {
      std::shared_ptr<int>& fresh = list.grow();
      CHECK(fresh == nullptr);
      fresh = std::make_shared<int>(static_cast<int>(list.size()));
      if (at.size() < list.size()) at.push_back(&fresh);
    }
  };
  grow(50);
  for (std::size_t i = 0; i < 50; ++i) REQUIRE((&list[i] == at[i] && **at[i] == static_cast<int>(i) + 1));
  std::weak_ptr<int> gone = list.back();
  while (list.size() > 11) list.pop_back();
  CHECK(gone.expired());
  CHECK(*list.back() == 11);
  for (std::size_t i = 0; i < 11; ++i) REQUIRE((&list[i] == at[i] && **at[i] == static_cast<int>(i) + 1));
  grow(20);
  CHECK(*list[19] == 20);
  while (list.size() > 0) list.pop_back();
  grow(1);
  CHECK(*list[0] == 1);

  std::weak_ptr<int> last;
  {
    StableList<std::shared_ptr<int>> other;
    for (int i = 0; i < 9; ++i) last = other.grow() = std::make_shared<int>(i);
    CHECK_FALSE(last.expired());
  }
  CHECK(last.expired());
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
