// Lengths of time: what is drawn from each law, and how it is written.
#include "sim/core/time_law.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

struct Drawn {
  double mean = 0, least = 1e300, largest = 0, above_2s = 0;
};

Drawn draw_many(const TimeLaw& law) {
  constexpr int draws = 20000;
  RandomStream random(1, "test");
  Drawn drawn;
  for (int i = 0; i < draws; ++i) {
    const double length = seconds(law.draw(random));
    drawn.mean += length / draws;
    drawn.least = std::min(drawn.least, length);
    drawn.largest = std::max(drawn.largest, length);
    drawn.above_2s += length > 2 ? 1.0 / draws : 0;
  }
  return drawn;
}

TimeLaw law_of(TimeLaw::Kind kind, Duration a, Duration b = {}, double shape = 1) { return {kind, a, b, shape, {}}; }

}  // namespace

TEST_CASE("each law draws what its formula says") {
  const Drawn constant = draw_many(law_of(TimeLaw::Kind::constant, 3s));
  CHECK(constant.least == 3);
  CHECK(constant.largest == 3);
  const Drawn uniform = draw_many(law_of(TimeLaw::Kind::uniform, 1s, 3s));
  CHECK(uniform.least >= 1);
  CHECK(uniform.largest <= 3);
  CHECK(uniform.mean == Approx(2).margin(0.02));
  const Drawn exponential = draw_many(law_of(TimeLaw::Kind::exponential, 2s));
  CHECK(exponential.mean == Approx(2).epsilon(0.03));
  CHECK(exponential.above_2s == Approx(0.3679).margin(0.015));
  const Drawn pareto = draw_many(law_of(TimeLaw::Kind::pareto, 1s, {}, 2));
  CHECK(pareto.least >= 1);
  CHECK(pareto.least < 1.001);
  CHECK(pareto.above_2s == Approx(0.25).margin(0.015));  // (1/2)^2
}

TEST_CASE("a list gives each of its lengths, equally often, and nothing else") {
  TimeLaw law;
  law.kind = TimeLaw::Kind::list;
  law.values = {1s, 4s, 4s, 7s};
  const Drawn drawn = draw_many(law);
  CHECK(drawn.mean == Approx(4).epsilon(0.02));
  CHECK(drawn.above_2s == Approx(0.75).margin(0.015));
}

TEST_CASE("no length is zero, nor beyond what time can count") {
  RandomStream random(1, "test");
  CHECK(law_of(TimeLaw::Kind::constant, 0s).draw(random) == 1ns);
  for (int i = 0; i < 1000; ++i) CHECK(law_of(TimeLaw::Kind::pareto, 1s, {}, 0.01).draw(random) <= 1000000000s);
}

TEST_CASE("laws are written as a scenario writes them") {
  CHECK(to_string(law_of(TimeLaw::Kind::constant, 90s)) == "90s");
  CHECK(to_string(law_of(TimeLaw::Kind::uniform, 1s, 2s)) == "{uniform: {min: 1s, max: 2s}}");
  CHECK(to_string(law_of(TimeLaw::Kind::exponential, 1s)) == "{exponential: {mean: 1s}}");
  CHECK(to_string(law_of(TimeLaw::Kind::pareto, 1s, {}, 1.5)) == "{pareto: {min: 1s, shape: 1.5}}");
  CHECK(to_string(TimeLaw{TimeLaw::Kind::list, {}, {}, 1, {1s, 5ms}}) == "{list: [1s, 5ms]}");
}
