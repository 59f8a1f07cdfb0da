#include "protocols/delta-gossip/bits.hpp"

#include <catch2/catch.hpp>

#include "sim/core/random.hpp"

namespace hearsay {

TEST_CASE("a list of bits gives back those that were put at its end") {
  RandomStream random(1, "bits");
  Bits bits;
  std::vector<bool> model;
  for (int i = 0; i < 300; ++i) {
    const bool bit = random.chance(0.5);
    bits.push_back(bit);
    model.push_back(bit);
    REQUIRE(bits.size() == model.size());
    for (std::size_t place = 0; place < model.size(); ++place) REQUIRE(bits[place] == model[place]);
  }
}

TEST_CASE("a copy of a list of bits is one of its own, and one that was moved has the bits of the other") {
  for (const std::size_t size : {0U, 3U, 64U, 65U, 200U}) {
    Bits bits;
    for (std::size_t i = 0; i < size; ++i) bits.push_back(i % 3 == 0);
    Bits copy = bits;
    Bits other;
    for (int i = 0; i < 70; ++i) other.push_back(true);
    other = copy;
    for (int i = 0; i < 70; ++i) copy.push_back(true);
    CHECK(bits.size() == size);
    CHECK(copy.size() == size + 70);
    Bits moved = std::move(bits);
    REQUIRE(moved.size() == size);
    REQUIRE(other.size() == size);
    for (std::size_t i = 0; i < size; ++i) REQUIRE((moved[i] == (i % 3 == 0) && other[i] == moved[i]));
  }
}

}  // namespace hearsay
