#include "sim/cli/lay_out.hpp"

#include <catch2/catch.hpp>

using namespace hearsay;

TEST_CASE("the columns of a list are lined up, and its last one ends where its text does") {
  CHECK(lay_out_list({{"a", "bb", "x y"}, {"long", "b"}, {"only"}, {}}) == "a     bb  x y\nlong  b\nonly\n\n");
}

TEST_CASE("prose is wrapped between words, at 116 columns unless a width is given") {
  CHECK(wrapped("one two three", 2, 9) == "  one two\n  three\n");
  CHECK(wrapped("one two three", 2, 10) == "  one two\n  three\n");
  CHECK(wrapped("incomprehensibilities of it", 1, 8) == " incomprehensibilities\n of it\n");
  CHECK(wrapped("", 3) == "   \n");
  const std::string fills(112, 'x');
  CHECK(wrapped(fills + " 23", 1) == " " + fills + " 23\n");
  CHECK(wrapped(fills + " 234", 1) == " " + fills + "\n 234\n");
}
