#include "sim/core/log_text.hpp"

#include <algorithm>
#include <charconv>

namespace hearsay {
namespace {

bool take_number(std::string_view& text, std::int64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

bool take(std::string_view& text, std::string_view what) {
  if (!text.starts_with(what)) return false;
  text.remove_prefix(what.size());
  return true;
}

}  // namespace

std::string to_text(const LogParts& parts) {
  if (parts.empty()) return std::string(nothing_polled);
  std::string text;
  for (const LogPart& part : parts) {
    text += (text.empty() ? "" : "; ") + part.key + ":";
    for (const LogMessage& message : part.messages)
      text += " " + std::to_string(message.offset) + "=" + std::to_string(message.value);
  }
  return text;
}

std::optional<LogParts> parse_log(std::string_view text) {
  LogParts parts;
  if (text == nothing_polled) return parts;
  do {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    LogPart part{std::string(text.substr(0, colon)), {}};
    text.remove_prefix(colon + 1);
    while (take(text, " ")) {
      LogMessage message;
      if (!take_number(text, message.offset) || !take(text, "=") || !take_number(text, message.value))
        return std::nullopt;
      part.messages.push_back(message);
    }
    parts.push_back(std::move(part));
  } while (take(text, "; "));
  if (!text.empty()) return std::nullopt;
  return parts;
}

}  // namespace hearsay
