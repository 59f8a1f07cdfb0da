// The JSON of nodes' messages.
#include "protocols/maelstrom/json.hpp"

#include <catch2/catch.hpp>

namespace hearsay::maelstrom {

TEST_CASE("a message is read as its node wrote it") {
  const auto message = parse_json(R"( {"src":"n1", "body":{"msg_id":-7,"messages":[1, "a\"\n", 1.5,null,{}]}} )");
  REQUIRE(message);
  CHECK(message->find("src")->text() == "n1");
  const Json* body = message->find("body");
  CHECK(body->find("msg_id")->integer() == -7);
  CHECK(body->find("dest") == nullptr);
  const JsonList* values = body->find("messages")->list();
  REQUIRE(values->size() == 5);
  CHECK((*values)[0].integer() == 1);
  CHECK((*values)[1].text() == "a\"\n");
  CHECK_FALSE((*values)[2].integer());
  CHECK_FALSE((*values)[3].text());
}

TEST_CASE("what is no JSON is refused") {
  for (const char* text :
       {"", "{", "garbage", "{} {}", "[1,]", "{\"a\"}", "{\"a\":1,}", "\"open", "\"\\q\"", "nul", "{a:1}", "-x"}) {
    INFO(text);
    CHECK_FALSE(parse_json(text));
  }
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(parse_json(nested(101)));
  for (const std::size_t depth : {102, 200, 100000}) CHECK_FALSE(parse_json(nested(depth)));
}

TEST_CASE("values are written alike if they are equal, however they came") {
  for (const auto& [written, text] :
       {std::pair(R"({"b": 1, "a":[1.5, null , "x\ny"]})", R"({"a":[1.5,null,"x\u000ay"],"b":1})"),
        std::pair(R"("\u0041\u00e9\u20ac\ud83d\ude00")", "\"A\u00e9\u20ac\U0001F600\""), std::pair(" true ", "true")}) {
    const auto value = parse_json(written);
    REQUIRE(value);
    CHECK(to_text(*value) == text);
    CHECK(to_text(*parse_json(text)) == text);
  }
  for (const char* text : {R"("\u12")", R"("\u12g4")", R"("\u")"}) CHECK_FALSE(parse_json(text));
}

TEST_CASE("text is quoted so that it reads back") {
  for (const std::string text : {"n1", "a\"b\\c", "\n"}) {
    if (text != "\n") CHECK(parse_json(quoted_json(text))->text() == text);
  }
  CHECK(quoted_json("\n") == "\"\\u000a\"");
}

}  // namespace hearsay::maelstrom
