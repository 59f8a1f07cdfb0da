// Text from outside (labels, reasons, message descriptions) made safe for a terminal, for JSON and for columns. The one
// UTF-8 decoder and the one JSON escaper of the program.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hearsay {

struct CodePoint {
  char32_t value = 0;      // of an invalid one: its first byte
  std::size_t length = 1;  // bytes
  bool valid = false;
};

// The first code point of `text`, which is not empty. Overlong forms, surrogates and values past U+10FFFF are invalid
// and one byte long (Unicode 15, table 3-7).
CodePoint first_code_point(std::string_view text);

// Control characters, line separators, invisible and direction-changing characters and broken UTF-8 are shown escaped
// (\n, \t, \x1b, \u{202e}); everything else as it is. The result is one line of valid UTF-8.
std::string printable(std::string_view text);

// The same of several lines: line breaks stay.
std::string printable_lines(std::string_view text);

// Columns that `text` takes on a terminal: 2 for East Asian wide characters and emoji, 0 for combining marks.
std::size_t display_width(std::string_view text);

// Every byte that is no UTF-8 becomes U+FFFD.
std::string valid_utf8(std::string_view text);

// `text` as a JSON string with its quotes.
std::string json_string(std::string_view text);
void append_json_string(std::string& out, std::string_view text);

}  // namespace hearsay
