#include "sim/core/timer_keys.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "tests/core/aborts.hpp"

namespace hearsay {
namespace {

enum class Purpose : std::uint8_t { round, flush, retry, probe, expiry };
using Timers = TimerKeys<Purpose, Purpose::expiry>;

enum class Inner : std::uint8_t { ping, pong };
using InnerTimers = TimerKeys<Inner, Inner::pong, Timers::number_bits>;

TEST_CASE("a timer key gives back its purpose and its number", "[core]") {
  for (const auto purpose : {Purpose::round, Purpose::flush, Purpose::retry, Purpose::probe, Purpose::expiry})
    for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{1}, (std::uint64_t{1} << 61) - 1}) {
      const TimerKey key = Timers::key(purpose, number);
      CHECK(Timers::purpose(key) == purpose);
      CHECK(Timers::number(key) == number);
    }
}

TEST_CASE("a timer key about a node gives back its purpose, its node and its number", "[core]") {
  for (const auto purpose : {Purpose::round, Purpose::expiry})
    for (const NodeId node : {NodeId{0}, NodeId{1}, (NodeId{1} << 29) - 1})
      for (const std::uint32_t number : {0U, 1U, 0xffffffffU}) {
        const TimerKey key = Timers::key_about(purpose, node, number);
        CHECK(Timers::purpose(key) == purpose);
        CHECK(Timers::node(key) == node);
        CHECK(Timers::number_about(key) == number);
      }
}

TEST_CASE("different timers have different keys", "[core]") {
  std::set<TimerKey> keys;
  std::size_t made = 0;
  for (const auto purpose : {Purpose::round, Purpose::flush, Purpose::retry, Purpose::probe, Purpose::expiry})
    for (NodeId node = 0; node < 5; ++node)
      for (std::uint32_t number = 0; number < 5; ++number, ++made)
        keys.insert(Timers::key_about(purpose, node, number));
  CHECK(keys.size() == made);
}

TEST_CASE("timer keys of a part are the number of one purpose of the whole", "[core]") {
  const NodeId last_node = (NodeId{1} << InnerTimers::node_bits) - 1;
  const TimerKey key = Timers::key(Purpose::probe, InnerTimers::key_about(Inner::pong, last_node, 0xffffffff));
  CHECK(Timers::purpose(key) == Purpose::probe);
  const std::uint64_t inner = Timers::number(key);
  CHECK(InnerTimers::purpose(inner) == Inner::pong);
  CHECK(InnerTimers::node(inner) == last_node);
  CHECK(InnerTimers::number_about(inner) == 0xffffffff);
  CHECK(InnerTimers::number_bits + 1 == Timers::number_bits);
}

TEST_CASE("a number or a node that does not fit into a timer key aborts", "[core]") {
  CHECK_FALSE(aborts([] { Timers::key(Purpose::round, (std::uint64_t{1} << 61) - 1); }));
  CHECK(aborts([] { Timers::key(Purpose::round, std::uint64_t{1} << 61); }));
  CHECK_FALSE(aborts([] { Timers::key_about(Purpose::round, (NodeId{1} << 29) - 1); }));
  CHECK(aborts([] { Timers::key_about(Purpose::round, NodeId{1} << 29); }));
  CHECK(aborts([] { Timers::key(static_cast<Purpose>(5)); }));
}

}  // namespace
}  // namespace hearsay
