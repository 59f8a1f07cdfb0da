// Declarations of parameters: defaults come from the struct, values go back into it.
#include "sim/core/parameters.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace hearsay;
using namespace std::chrono_literals;

namespace {

enum class Mode { eager, lazy };

struct Settings {
  std::int64_t fanout = 3;
  double share = 0.1;
  Duration interval = 200ms;
  bool enabled = true;
  Mode mode = Mode::lazy;
  std::optional<Mode> override_mode;
  std::optional<std::uint32_t> limit;
  std::string name = "x";
  std::vector<std::string> chain{"log", "send"};
  Selector nodes;
};

ParameterTable<Settings> table() {
  ParameterTable<Settings> t;
  t.add("fanout", ValueType::integer, &Settings::fanout, at_least_one, "peers a round", "Demers 1987");
  t.add("share", ValueType::share, &Settings::share, {0, 1}, "of nodes");
  t.add("interval", ValueType::duration, &Settings::interval, non_negative, "between rounds");
  t.add("enabled", ValueType::boolean, &Settings::enabled, any_bounds, "on or off");
  t.add_choice("mode", &Settings::mode, {"eager", "lazy"}, "when to send");
  t.add_choice("override_mode", &Settings::override_mode, {"eager", "lazy"}, "instead of mode");
  t.add("limit", ValueType::integer, &Settings::limit, non_negative, "at most");
  t.add("name", ValueType::text, &Settings::name, any_bounds, "a word").required();
  t.add("chain", ValueType::text_list, &Settings::chain, any_bounds, "in order").one_of({"log", "send", "drop"});
  t.add("nodes", ValueType::selector, &Settings::nodes, any_bounds, "whom");
  return t;
}

const Parameter& named(const ParameterTable<Settings>& t, const std::string& name) {
  const auto it =
      std::find_if(t.parameters().begin(), t.parameters().end(), [&](const Parameter& p) { return p.name == name; });
  REQUIRE(it != t.parameters().end());
  return *it;
}

}  // namespace

TEST_CASE("defaults are those of the struct; optional members have none") {
  const auto t = table();
  CHECK(std::get<std::int64_t>(named(t, "fanout").default_value) == 3);
  CHECK(std::get<Duration>(named(t, "interval").default_value) == 200ms);
  CHECK(std::get<std::string>(named(t, "mode").default_value) == "lazy");
  CHECK(std::holds_alternative<std::monostate>(named(t, "limit").default_value));
  CHECK(std::holds_alternative<std::monostate>(named(t, "override_mode").default_value));
  CHECK(named(t, "fanout").minimum == 1);
  CHECK(named(t, "fanout").source == "Demers 1987");
  CHECK(named(t, "mode").choices == std::vector<std::string>{"eager", "lazy"});
}

TEST_CASE("a required parameter has no default, and a list may be limited to words") {
  const auto t = table();
  CHECK(named(t, "name").required);
  CHECK(std::holds_alternative<std::monostate>(named(t, "name").default_value));
  CHECK(named(t, "chain").choices.size() == 3);
  CHECK_FALSE(named(t, "chain").required);
}

TEST_CASE("building without values gives the defaults") {
  const Settings built = table().build({});
  CHECK(built.fanout == 3);
  CHECK(built.mode == Mode::lazy);
  CHECK_FALSE(built.limit);
  CHECK_FALSE(built.override_mode);
  CHECK(built.chain.size() == 2);
}

TEST_CASE("building takes every value that is given and skips absent ones") {
  ParameterValues values;
  values["fanout"] = std::int64_t{7};
  values["share"] = 0.5;
  values["interval"] = Duration(1s);
  values["enabled"] = false;
  values["mode"] = std::string("eager");
  values["override_mode"] = std::string("lazy");
  values["limit"] = std::int64_t{9};
  values["name"] = std::string("y");
  values["chain"] = std::vector<std::string>{"drop"};
  values["nodes"] = Selector::of({4});
  const Settings built = table().build(values);
  CHECK(built.fanout == 7);
  CHECK(built.share == 0.5);
  CHECK(built.interval == 1s);
  CHECK_FALSE(built.enabled);
  CHECK(built.mode == Mode::eager);
  CHECK(built.override_mode == Mode::lazy);
  CHECK(built.limit == 9U);
  CHECK(built.name == "y");
  CHECK(built.chain == std::vector<std::string>{"drop"});
  CHECK(built.nodes == Selector::of({4}));
  CHECK_FALSE(table().build({{"limit", Value{}}}).limit);
}

TEST_CASE("values are written as a scenario writes them") {
  CHECK(to_string(Value(Duration(1500ms)), ValueType::duration) == "1500ms");
  CHECK(to_string(Value(Duration(2s)), ValueType::duration) == "2s");
  CHECK(to_string(Value(Duration{}), ValueType::duration) == "0s");
  CHECK(to_string(Value(Duration(250us)), ValueType::duration) == "250us");
  CHECK(to_string(Value(Duration(7)), ValueType::duration) == "7ns");
  CHECK(to_string(Value(std::int64_t{65536}), ValueType::size) == "64KiB");
  CHECK(to_string(Value(std::int64_t{100}), ValueType::size) == "100B");
  CHECK(to_string(Value(std::int64_t{100}), ValueType::integer) == "100");
  CHECK(to_string(Value(0.1), ValueType::share) == "10%");
  CHECK(to_string(Value(50.0), ValueType::rate) == "50/s");
  CHECK(to_string(Value(125e6), ValueType::bandwidth) == "1Gbps");
  CHECK(to_string(Value(0.5), ValueType::number) == "0.5");
  CHECK(to_string(Value(true), ValueType::boolean) == "true");
  CHECK(to_string(Value(EdgeList{{0, 1}, {1, 2}}), ValueType::edge_list) == "[[0, 1], [1, 2]]");
  CHECK(to_string(Value{}, ValueType::integer) == "-");
}

TEST_CASE("a declaration keeps where a parameter comes from and what a choice may be") {
  ParameterTable<Settings> t;
  t.add("fanout", ValueType::integer, &Settings::fanout, at_least_one, "peers", "Demers 1987");
  t.add_choice("mode", &Settings::mode, {"eager", "lazy"}, "when", "RFC 1");
  t.add_choice("override_mode", &Settings::override_mode, {"eager", "lazy"}, "instead", "RFC 2");
  CHECK(named(t, "fanout").source == "Demers 1987");
  CHECK(named(t, "mode").source == "RFC 1");
  CHECK(named(t, "mode").choices == std::vector<std::string>{"eager", "lazy"});
  CHECK(named(t, "override_mode").source == "RFC 2");
  CHECK(named(t, "override_mode").choices == std::vector<std::string>{"eager", "lazy"});
}
