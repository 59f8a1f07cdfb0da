#include "protocols/common/backoff.hpp"

#include <catch2/catch.hpp>

#include "protocols/common/bytes.hpp"

namespace hearsay {

using namespace std::chrono_literals;

TEST_CASE("each wait is the factor times the one before, up to the limit") {
  const Backoff backoff{500ms, 2.0, 5s};
  CHECK(backoff.ceiling(1) == 500ms);
  CHECK(backoff.ceiling(2) == 1s);
  CHECK(backoff.ceiling(4) == 4s);
  CHECK(backoff.ceiling(5) == 5s);
  CHECK(backoff.ceiling(1'000'000) == 5s);
}

TEST_CASE("a wait is drawn between half of it and all of it") {
  RandomStream random(1, "backoff");
  const Backoff backoff{100ms, 3.0, 1s};
  Duration least = forever, most{};
  for (int i = 0; i < 2000; ++i) {
    const Duration drawn = backoff.draw(2, random);
    least = std::min(least, drawn);
    most = std::max(most, drawn);
  }
  CHECK(least >= 150ms);
  CHECK(least < 155ms);
  CHECK(most <= 300ms);
  CHECK(most > 295ms);
}

TEST_CASE("bytes read back as they were written") {
  const std::string record = ByteWriter().word(0).text("").word(~std::uint64_t{0}).text(std::string("a\0b", 3)).take();
  ByteReader reader(record);
  CHECK(reader.word() == 0);
  CHECK(reader.text().empty());
  CHECK(reader.word() == ~std::uint64_t{0});
  CHECK_FALSE(reader.at_end());
  CHECK(reader.text() == std::string("a\0b", 3));
  CHECK(reader.at_end());
}

}  // namespace hearsay
