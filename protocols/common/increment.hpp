// Increments of a counter whose value is a text, as the workload `register` asks for them.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

namespace hearsay {

// A text that is no whole number, or more than 64 bits of one, is none.
inline std::optional<std::int64_t> whole_number(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// What a counter holds then; nothing if one of the two is no number. `held`: null for a counter that begins, at 0. Goes
// around at 2^63.
inline std::optional<std::string> incremented(const std::string* held, const std::string& amount) {
  const auto before = held == nullptr ? 0 : whole_number(*held), by = whole_number(amount);
  if (!before || !by) return std::nullopt;
  return std::to_string(
      static_cast<std::int64_t>(static_cast<std::uint64_t>(*before) + static_cast<std::uint64_t>(*by)));
}

}  // namespace hearsay
