#include "sim/core/shared_text.hpp"

#include <catch2/catch.hpp>

using namespace hearsay;

TEST_CASE("copies share a text, and texts of equal letters are equal") {
  const SharedText one = "a text", copy = one, other = std::string("a text");
  CHECK(&copy.get() == &one.get());
  CHECK(&other.get() != &one.get());
  CHECK(copy == one);
  CHECK(other == one);
  CHECK_FALSE(one == SharedText("another"));
  CHECK(SharedText() == SharedText(""));
  CHECK(SharedText().get().empty());
  const std::string& as_string = one;
  CHECK(as_string == "a text");
}
