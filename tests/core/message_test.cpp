// Messages: kinds, sizes, shared ownership, and what bit flips leave of them.
#include "sim/core/message.hpp"

#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

using namespace hearsay;

namespace {

int alive = 0;  // tokens of messages that have not been destroyed

struct Token {
  Token() { ++alive; }
  Token(const Token&) { ++alive; }
  Token& operator=(const Token&) = default;
  ~Token() { --alive; }
};

struct Ping {
  Token token;
  std::uint32_t wire_size() const { return 20; }
  void describe(std::ostream& out) const { out << "ping"; }
};
struct Data {
  std::uint64_t value = 0;
  std::uint32_t wire_size() const { return 28; }
  void describe(std::ostream& out) const { out << value; }
  Data corrupted(std::uint64_t bits) const { return {value ^ bits}; }
};
using Any = std::variant<Ping, Data>;

struct Fixed {  // cannot be moved
  explicit Fixed(std::uint32_t size) : bytes(size) {}
  Fixed(const Fixed&) = delete;
  Fixed& operator=(const Fixed&) = delete;
  std::uint32_t bytes;
  std::uint32_t wire_size() const { return bytes; }
  void describe(std::ostream& out) const { out << bytes; }
};

}  // namespace

TEST_CASE("a message knows its kind, its size and how to describe itself") {
  const MessagePtr ping = make_message<Any>(Ping{});
  const MessagePtr data = make_message<Any>(Data{7});
  CHECK(ping->kind() == 0);
  CHECK(ping->wire_size() == 20);
  CHECK(data->kind() == 1);
  CHECK(data->wire_size() == 28);
  std::ostringstream text;
  data->describe(text);
  CHECK(text.str() == "7");
  CHECK(std::get<Data>(payload<Any>(*data)).value == 7);
}

TEST_CASE("a message that is made in place is as one that was moved there, and nothing was moved") {
  int made = 0;
  const auto ping = [&made] { return ++made, Ping{}; };
  const auto data = [] { return Data{7}; };
  const int before = alive;
  {
    const MessagePtr first(new Payload<Any>(std::in_place_type<Ping>, ping));
    const MessagePtr second(new Payload<Any>(std::in_place_type<Data>, data));
    CHECK(alive == before + 1);
    CHECK(made == 1);
    CHECK(first->kind() == 0);
    CHECK(first->wire_size() == 20);
    CHECK(second->kind() == 1);
    CHECK(second->wire_size() == 28);
    CHECK(std::get<Data>(payload<Any>(*second)).value == 7);
    const auto fixed = [] { return Fixed(5); };
    const MessagePtr third(new Payload<std::variant<Data, Fixed>>(std::in_place_type<Fixed>, fixed));
    CHECK(third->kind() == 1);
    CHECK(third->wire_size() == 5);
  }
  CHECK(alive == before);
}

TEST_CASE("messages keep their values while others come and go in the memory of those before them") {
  std::vector<MessagePtr> kept;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    kept.push_back(make_message<Any>(Data{i}));
    if (i % 3 == 0) kept[i / 2] = make_message<Any>(Data{i / 2});
    make_message<Any>(Data{~i});
  }
  for (std::uint64_t i = 0; i < 1000; ++i) REQUIRE(std::get<Data>(payload<Any>(*kept[i])).value == i);
}

TEST_CASE("a message lives as long as its last pointer") {
  const int before = alive;
  {
    MessagePtr first = make_message<Any>(Ping{});
    CHECK(alive == before + 1);
    MessagePtr second = first;
    MessagePtr third = std::move(first);
    CHECK_FALSE(first);
    second = MessagePtr();
    CHECK(alive == before + 1);
    MessagePtr& alias = third;
    third = alias;  // to itself
    CHECK(alive == before + 1);
    third = make_message<Any>(Data{});
    CHECK(alive == before);
  }
  CHECK(alive == before);
}

TEST_CASE("corruption changes a kind that can be believed and leaves null for the others") {
  const MessagePtr data = make_message<Any>(Data{7});
  const MessagePtr garbage(data->corrupted(2));
  REQUIRE(garbage);
  CHECK(std::get<Data>(payload<Any>(*garbage)).value == 5);
  CHECK(std::get<Data>(payload<Any>(*data)).value == 7);
  const MessagePtr ping = make_message<Any>(Ping{});
  CHECK(ping->corrupted(2) == nullptr);  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): as in message.hpp
}
