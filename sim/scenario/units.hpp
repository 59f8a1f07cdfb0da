// Reads single values with units from text (README, Scenario files). Whatever is not exactly such a value throws
// UnitError, whose message says what is wrong and what would be right.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/time.hpp"

namespace hearsay {

class UnitError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

// `250us`, `1.5s`; units ns us ms s m h; `0` needs none. Below zero only with `signed_values`.
Duration parse_duration(std::string_view text, bool signed_values = false);

// `50/s`, `30/m`: per second.
double parse_rate(std::string_view text);

// `100B`, `64KiB`, `1MB`: bytes, a whole number. kB (or KB) MB GB are powers of 1000, KiB MiB GiB of 1024.
std::int64_t parse_size(std::string_view text);

// `1Gbps`: bits per second as written, bytes per second as returned.
double parse_bandwidth(std::string_view text);

// `10%` or `0.1`; within [low, high] as fractions.
double parse_share(std::string_view text, double low = 0, double high = 1);

// Decimal, optional sign; no fraction, exponent or other base.
std::int64_t parse_integer(std::string_view text);

// Decimal, optional sign, fraction and exponent; finite.
double parse_number(std::string_view text);

bool parse_boolean(std::string_view text);

// `5..9` or `7`, both ends included. `what` names the items in messages ("nodes"); more than `most` of them are
// refused.
struct IntegerRange {
  std::uint64_t first = 0, last = 0;
};
IntegerRange parse_range(std::string_view text, std::string_view what, std::uint64_t most);

// `1..30`, `7`: at most `most_seeds`.
inline constexpr std::uint64_t most_seeds = 1'000'000;
std::vector<std::uint64_t> parse_seeds(std::string_view text);

}  // namespace hearsay
