#include "protocols/common/range_set.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <vector>

namespace hearsay {
namespace {

using Key = RangeSet::Key;

// The definition: of the keys in first..last.
Fingerprint naive_fingerprint(const std::map<Key, std::uint32_t>& keys, Key first, Key last) {
  Fingerprint sum;
  for (const auto& [key, index] : keys)
    if (first <= key && key <= last) {
      sum.sum += scatter(key);
      ++sum.count;
    }
  return sum;
}

// Few enough keys that insertions and erasures meet, the extremes among them.
Key random_key(RandomStream& random) {
  const std::uint64_t n = random.below(400);
  if (n < 5) return n;
  if (n < 10) return RangeSet::highest - (n - 5);
  return scatter(n);
}

}  // namespace

TEST_CASE("a range set holds what was inserted and not erased, and every range has the fingerprint of its keys") {
  RandomStream random(1, "range set");
  RangeSet set;
  std::map<Key, std::uint32_t> model;
  for (std::uint32_t step = 0; step < 5000; ++step) {
    const Key key = random_key(random);
    if (random.below(2) == 0)
      CHECK(set.insert(key, step) == model.emplace(key, step).second);
    else
      CHECK(set.erase(key) == (model.erase(key) == 1));
    REQUIRE(set.size() == model.size());
    const Key first = random_key(random);
    const Key last = random_key(random);
    REQUIRE(set.fingerprint(first, last) == naive_fingerprint(model, first, last));
    const auto held = model.find(first);
    REQUIRE(set.find(first) == (held == model.end() ? std::nullopt : std::optional(held->second)));
  }
  CHECK(set.fingerprint() == naive_fingerprint(model, RangeSet::lowest, RangeSet::highest));
}

TEST_CASE("keys, ranks and positions of a range set are those of the sorted keys") {
  RandomStream random(2, "range set");
  RangeSet set;
  std::vector<Key> sorted;
  for (std::uint32_t i = 0; i < 300; ++i) {
    const Key key = random_key(random);
    if (set.insert(key, i)) sorted.push_back(key);
  }
  std::sort(sorted.begin(), sorted.end());
  CHECK(set.keys(RangeSet::lowest, RangeSet::highest) == sorted);
  for (std::size_t position = 0; position < sorted.size(); ++position) {
    CHECK(set.key_at(position) == sorted[position]);
    CHECK(set.rank(sorted[position]) == position);
  }
  for (int i = 0; i < 500; ++i) {
    const Key first = random_key(random);
    const Key last = random_key(random);
    std::vector<Key> within;
    for (const Key key : sorted)
      if (first <= key && key <= last) within.push_back(key);
    CHECK(set.keys(first, last) == within);
  }
}

TEST_CASE("both bounds of a range belong to it, at the ends of the key space too") {
  RangeSet set;
  for (const Key key : {Key{0}, Key{1}, RangeSet::highest - 1, RangeSet::highest}) CHECK(set.insert(key, 7));
  CHECK(set.fingerprint(0, 0) == Fingerprint{scatter(0), 1});
  CHECK(set.fingerprint(1, RangeSet::highest - 1).count == 2);
  CHECK(set.fingerprint(RangeSet::highest, RangeSet::highest) == Fingerprint{scatter(RangeSet::highest), 1});
  CHECK(set.fingerprint().count == 4);
  CHECK(set.fingerprint(2, 1) == Fingerprint{});  // first > last: empty
  CHECK(set.keys(RangeSet::highest, 0).empty());
}

TEST_CASE("an empty set has the empty fingerprint, and is empty again after its last key went") {
  RangeSet set;
  CHECK(set.empty());
  CHECK(set.fingerprint() == Fingerprint{});
  set.insert(42, 0);
  CHECK_FALSE(set.insert(42, 1));
  CHECK(set.find(42) == 0u);  // the first index stays
  set.erase(42);
  CHECK(set.empty());
  CHECK_FALSE(set.erase(42));
  CHECK(set.fingerprint() == Fingerprint{});
}

TEST_CASE("sets that differ in one key have different fingerprints, sets that do not have equal ones") {
  RandomStream random(3, "range set");
  RangeSet forwards, backwards;
  std::vector<Key> keys;
  for (int i = 0; i < 1000; ++i) keys.push_back(random.next());
  for (const Key key : keys) forwards.insert(key, 0);
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) backwards.insert(*key, 1);
  CHECK(forwards.fingerprint() == backwards.fingerprint());
  for (const Key key : keys) {
    backwards.erase(key);
    backwards.insert(key + 1, 0);  // as many keys, and nearly their sum
    CHECK(forwards.fingerprint() != backwards.fingerprint());
    backwards.erase(key + 1);
    backwards.insert(key, 0);
  }
  CHECK(forwards.fingerprint() == backwards.fingerprint());
}

}  // namespace hearsay
