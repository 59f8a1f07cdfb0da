#include <algorithm>
#include <catch2/catch.hpp>
#include <list>
#include <set>

#include "protocols/interceptor-broadcast/arbitrary_cache.hpp"
#include "protocols/interceptor-broadcast/lru_cache.hpp"

namespace hearsay {
namespace {

Time at(std::int64_t s) { return Time(std::chrono::seconds(s)); }

}  // namespace

TEST_CASE("an arbitrary cache holds what was inserted until it overflows, and then a batch less") {
  RandomStream random(1, "cache");
  ArbitraryCache<int> cache(10, 5);
  for (int i = 0; i < 10; ++i) CHECK(cache.insert(i, random) == 0);
  for (int i = 0; i < 10; ++i) CHECK(cache.contains(i));
  CHECK(cache.insert(10, random) == 5);
  CHECK(cache.size() == 6);
}

TEST_CASE("what an arbitrary cache contains always matches its size") {
  RandomStream random(2, "cache");
  ArbitraryCache<int> cache(20, 7);
  for (int i = 0; i < 1000; ++i) {
    cache.insert(i, random);
    int held = 0;
    for (int j = 0; j <= i; ++j) held += cache.contains(j) ? 1 : 0;
    REQUIRE(static_cast<std::size_t>(held) == cache.size());
    REQUIRE(cache.size() <= 20);
  }
}

TEST_CASE("an arbitrary cache throws out the newest as readily as the oldest") {
  RandomStream random(3, "cache");
  int newest_gone = 0, oldest_gone = 0;
  for (int round = 0; round < 2000; ++round) {
    ArbitraryCache<int> cache(9, 5);
    for (int i = 0; i < 10; ++i) cache.insert(i, random);
    newest_gone += cache.contains(9) ? 0 : 1;
    oldest_gone += cache.contains(0) ? 0 : 1;
  }
  CHECK(newest_gone == Approx(1000).margin(120));
  CHECK(oldest_gone == Approx(1000).margin(120));
}

TEST_CASE("an LRU cache agrees with a list kept by hand") {
  RandomStream random(4, "cache");
  LruCache<int> cache(5);
  std::list<int> model;  // most recently used first
  for (int i = 0; i < 5000; ++i) {
    const int key = static_cast<int>(random.below(9));
    const auto it = std::find(model.begin(), model.end(), key);
    const bool known = cache.touch(key, at(0));
    REQUIRE(known == (it != model.end()));
    if (known)
      model.erase(it);
    else
      REQUIRE(cache.insert(key, at(0)) == (model.size() == 5 ? 1u : 0u));
    model.push_front(key);
    if (model.size() > 5) model.pop_back();
    REQUIRE(cache.size() == model.size());
  }
}

TEST_CASE("a key of an LRU cache expires a TTL after its insertion, used or not") {
  LruCache<int> cache(10, std::chrono::seconds(10));
  cache.insert(1, at(0));
  CHECK(cache.touch(1, at(9)));
  CHECK_FALSE(cache.touch(1, at(10)));
  CHECK(cache.insert(1, at(10)) == 1);
  CHECK(cache.touch(1, at(19)));
}

TEST_CASE("expired keys leave an LRU cache when others come, and a key inserted again is as young as that") {
  LruCache<int> cache(2, std::chrono::seconds(10));
  cache.insert(1, at(0));
  cache.insert(2, at(1));
  cache.insert(3, at(2));               // pushes 1 out
  cache.insert(1, at(3));               // pushes 2 out
  CHECK(cache.insert(4, at(12)) == 1);  // 3 has expired; the first life of 1 is not counted
  CHECK(cache.touch(1, at(12)));
  CHECK(cache.size() == 2);
}

TEST_CASE("an LRU cache survives a clock that steps back") {
  LruCache<int> cache(3, std::chrono::seconds(10));
  cache.insert(1, at(100));
  cache.insert(2, at(50));
  CHECK_FALSE(cache.touch(2, at(61)));
  cache.insert(2, at(61));
  CHECK(cache.touch(2, at(62)));
  CHECK(cache.size() == 2);
  cache.insert(3, at(62));
  cache.insert(4, at(62));
  CHECK(cache.size() == 3);
  CHECK(cache.touch(2, at(62)));
}

}  // namespace hearsay
