// A scenario file as a located tree: every key and value knows its line and column. The only code that knows yaml-cpp.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/mistakes.hpp"

namespace hearsay {

struct Entry;

struct Node {
  enum class Kind : std::uint8_t { null, scalar, list, map };

  Kind kind = Kind::null;
  bool quoted = false;  // scalar: written between quotes
  Location place;
  std::string text;                    // scalar
  std::vector<Node> items;             // list
  std::vector<Entry> entries;          // map, in order of writing; keys are distinct
  std::optional<std::size_t> index{};  // of an item that was picked out of a list: its place there

  bool is_null() const { return kind == Kind::null; }
  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_list() const { return kind == Kind::list; }
  bool is_map() const { return kind == Kind::map; }

  // The value of a key of a map; null if it is not there or this is no map.
  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);
};

struct Entry {
  std::string key;
  Location place;  // of the key
  Node value;
};

// What is refused before it can cost memory, time or stack.
inline constexpr std::size_t most_file_bytes = 4'000'000;
inline constexpr std::size_t most_document_depth = 64;
inline constexpr std::size_t most_document_nodes = 1'000'000;
inline constexpr std::size_t most_alias_nodes = 100'000;  // that anchors and aliases may copy

// The text of a scenario file. Nothing, and a mistake, if it cannot be read, is too large or is not text.
std::optional<std::string> load_text(const std::string& file, Mistakes& mistakes);

// The same from stdin, which is read once: later calls give the same text.
std::optional<std::string> load_stdin(Mistakes& mistakes);

// Parses exactly one YAML document. Aliases are resolved. Nothing, and a mistake, if it is not valid.
std::optional<Node> parse_document(const std::string& text, Mistakes& mistakes);

// Parses a value of the command line; every node gets `place`.
std::optional<Node> parse_snippet(const std::string& text, const Location& place, Mistakes& mistakes);

Node scalar_node(std::string text, const Location& place);

// On one line, as YAML would be written by hand.
std::string flow_text(const Node& node);

// "a map", "a list", "the text `x`" ..., for messages.
std::string describe_kind(const Node& node);

}  // namespace hearsay
