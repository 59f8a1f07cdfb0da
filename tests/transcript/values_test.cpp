// The words of a transcript's `boot` line: values of parameters, edges and durations.
#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "sim/transcript/script.hpp"

namespace hearsay::bench {
namespace {

using namespace std::chrono_literals;

ProtocolInfo declared() {
  ProtocolInfo info;
  const auto declare = [&info](const std::string& name, ValueType type, Value value, double least, double most,
                               std::vector<std::string> choices = {}) {
    Parameter parameter;
    parameter.name = name;
    parameter.type = type;
    parameter.default_value = std::move(value);
    parameter.minimum = least;
    parameter.maximum = most;
    parameter.choices = std::move(choices);
    info.parameters.push_back(parameter);
  };
  declare("wait", ValueType::duration, Duration(1s), 0.5, 120);
  declare("count", ValueType::integer, std::int64_t{3}, 1, 10);
  declare("space", ValueType::size, std::int64_t{64}, 0, 4e9);
  declare("share", ValueType::share, 0.25, 0, 1);
  declare("line", ValueType::bandwidth, 1e6, 0, 1e12);
  declare("way", ValueType::choice, std::string("near"), 0, 0, {"near", "far"});
  declare("label", ValueType::text, std::string("x"), 0, 0);
  declare("ways", ValueType::text_list, std::vector<std::string>{}, 0, 0, {"near", "far"});
  declare("on", ValueType::boolean, false, 0, 0);
  declare("where", ValueType::selector, Selector{}, 0, 10);
  return info;
}

Value value_of(const std::string& word) {
  return parse_parameters(declared(), {word}).at(word.substr(0, word.find('=')));
}

std::string refused(const std::string& word) {
  try {
    parse_parameters(declared(), {word});
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a parameter that is not named has its default") {
  const auto values = parse_parameters(declared(), {"count=7"});
  CHECK(values.at("wait") == Value(Duration(1s)));
  CHECK(values.at("count") == Value(std::int64_t{7}));
  CHECK(values.at("on") == Value(false));
}

TEST_CASE("values are read in the unit that they name") {
  CHECK(value_of("wait=500ms") == Value(Duration(500ms)));
  CHECK(value_of("wait=2m") == Value(Duration(120s)));
  CHECK(value_of("wait=0.5") == Value(Duration(500ms)));
  CHECK(value_of("space=0") == Value(std::int64_t{0}));
  CHECK(value_of("space=7B") == Value(std::int64_t{7}));
  CHECK(value_of("space=2KiB") == Value(std::int64_t{2048}));
  CHECK(value_of("space=3MiB") == Value(std::int64_t{3 * 1024 * 1024}));
  CHECK(std::get<double>(value_of("share=50%")) == Approx(0.5));
  CHECK(std::get<double>(value_of("line=8kbps")) == Approx(1000));
  CHECK(std::get<double>(value_of("line=8Mbps")) == Approx(1e6));
  CHECK(std::get<double>(value_of("line=8Gbps")) == Approx(1e9));
  CHECK(value_of("way=far") == Value(std::string("far")));
  CHECK(value_of("label=any=thing") == Value(std::string("any=thing")));
  CHECK(value_of("on=true") == Value(true));
  CHECK(value_of("ways=[]") == Value(std::vector<std::string>{}));
  CHECK(value_of("ways=[far]") == Value(std::vector<std::string>{"far"}));
  CHECK(value_of("ways=[near,far,near]") == Value(std::vector<std::string>{"near", "far", "near"}));
  CHECK(parse_duration("250us") == 250us);
  CHECK(parse_duration("40ns") == 40ns);
  CHECK(parse_duration("3s") == 3s);
}

TEST_CASE("bounds belong to what is allowed") {
  CHECK(value_of("count=1") == Value(std::int64_t{1}));
  CHECK(value_of("count=10") == Value(std::int64_t{10}));
  CHECK(refused("count=0") == "count is out of bounds: 0");
  CHECK(refused("count=11") == "count is out of bounds: 11");
  CHECK(refused("wait=121s") == "wait is out of bounds: 121s");
}

TEST_CASE("a word that makes no value is refused with what is wrong") {
  CHECK(refused("pace=3") == "no such parameter: pace=3");
  CHECK(refused("count") == "no such parameter: count");
  CHECK(refused("count=many") == "not a number: many");
  CHECK(refused("count=") == "not a number: ");
  CHECK(refused("wait=3weeks") == "no such unit: 3weeks");
  CHECK(refused("on=yes") == "neither true nor false: yes");
  CHECK(refused("on=") == "neither true nor false: ");
  CHECK(refused("way=up") == "way cannot be up");
  CHECK(refused("ways=[near,up]") == "ways cannot be up");
  for (const std::string list : {"", "[", "near", "[near", "near]"})
    CHECK(refused("ways=" + list) == "not a list: " + list);
  CHECK(refused("where=3") == "a script cannot write a parameter like where");
}

TEST_CASE("edges are pairs of nodes") {
  CHECK(parse_edges("[0-1,12-3]") == EdgeList{{0, 1}, {12, 3}});
  CHECK(parse_edges("[]").empty());
  CHECK_THROWS_WITH(parse_edges("[0-1,2]"), "not an edge: 2");
  CHECK_THROWS_WITH(parse_edges("0-1"), "not a list: 0-1");
}

}  // namespace hearsay::bench
