// How `list` and `describe` lay out text.
#pragma once

#include <string>
#include <vector>

namespace hearsay {

using Rows = std::vector<std::vector<std::string>>;

// Columns lined up with spaces, without a header: one line per row, easy to cut.
std::string lay_out_list(const Rows& rows);

// Prose in lines of at most `width` columns, each indented.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t width = 116);

}  // namespace hearsay
