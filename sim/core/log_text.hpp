// How what a poll of the workload `kafka` brings is written in Response::value: "k0: 0=17 1=18; k1: 5=3", by key the
// messages with their offsets in the order in which they came.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hearsay {

struct LogMessage {
  std::int64_t offset = 0, value = 0;
  friend bool operator==(const LogMessage&, const LogMessage&) = default;
};
struct LogPart {
  std::string key;
  std::vector<LogMessage> messages;
  friend bool operator==(const LogPart&, const LogPart&) = default;
};
using LogParts = std::vector<LogPart>;

inline constexpr std::string_view nothing_polled = "-";  // no key at all

std::string to_text(const LogParts& parts);
std::optional<LogParts> parse_log(std::string_view text);  // nothing if it is none

}  // namespace hearsay
