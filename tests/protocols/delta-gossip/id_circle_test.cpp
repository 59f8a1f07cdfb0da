#include "protocols/common/id_circle.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "sim/core/random.hpp"

namespace hearsay {

TEST_CASE("an id is found in a list that ascends round the circle, wherever it begins and whoever is left out") {
  RandomStream random(1, "circle");
  for (int round = 0; round < 300; ++round) {
    const auto nodes = static_cast<NodeId>(1 + random.below(40));
    const auto start = static_cast<NodeId>(random.below(nodes));
    const double left_out = round % 3 == 0 ? 0 : random.uniform();
    std::vector<NodeId> circle;
    for (NodeId step = 0; step < nodes; ++step)
      if (!random.chance(left_out)) circle.push_back((start + step) % nodes);
    for (NodeId id = 0; id < nodes + 5; ++id) {
      const auto it = std::find(circle.begin(), circle.end(), id);
      const auto place = place_of(circle, id);
      REQUIRE(place.has_value() == (it != circle.end()));
      if (place) REQUIRE(*place == it - circle.begin());
      if (const auto likely = place_as_in_all(circle, id)) REQUIRE(likely == place);
      if (circle.size() == nodes) REQUIRE(place_as_in_all(circle, id).has_value() == (id < nodes));
    }
  }
}

}  // namespace hearsay
