#include "protocols/common/bytes.hpp"

#include <catch2/catch.hpp>

namespace hearsay {
namespace {

TEST_CASE("records are read back as they were written, in the same order") {
  const std::uint64_t edges[] = {0,         1, 0x7f, 0x80, 0xff, 0x3fff, 0x4000, 0x123456789abcdef0, UINT64_MAX - 1,
                                 UINT64_MAX};
  ByteWriter writer;
  for (const std::uint64_t value : edges) writer.number(value).word(value);
  const std::string bytes = writer.text("").text(std::string("a\0b", 3)).number(5).take();
  ByteReader reader(bytes);
  for (const std::uint64_t value : edges) {
    INFO(value);
    CHECK(reader.number() == value);
    CHECK(reader.word() == value);
  }
  CHECK(reader.text().empty());
  CHECK(reader.text() == std::string("a\0b", 3));
  CHECK_FALSE(reader.at_end());
  CHECK(reader.number() == 5);
  CHECK(reader.at_end());
}

TEST_CASE("words are little-endian, and numbers take seven bits a byte") {
  CHECK(ByteWriter().word(0x0102).take() == std::string("\2\1\0\0\0\0\0\0", 8));
  CHECK(ByteWriter().number(300).take() == "\xac\x02");
  CHECK(ByteWriter().number(0x7f).take().size() == 1);
  CHECK(ByteWriter().number(0x80).take().size() == 2);
  CHECK(ByteWriter().number(UINT64_MAX).take().size() == 10);
}

}  // namespace
}  // namespace hearsay
