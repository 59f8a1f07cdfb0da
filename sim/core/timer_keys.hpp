// Timer keys of a protocol: what a timer is for, and a number or a node that it is about, packed into one TimerKey.
#pragma once

#include <bit>
#include <cstdint>

#include "sim/core/check.hpp"
#include "sim/core/ids.hpp"

namespace hearsay {

// `Purpose`: an enum class whose values count from 0 to `last`. The keys take the lowest `bits` bits of a TimerKey, so
// that one table can be the number of another one's purpose: TimerKeys<Inner, last, Outer::number_bits>.
//
//     enum class TimerPurpose : std::uint8_t { round, retry };
//     using Timers = TimerKeys<TimerPurpose, TimerPurpose::retry>;
//     context.set_timer(delay, Timers::key_about(TimerPurpose::retry, peer, number));
//
// A number or node that does not fit aborts: two timers with one key would be taken for each other.
template <class Purpose, Purpose last, unsigned bits = 64>
class TimerKeys {
 public:
  static constexpr unsigned purpose_bits = std::bit_width(static_cast<std::uint64_t>(last));
  static constexpr unsigned number_bits = bits - purpose_bits;
  static constexpr unsigned node_bits = number_bits - 32;  // beside a number of 32 bits
  static_assert(purpose_bits > 0 && bits <= 64 && number_bits > 32, "no room for a node");

  static constexpr TimerKey key(Purpose purpose, std::uint64_t number = 0) {
    HEARSAY_CHECK(purpose <= last, "a timer's purpose is not in its table");
    HEARSAY_CHECK(fits(number, number_bits), "the number of a timer is too large for its key");
    return static_cast<TimerKey>(purpose) << number_bits | number;
  }
  static constexpr TimerKey key_about(Purpose purpose, NodeId node, std::uint32_t number = 0) {
    HEARSAY_CHECK(fits(node, node_bits), "the node of a timer is too large for its key");
    return key(purpose, static_cast<std::uint64_t>(node) << 32 | number);
  }

  static constexpr Purpose purpose(TimerKey key) { return static_cast<Purpose>(key >> number_bits); }
  static constexpr std::uint64_t number(TimerKey key) { return key & ((std::uint64_t{1} << number_bits) - 1); }
  // Of key_about().
  static constexpr NodeId node(TimerKey key) { return static_cast<NodeId>(number(key) >> 32); }
  static constexpr std::uint32_t number_about(TimerKey key) { return static_cast<std::uint32_t>(key); }

 private:
  static constexpr bool fits(std::uint64_t number, unsigned width) { return number >> width == 0; }
};

}  // namespace hearsay
