#include "protocols/common/circuit_breaker.hpp"

#include <catch2/catch.hpp>

using hearsay::CircuitBreaker;
using State = CircuitBreaker::State;

namespace {

CircuitBreaker opened(std::uint32_t threshold) {
  CircuitBreaker breaker(threshold);
  for (std::uint32_t i = 0; i < threshold; ++i) breaker.failed();
  return breaker;
}

}  // namespace

TEST_CASE("five failures open it, and four with a success between them do not") {
  CircuitBreaker breaker(5);
  for (int i = 0; i < 4; ++i) breaker.failed();
  CHECK(breaker.state() == State::closed);
  breaker.succeeded();
  for (int i = 0; i < 4; ++i) breaker.failed();
  CHECK(breaker.admit());
  breaker.failed();
  CHECK(breaker.state() == State::open);
  CHECK_FALSE(breaker.admit());
  CHECK(breaker.openings() == 1);
}

TEST_CASE("after the reset time one call passes on trial, and its success closes the breaker") {
  CircuitBreaker breaker = opened(2);
  breaker.reset_elapsed(1);
  CHECK(breaker.state() == State::half_open);
  CHECK(breaker.admit());
  CHECK_FALSE(breaker.admit());
  breaker.succeeded();
  CHECK(breaker.state() == State::closed);
  CHECK(breaker.admit());
}

TEST_CASE("a trial that fails opens it again, for a reset time of its own") {
  CircuitBreaker breaker = opened(3);
  breaker.reset_elapsed(1);
  CHECK(breaker.admit());
  breaker.failed();
  CHECK(breaker.state() == State::open);
  CHECK(breaker.openings() == 2);
  breaker.reset_elapsed(1);  // of the opening before
  CHECK(breaker.state() == State::open);
  breaker.reset_elapsed(2);
  CHECK(breaker.state() == State::half_open);
}

TEST_CASE("a trial that ends without a result gives way to another one") {
  CircuitBreaker breaker = opened(1);
  breaker.reset_elapsed(1);
  CHECK(breaker.admit());
  CHECK_FALSE(breaker.admit());
  breaker.ended();
  CHECK(breaker.state() == State::half_open);
  CHECK(breaker.admit());
}

TEST_CASE("calls that were under way when it opened do not open it twice, and a success of one closes it") {
  CircuitBreaker breaker = opened(1);
  breaker.failed();
  CHECK(breaker.openings() == 1);
  breaker.succeeded();
  CHECK(breaker.state() == State::closed);
}
