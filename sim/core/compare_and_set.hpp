// How a compare-and-set of the workload `register` is written in Operation::value: "EXPECTED->DESIRED".
#pragma once

#include <string>
#include <string_view>

namespace hearsay {

struct CompareAndSet {
  std::string_view expected, desired;
};

inline constexpr std::string_view compare_and_set_arrow = "->";

// Both parts point into `value`. Without an arrow nothing is expected, and all of it is desired.
constexpr CompareAndSet compare_and_set(std::string_view value) {
  const std::size_t arrow = value.find(compare_and_set_arrow);
  if (arrow == std::string_view::npos) return {{}, value};
  return {value.substr(0, arrow), value.substr(arrow + compare_and_set_arrow.size())};
}

inline std::string compare_and_set_text(std::string_view expected, std::string_view desired) {
  return std::string(expected) + std::string(compare_and_set_arrow) + std::string(desired);
}

}  // namespace hearsay
