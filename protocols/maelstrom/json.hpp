// The JSON of a node's messages: as much as the simulator looks at.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hearsay::maelstrom {

struct Json;
using JsonList = std::vector<Json>;
using JsonMap = std::map<std::string, Json, std::less<>>;

// A number that is no integer of 64 bits is kept as it was written.
struct Json {
  struct Other {
    std::string written;  // null, true, false, 1.5
  };
  std::variant<Other, std::int64_t, std::string, JsonList, JsonMap> value;

  const Json* find(std::string_view key) const;  // of a map; null where there is none
  std::optional<std::int64_t> integer() const;
  std::optional<std::string> text() const;
  const JsonList* list() const { return std::get_if<JsonList>(&value); }
};

// Nothing if it is not one JSON value, or is nested deeper than 100.
std::optional<Json> parse_json(std::string_view text);

// As it would be written, without spaces and with the keys of maps in order: equal for equal values.
std::string to_text(const Json& json);

// In quotes, with escapes.
std::string quoted_json(std::string_view text);

}  // namespace hearsay::maelstrom
