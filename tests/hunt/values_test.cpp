// Random values: all within what the parameter allows, and all of the round ones there.
#include "sim/hunt/values.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>

#include "sim/hunt/tree.hpp"

using namespace hearsay;
using namespace hearsay::hunt;
using namespace std::chrono_literals;

namespace {

using Texts = std::set<std::string>;

Parameter declared(ValueType type, double least = -1e300, double most = 1e300) {
  Parameter parameter;
  parameter.name = "x";
  parameter.type = type;
  parameter.minimum = least;
  parameter.maximum = most;
  return parameter;
}

Texts drawn(const Parameter& parameter, const ValueRange& range = {.nodes = 4, .longest = 2s, .kinds = {"a", "b"}}) {
  RandomStream random(1, "test");
  Texts all;
  for (int i = 0; i < 400; ++i) all.insert(flow_text(random_value(random, parameter, range)));
  return all;
}

}  // namespace

TEST_CASE("Values of each type are the round ones within the bounds") {
  CHECK(drawn(declared(ValueType::boolean)) == Texts{"true", "false"});
  CHECK(drawn(declared(ValueType::integer)) == Texts{"0", "1", "2", "3", "5", "10", "100"});
  CHECK(drawn(declared(ValueType::integer, 2, 7)) == Texts{"2", "3", "5", "7"});
  CHECK(drawn(declared(ValueType::number, 0.4, 2)) == Texts{"0.4", "0.5", "1", "1.5", "2"});
  CHECK(drawn(declared(ValueType::share, 0, 0.3)) == Texts{"1%", "5%", "10%", "20%", "30%"});
  CHECK(drawn(declared(ValueType::rate)) == Texts{"1/s", "5/s", "20/s", "100/s"});
  CHECK(drawn(declared(ValueType::size, 0, 500)) == Texts{"0B", "1B", "64B", "500B"});
  CHECK(drawn(declared(ValueType::bandwidth)).size() == 4);
  Parameter choice = declared(ValueType::choice);
  choice.choices = {"near", "far"};
  CHECK(drawn(choice) == Texts{"near", "far"});
}

TEST_CASE("A value above zero is at least the least one allowed there") {
  Parameter period = declared(ValueType::share, 0, 1);
  period.least_above_zero = 0.15;
  CHECK(drawn(period) == Texts{"15%", "20%", "30%", "50%", "80%", "100%"});
  Parameter count = declared(ValueType::integer);
  count.least_above_zero = 3;
  CHECK(drawn(count) == Texts{"0", "3", "5", "10", "100"});
}

TEST_CASE("Durations are no longer than asked, unless the bounds want it") {
  const Texts usual{"1ms", "5ms", "10ms", "20ms", "50ms", "100ms", "200ms", "500ms", "1s", "2s"};
  CHECK(drawn(declared(ValueType::duration)) == usual);
  CHECK(drawn(declared(ValueType::distribution)) == usual);
  CHECK(drawn(declared(ValueType::duration, 1)) == Texts{"1s", "2s"});
  CHECK(drawn(declared(ValueType::duration, 7)) == Texts{"7s"});
  CHECK(drawn(declared(ValueType::duration), {.nodes = 1, .longest = 50ms, .kinds = {}}) ==
        Texts{"1ms", "5ms", "10ms", "20ms", "50ms"});
}

TEST_CASE("Lists have some of the words, never none; those of `kinds` are the messages") {
  Parameter list = declared(ValueType::text_list);
  list.choices = {"p", "q", "r"};
  CHECK(drawn(list) == Texts{"[p]", "[q]", "[r]", "[p, q]", "[p, r]", "[q, r]", "[p, q, r]"});
  list.name = "kinds";
  CHECK(drawn(list) == Texts{"[a]", "[b]", "[a, b]"});
  list.name = "x";
  list.choices = {};
  CHECK(drawn(list) == Texts{"[]"});
}

TEST_CASE("Groups are two that share no node and leave out none, in order") {
  CHECK(drawn(declared(ValueType::selector_list), {.nodes = 3, .longest = 2s, .kinds = {}}) ==
        Texts{"[[0], [1, 2]]", "[[1], [0, 2]]", "[[2], [0, 1]]", "[[0, 1], [2]]", "[[0, 2], [1]]", "[[1, 2], [0]]"});
  CHECK(drawn(declared(ValueType::selector_list), {.nodes = 1, .longest = 2s, .kinds = {}}) == Texts{"[[0], [0]]"});
}

TEST_CASE("Random nodes are one in most cases, two, all, or any number; in order, each once") {
  RandomStream random(1, "test");
  std::map<std::size_t, int> sizes;
  std::set<NodeId> ids;
  for (int i = 0; i < 1000; ++i) {
    const auto nodes = random_nodes(random, 10);
    ++sizes[nodes.size()];
    for (std::size_t k = 0; k < nodes.size(); ++k) {
      ids.insert(nodes[k]);
      if (k > 0) CHECK(nodes[k - 1] < nodes[k]);
    }
  }
  CHECK(ids.size() == 10);
  CHECK(*ids.rbegin() == 9);
  CHECK(sizes.count(0) == 0);
  CHECK(sizes.size() == 10);
  CHECK(sizes[1] > 550);
  CHECK(sizes[1] < 670);
  CHECK(sizes[2] > 150);
  CHECK(sizes[2] < 260);
  CHECK(sizes[10] > 75);
  CHECK(sizes[10] < 150);
  for (int i = 0; i < 100; ++i) CHECK(random_nodes(random, 1) == std::vector<NodeId>{0});
}

TEST_CASE("A map has what is required, and each of the others with the share") {
  std::vector<Parameter> parameters(3, declared(ValueType::boolean));
  parameters[0].name = "must";
  parameters[0].required = true;
  parameters[1].name = "may.be";
  parameters[2].name = "may.not";
  RandomStream random(1, "test");
  const ValueRange range;
  std::map<std::string, int> counts;
  for (int i = 0; i < 400; ++i) {
    const Node map = random_map(random, parameters, range, 0.25);
    CHECK(map.find("must") != nullptr);
    const Node* may = map.find("may");
    if (may != nullptr && may->find("be") != nullptr) ++counts["be"];
    if (may != nullptr && may->find("not") != nullptr) ++counts["not"];
  }
  for (const auto* name : {"be", "not"}) {
    CHECK(counts[name] > 65);
    CHECK(counts[name] < 135);
  }
  CHECK(random_map(random, parameters, range, 0).entries.size() == 1);
  CHECK(random_map(random, parameters, range, 1).entries.size() == 2);
}

TEST_CASE("Trees are put together and taken apart by key") {
  Node map;
  put_path(map, "a.b.c", word("x"));
  put_path(map, "a.d", number(7));
  put(map, "e", nodes_node({3}));
  put(map, "f", nodes_node({3, 4}));
  put(map, "g", nodes_node({}));
  CHECK(flow_text(map) == "{a: {b: {c: x}, d: 7}, e: 3, f: [3, 4], g: []}");
  put(map, "e", time_node(1500ms));
  take(map, "a");
  take(map, "nothing");
  CHECK(flow_text(map) == "{e: 1500ms, f: [3, 4], g: []}");
  CHECK(at(map, "h").is_null());
  CHECK(map.entries.size() == 4);
}
