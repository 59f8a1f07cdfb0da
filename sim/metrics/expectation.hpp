// A bound that a scenario puts on a field of the result (`expect`).
#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace hearsay {

struct Expectation {
  std::string path;  // dotted name of the field
  enum class Kind : std::uint8_t {
    equals,
    at_least,
    at_most,
    absent
  } kind = Kind::equals;                          // absent: the field is null
  std::variant<bool, double, std::string> bound;  // at_least, at_most: a number; absent: not used
  std::string text;                               // as written, for messages: `max: 2.0`
};

}  // namespace hearsay
