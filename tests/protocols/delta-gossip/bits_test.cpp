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

}  // namespace hearsay
