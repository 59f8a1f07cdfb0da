// Values with units, selectors' ranges, and "did you mean".
#include "sim/scenario/units.hpp"

#include <catch2/catch.hpp>

#include "sim/scenario/words.hpp"

using namespace hearsay;
using namespace std::chrono_literals;
using Catch::Contains;

TEST_CASE("durations are read exactly in every unit") {
  CHECK(parse_duration("7ns") == 7ns);
  CHECK(parse_duration("250us") == 250us);
  CHECK(parse_duration("5ms") == 5ms);
  CHECK(parse_duration("1.5s") == 1500ms);
  CHECK(parse_duration("0.1s") == 100ms);
  CHECK(parse_duration("2m") == 120s);
  CHECK(parse_duration("1h") == 3600s);
  CHECK(parse_duration("0") == 0s);
  CHECK(parse_duration("9007199254740993ns") == 9007199254740993ns);
  CHECK(parse_duration("-5ms", true) == -5ms);
}

TEST_CASE("what is no duration is refused with what would be right") {
  for (const char* text : {"",           "5",     "5 ms", "ms",   "-5ms",
                           "1e3s",       "0x10s", "inf",  "nan",  "5msx",
                           "5MS",        "1.s",   ".5s",  "5ms ", "99999999999999999999s",
                           "300000000m", "0.1ns", "+5s",  "1,5s", "--1s",
                           "-"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_duration(text), UnitError);
  }
  CHECK_THROWS_WITH(parse_duration("5"), Contains("has no unit; write a duration such as"));
  CHECK_THROWS_WITH(parse_duration("5sec"), Contains("unknown unit `sec`; the units are ns us ms s m h"));
  CHECK_THROWS_WITH(parse_duration("-5s"), Contains("is negative"));
}

TEST_CASE("rates are per second or minute") {
  CHECK(parse_rate("50/s") == 50);
  CHECK(parse_rate("30/m") == 0.5);
  CHECK(parse_rate("0.5/s") == 0.5);
  for (const char* text : {"50", "50/h", "/s", "-1/s", "nan/s", "1e400/s", "50 /s"})
    CHECK_THROWS_AS(parse_rate(text), UnitError);
}

TEST_CASE("sizes are whole bytes") {
  CHECK(parse_size("100B") == 100);
  CHECK(parse_size("1KB") == 1000);
  CHECK(parse_size("600kB") == 600'000);
  CHECK(parse_size("64KiB") == 65536);
  CHECK(parse_size("1.5KiB") == 1536);
  CHECK(parse_size("1MB") == 1'000'000);
  CHECK(parse_size("2GiB") == 2147483648);
  for (const char* text : {"100", "0.5B", "1kb", "-1B", "99999999999GiB", "1TB"})
    CHECK_THROWS_AS(parse_size(text), UnitError);
}

TEST_CASE("bandwidths are written in bits and returned in bytes") {
  CHECK(parse_bandwidth("8bps") == 1);
  CHECK(parse_bandwidth("1Gbps") == 125e6);
  CHECK(parse_bandwidth("1.6kbps") == 200);
  for (const char* text : {"1", "1GBps", "1gbps", "-1bps"}) CHECK_THROWS_AS(parse_bandwidth(text), UnitError);
}

TEST_CASE("shares are percentages or fractions between 0 and 1") {
  CHECK(parse_share("10%") == Approx(0.1));
  CHECK(parse_share("0.1") == 0.1);
  CHECK(parse_share("+10%") == Approx(0.1));
  CHECK(parse_share("0") == 0);
  CHECK(parse_share("100%") == 1);
  CHECK(parse_share("-90%", -0.9, 10) == Approx(-0.9));
  for (const char* text : {"", "%", "101%", "1.5", "-1%", "ten", "10%%", "0.1x", "nan", "inf"})
    CHECK_THROWS_AS(parse_share(text), UnitError);
  CHECK_THROWS_WITH(parse_share("50"), Contains("did you mean `50%`?"));
}

TEST_CASE("numbers are decimal") {
  CHECK(parse_integer("-7") == -7);
  CHECK(parse_integer("9223372036854775807") == 9223372036854775807);
  for (const char* text : {"", "-", "1.5", "1e3", "0x1f", "1_000", "9223372036854775808", "seven", "1 "})
    CHECK_THROWS_AS(parse_integer(text), UnitError);
  CHECK(parse_number("1e3") == 1000);
  CHECK(parse_number("-0.5") == -0.5);
  CHECK(parse_number("1e-400") == 0);
  CHECK(parse_number("2e-3") == 0.002);
  CHECK(parse_number("2E+3") == 2000);
  for (const char* text : {"", "e5", "1e", "1e400", ".5", "5.", "nan", "inf", "0x1p3", "1f"})
    CHECK_THROWS_AS(parse_number(text), UnitError);
  CHECK(parse_boolean("true"));
  CHECK_THROWS_AS(parse_boolean("yes"), UnitError);
}

TEST_CASE("seeds are a number or a range of bounded length") {
  CHECK(parse_seeds("7") == std::vector<std::uint64_t>{7});
  CHECK(parse_seeds("3..5") == std::vector<std::uint64_t>{3, 4, 5});
  CHECK(parse_seeds("1..100000").size() == 100000);
  for (const char* text : {"", "..", "1..", "..3", "5..1", "1..2..3", "-1", "1..1000000000000", "1...3",
                           "18446744073709551615", "0..18446744073709551615", "99999999999999999999999"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_seeds(text), UnitError);
  }
}

TEST_CASE("near words are suggested and far ones are not") {
  const std::vector<std::string> words{"nodes", "network", "protocols"};
  CHECK(closest("nodez", words) == "nodes");
  CHECK(closest("ndoes", words) == "nodes");
  CHECK(closest("protocol", words) == "protocols");
  CHECK(!closest("zzz", words));
  // A third of the length, three at most.
  CHECK(closest("abcdefghi", std::vector<std::string>{"abcdefxyz"}) == "abcdefxyz");
  CHECK(!closest("abcdefgh", std::vector<std::string>{"abcdexyz"}));
  CHECK(closest("abcdefghijklmnopqr", std::vector<std::string>{"abcdefghijklmnoxyz"}) == "abcdefghijklmnoxyz");
  CHECK(!closest("abcdefghijklmnopqr", std::vector<std::string>{"abcdefghijklmnwxyz"}));
  CHECK(!closest("", words));
  CHECK(!closest(std::string(10000, 'n'), words));
  CHECK(hint("zzz", words, "keys") == "; the keys are: nodes, network, protocols");
}

TEST_CASE("quoting keeps messages short and on one line") {
  CHECK(backquoted("a\nb") == "`a?b`");
  CHECK(backquoted(std::string(100, 'x')) == "`" + std::string(40, 'x') + "...`");
}
