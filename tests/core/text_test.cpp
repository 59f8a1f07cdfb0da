#include "sim/core/text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace hearsay;

TEST_CASE("printable text stays as it is") {
  CHECK(printable("interceptor (LRU cache) äöü 漢字 🎉") == "interceptor (LRU cache) äöü 漢字 🎉");
}

TEST_CASE("what breaks a line, moves the cursor or turns the direction is shown escaped") {
  CHECK(printable("a\nb\tc\rd") == "a\\nb\\tc\\rd");
  CHECK(printable("\x1b[31mred") == "\\x1b[31mred");
  CHECK(printable(std::string_view("\0\x7f", 2)) == "\\x00\\x7f");
  CHECK(printable("a\u061Cb") == "a\\u{61c}b");
  CHECK(printable("\u0085\u202Eevil\u200B\uFEFF") == "\\x85\\u{202e}evil\\u{200b}\\u{feff}");
}

TEST_CASE("broken UTF-8 is shown byte by byte") {
  CHECK(printable("\xFF\xC0\xAF") == "\\xff\\xc0\\xaf");
  CHECK(printable("\xE2\x82") == "\\xe2\\x82");
  CHECK(printable("\xED\xA0\x80") == "\\xed\\xa0\\x80");
  // Longer than need be: another spelling of what has a shorter one.
  CHECK(printable("\xE0\x9F\xBF") == "\\xe0\\x9f\\xbf");
  CHECK(printable("\xF0\x8F\xBF\xBF") == "\\xf0\\x8f\\xbf\\xbf");
  CHECK(printable("\xE0\xA0\x80 \xF0\x90\x80\x80") == "\xE0\xA0\x80 \xF0\x90\x80\x80");  // the first of each length
}

TEST_CASE("lines stay lines, and what is in them is shown escaped") {
  CHECK(printable_lines("").empty());
  CHECK(printable_lines("a\nb\tc\n\n\x1b") == "a\nb\\tc\n\n\\x1b");
  CHECK(printable_lines("a\n") == "a\n");
}

TEST_CASE("the width of text is counted in terminal columns") {
  CHECK(display_width("") == 0);
  CHECK(display_width("abc") == 3);
  CHECK(display_width("äöü") == 3);
  CHECK(display_width("漢字") == 4);
  CHECK(display_width("🎉") == 2);
  CHECK(display_width("e\u0301") == 1);
}

TEST_CASE("any bytes become a JSON string that a parser accepts") {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  std::string out;
  append_json_string(out, all);
  const auto parsed = nlohmann::json::parse(out).get<std::string>();
  CHECK(parsed.starts_with(all.substr(0, 128)));
  CHECK(parsed == valid_utf8(all));
}
