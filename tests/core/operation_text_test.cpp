// Operations and answers that are written as text: transactions, and what polls of a log bring.
#include <catch2/catch.hpp>

#include "sim/core/log_text.hpp"
#include "sim/core/transaction.hpp"

using namespace hearsay;

TEST_CASE("a transaction reads back as it was written") {
  for (const char* text : {"read 3", "append 3 5", "write -1 7", "read 3 = 1 2; append 3 5; read 4 =; read 5"}) {
    INFO(text);
    const auto transaction = parse_transaction(text);
    REQUIRE(transaction);
    CHECK(to_text(*transaction) == text);
  }
  const auto mixed = parse_transaction("read 3 = 1 2; read 4 =; read 5");
  CHECK((*mixed)[0].values == std::vector<std::int64_t>{1, 2});
  CHECK((*mixed)[1].values == std::vector<std::int64_t>{});
  CHECK_FALSE((*mixed)[2].values);
}

TEST_CASE("what is no transaction is refused") {
  for (const char* text :
       {"", "read", "read x", "fetch 3", "append 3", "append 3 5 6", "read 3 1", "read 3 = x", "write 3 y", ";"})
    CHECK_FALSE(parse_transaction(text));
}

TEST_CASE("what a poll brings reads back as it was written") {
  for (const char* text : {"-", "k0:", "k0: 0=17 1=18; k1: 5=-3", "k1:; k2: 7=1"}) {
    INFO(text);
    const auto parts = parse_log(text);
    REQUIRE(parts);
    CHECK(to_text(*parts) == text);
  }
  CHECK(parse_log("k0: 0=17 1=18")->front().messages.back() == LogMessage{1, 18});
  for (const char* text : {"", "k0", ":", "k0: 1", "k0: 1=", "k0: =1", "k0: 1=2;", "k0: 1=2 "})
    CHECK_FALSE(parse_log(text));
}
