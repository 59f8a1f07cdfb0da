// The JSON Schema says what the declarations say.
#include "sim/scenario/schema.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "protocols/registry.hpp"
#include "sim/faults/fault.hpp"
#include "sim/metrics/field.hpp"
#include "sim/scenario/topology.hpp"
#include "sim/workload/workload.hpp"

using namespace hearsay;
using Json = nlohmann::json;

namespace {

// Every object that lists its properties refuses others.
void check_closed(const Json& schema) {
  if (schema.is_object() && schema.contains("properties") && schema["properties"].is_object()) {
    INFO(schema.dump().substr(0, 300));
    CHECK(schema.contains("additionalProperties"));
  }
  for (const auto& child : schema)
    if (child.is_structured()) check_closed(child);
}

const Json& schema() {
  static const Json parsed = Json::parse(scenario_schema());
  return parsed;
}

}  // namespace

TEST_CASE("the schema is draft 2020-12 and closed everywhere") {
  CHECK(schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema");
  CHECK(schema()["required"] == Json({"name", "protocols"}));
  check_closed(schema());
}

TEST_CASE("every fault verb, workload, topology and protocol is in the schema with its parameters") {
  const Json& properties = schema()["properties"];
  for (const auto& verb : fault_verbs()) {
    CHECK(properties["faults"]["items"]["properties"].contains(verb.name));
    CHECK(properties["network"]["properties"].contains(verb.name) == verb.background);
  }
  CHECK(properties["workload"]["anyOf"].size() == 2);  // one, or a list
  CHECK(schema()["$defs"]["workload"]["anyOf"].size() == workloads().size());
  CHECK(properties["topology"]["anyOf"].size() == topologies().size() + 1);
  const Json& entries = properties["protocols"]["items"]["anyOf"];
  REQUIRE(entries.size() == protocols().size() + 1);
  for (std::size_t i = 0; i < protocols().size(); ++i)
    for (const auto& parameter : protocols()[i].parameters) {
      const std::string key = parameter.name.substr(0, parameter.name.find('.'));
      CHECK(entries[i + 1]["properties"]["params"]["properties"].contains(key));
    }
}

TEST_CASE("defaults and meanings are in the schema") {
  const Json& properties = schema()["properties"];
  CHECK(properties["duration"]["default"] == "60s");
  CHECK(properties["nodes"]["default"] == 5);
  CHECK(properties["nodes"]["maximum"] == 1e6);
  CHECK(properties["network"]["properties"]["fifo"]["default"] == false);
  CHECK(properties["engine"]["properties"]["dispatch"]["enum"] == Json({"actor", "inline"}));
  CHECK(!properties["settle"]["description"].get<std::string>().empty());
}

TEST_CASE("the fields that an expectation may name are in the schema with their types") {
  const Json& expect = schema()["$defs"]["expect"];
  for (const Field& field : result_fields()) {
    INFO(field.name);
    CHECK(expect["properties"].contains(field.name) == (field.single() && field.role != FieldRole::verdict));
  }
  CHECK(expect["properties"]["converged"]["anyOf"] == Json::parse(R"([{"type": "boolean"}, {"type": "null"}])"));
  CHECK(expect["properties"]["convergence_time_s"]["anyOf"].back() == Json::parse(R"({"type": "null"})"));
  CHECK(expect["properties"].contains("protocol_metrics.breaker_openings"));
  CHECK(expect["patternProperties"].contains("^faults\\.[0-9]+\\.stopped$"));
  CHECK(expect["patternProperties"].contains("^messages\\.by_type\\..+\\.sent$"));
  CHECK(expect["additionalProperties"] == false);
}

TEST_CASE("a choice that YAML 1.1 reads as a truth value may be one") {
  const auto words = [](const std::string& protocol, const std::string& parameter) {
    for (const Json& entry : schema()["properties"]["protocols"]["items"]["anyOf"])
      if (entry.contains("properties") && entry["properties"]["name"]["const"] == protocol)
        return entry["properties"]["params"]["properties"][parameter]["enum"];
    return Json();
  };
  CHECK(words("delta-gossip", "rumour") == Json({"off", "feedback", "blind", false}));
  CHECK(words("delta-gossip", "spread").back().is_string());
}

TEST_CASE("a bound that bounds nothing is left out; the others are in the schema") {
  std::size_t bounds = 0;
  const std::function<void(const Json&)> visit = [&](const Json& node) {
    for (const char* bound : {"minimum", "maximum"})
      if (node.is_object() && node.contains(bound) && node[bound].is_number()) {
        ++bounds;
        CHECK(std::abs(node[bound].get<double>()) < 1e100);
      }
    for (const Json& inner : node)
      if (inner.is_structured()) visit(inner);
  };
  visit(schema());
  CHECK(bounds > 50);
}

TEST_CASE("a list of nodes or seeds has one item at least, and so have protocols") {
  for (const Json& form : schema()["$defs"]["selector"]["anyOf"])
    if (form.contains("items")) CHECK(form["minItems"] == 1);
  CHECK(schema()["properties"]["seeds"]["anyOf"][1]["minItems"] == 1);
  CHECK(schema()["properties"]["protocols"]["minItems"] == 1);
}
