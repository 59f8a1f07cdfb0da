#include "protocols/common/version.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "sim/core/random.hpp"

namespace hearsay {
namespace {

using Dots = std::set<Dot>;

// The shortest version of a set of dots.
Version version_of(const Dots& dots) {
  Version version;
  for (auto dot = dots.begin(); dot != dots.end();) {
    Version::Entry entry{dot->stream, 0, {}};
    for (; dot != dots.end() && dot->stream == entry.stream; ++dot) {
      if (dot->number == entry.prefix + 1 && entry.beyond.empty())
        ++entry.prefix;
      else if (!entry.beyond.empty() && entry.beyond.back().second + 1 == dot->number)
        ++entry.beyond.back().second;
      else
        entry.beyond.emplace_back(dot->number, dot->number);
    }
    version.add(std::move(entry));
  }
  return version;
}

Dots random_dots(RandomStream& random) {
  Dots dots;
  const double density = random.uniform();
  for (StreamId stream = 1; stream <= 4; ++stream)
    for (std::uint64_t number = 1; number <= 12; ++number)
      if (random.chance(density)) dots.insert({stream * 1000, number});
  return dots;
}

}  // namespace

TEST_CASE("versions of equal dots have equal fingerprints, and others have others") {
  const Version one = version_of({{1, 1}, {1, 2}, {1, 5}, {4, 1}});
  CHECK(one.fingerprint() == version_of({{4, 1}, {1, 5}, {1, 2}, {1, 1}}).fingerprint());
  for (const Dots& other : {Dots{}, Dots{{1, 1}, {1, 2}, {4, 1}}, Dots{{1, 1}, {1, 2}, {1, 4}, {4, 1}},
                            Dots{{1, 1}, {1, 2}, {1, 5}, {5, 1}}, Dots{{1, 1}, {1, 2}, {1, 5}, {1, 6}, {4, 1}}})
    CHECK(one.fingerprint() != version_of(other).fingerprint());
}

TEST_CASE("the marks of what a version holds add up to its fingerprint") {
  RandomStream random(4, "version");
  for (int round = 0; round < 300; ++round) {
    const Version version = version_of(random_dots(random));
    std::uint64_t sum = 0;
    for (const Version::Entry& entry : version.entries()) {
      sum += Version::mark_of_prefix(entry.stream, entry.prefix);
      for (const auto& [first, last] : entry.beyond)
        for (std::uint64_t number = first; number <= last; ++number) sum += Version::mark_beyond(entry.stream, number);
    }
    REQUIRE(version.fingerprint() == sum);
    REQUIRE(Version(version.entries(), sum) == version);
  }
}

TEST_CASE("a version holds exactly the numbers that it was made of") {
  RandomStream random(1, "version");
  for (int round = 0; round < 300; ++round) {
    const Dots dots = random_dots(random);
    const Version version = version_of(dots);
    for (StreamId stream = 0; stream <= 5000; stream += 500)
      for (std::uint64_t number = 1; number <= 14; ++number)
        REQUIRE(version.holds({stream, number}) == dots.contains({stream, number}));
  }
}

TEST_CASE("a version covers another one exactly if it holds all of its numbers") {
  RandomStream random(2, "version");
  int covered = 0;
  for (int round = 0; round < 2000; ++round) {
    const Dots ours = random_dots(random);
    Dots theirs = random_dots(random);
    if (random.chance(0.5)) theirs.insert(ours.begin(), ours.end());
    const bool includes = std::includes(theirs.begin(), theirs.end(), ours.begin(), ours.end());
    REQUIRE(version_of(theirs).covers(version_of(ours)) == includes);
    covered += includes ? 1 : 0;
  }
  CHECK(covered > 500);
  CHECK(covered < 1900);
}

TEST_CASE("equal sets have equal versions, different ones different versions") {
  RandomStream random(3, "version");
  for (int round = 0; round < 500; ++round) {
    const Dots a = random_dots(random), b = random_dots(random);
    REQUIRE((version_of(a) == version_of(b)) == (a == b));
  }
}

TEST_CASE("of a stream that it has nothing of, a version has no entry") {
  const Version version = version_of({{7, 1}, {7, 2}, {9, 5}});
  CHECK(version.find(8) == nullptr);
  REQUIRE(version.find(7) != nullptr);
  CHECK(version.find(7)->prefix == 2);
  REQUIRE(version.find(9) != nullptr);
  CHECK(version.find(9)->prefix == 0);
  CHECK(version.find(9)->beyond == std::vector<Version::Interval>{{5, 5}});
  CHECK(version.covers(Version()));
  CHECK_FALSE(Version().covers(version));
}

TEST_CASE("a version takes 12 bytes a stream and 8 for each interval beyond the first gap") {
  CHECK(Version().wire_size() == 0);
  CHECK(version_of({{1, 1}, {1, 2}, {1, 3}}).wire_size() == 12);
  CHECK(version_of({{1, 1}, {1, 3}, {1, 4}, {1, 6}}).wire_size() == 12 + 16);
  CHECK(version_of({{1, 1}, {2, 2}}).wire_size() == 24 + 8);
}

}  // namespace hearsay
