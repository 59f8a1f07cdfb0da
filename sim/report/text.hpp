// Text from outside (labels, reasons, message descriptions) made safe for a terminal, for JSON and for columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hearsay {

// Control characters, line separators, invisible and direction-changing characters and broken UTF-8 are shown escaped
// (\n, \t, \x1b, \u{202e}); everything else as it is. The result is one line of valid UTF-8.
std::string printable(std::string_view text);

// Columns that `text` takes on a terminal: 2 for East Asian wide characters and emoji, 0 for combining marks.
std::size_t display_width(std::string_view text);

// Every byte that is no UTF-8 becomes U+FFFD.
std::string valid_utf8(std::string_view text);

// Appends `text` as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);

}  // namespace hearsay
