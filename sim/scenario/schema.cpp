#include "sim/scenario/schema.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "protocols/registry.hpp"
#include "sim/faults/fault.hpp"
#include "sim/metrics/field.hpp"
#include "sim/metrics/protocol_metrics.hpp"
#include "sim/scenario/sections.hpp"
#include "sim/scenario/topology.hpp"
#include "sim/scenario/values.hpp"
#include "sim/scenario/words.hpp"
#include "sim/workload/workload.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

Json reference(const std::string& name) { return {{"$ref", "#/$defs/" + name}}; }

Json pattern(const std::string& expression) { return {{"type", "string"}, {"pattern", expression}}; }

Json closed_object(Json properties, const Json& required = Json::array()) {
  Json object{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!required.empty()) object["required"] = required;
  return object;
}

// --- `expect`: the fields of the result, so that editors complete their names

Json bounds_schema(const Json& bound) {
  Json bounds = closed_object({{"min", bound}, {"max", bound}});
  bounds["minProperties"] = 1;
  return bounds;
}

Json expected(FieldKind kind, bool nullable, const std::string& description) {
  Json forms = Json::array();
  const Json number{{"type", "number"}};
  switch (kind) {
    case FieldKind::flag: forms.push_back({{"type", "boolean"}}); break;
    case FieldKind::count: forms = {{{"type", "integer"}, {"minimum", 0}}, bounds_schema(number)}; break;
    case FieldKind::number: forms = {{{"type", "number"}, {"minimum", 0}}, bounds_schema(number)}; break;
    case FieldKind::share: forms = {reference("share"), bounds_schema(reference("share"))}; break;
    case FieldKind::text: forms.push_back(reference("scalar")); break;
    default: forms = {reference("scalar"), bounds_schema(reference("share"))}; break;
  }
  if (nullable) forms.push_back({{"type", "null"}});
  return {{"description", description}, {"anyOf", std::move(forms)}};
}

std::string escaped_pattern(const std::string& name) {
  std::string out;
  for (const char c : name) out += c == '.' ? std::string("\\.") : std::string(1, c);
  return out;
}

// Entries of lists, and of maps whose names depend on the protocol, are matched by pattern; what protocols count is
// named.
Json expect_schema() {
  Json properties = Json::object(), patterns = Json::object();
  for (const Field& field : result_fields()) {
    if (field.role == FieldRole::verdict) continue;
    if (field.single()) properties[field.name] = expected(field.kind, field.nullable, field.meaning);
    const std::string inside =
        "^" + escaped_pattern(field.name) + (field.kind == FieldKind::list ? "\\.[0-9]+\\." : "\\..+\\.");
    for (const Field& part : field.parts)
      if (part.single()) patterns[inside + part.name + "$"] = expected(part.kind, part.nullable, part.meaning);
  }
  for (const ProtocolInfo& protocol : protocols())
    for (const ProtocolMetric& metric : protocol.metrics)
      for (const std::string& name : field_names(metric))
        properties["protocol_metrics." + name] = expected(FieldKind::number, true, metric.meaning);
  for (const char* map : {"params", "case"})
    patterns["^" + std::string(map) + "\\..+$"] = expected(FieldKind::setting, true, find_field(map)->meaning);
  Json object = closed_object(std::move(properties));
  object["description"] = "fields of the result, dotted, to a value or to bounds";
  object["patternProperties"] = std::move(patterns);
  return object;
}

bool bounded(double bound) { return bound > -1e299 && bound < 1e299; }

Json list_of(Json items) { return {{"type", "array"}, {"items", std::move(items)}}; }

// One of these words. Readers of YAML 1.1 (PyYAML, so most validators) make truth values of some that YAML 1.2 and
// Hearsay take as they are written: `off` becomes false.
Json words_schema(const std::vector<std::string>& words) {
  Json all = words;
  const auto has = [&](std::initializer_list<const char*> truths) {
    return std::any_of(truths.begin(), truths.end(),
                       [&](const char* truth) { return std::find(words.begin(), words.end(), truth) != words.end(); });
  };
  if (has({"off", "no", "n"})) all.push_back(false);
  if (has({"on", "yes", "y"})) all.push_back(true);
  return {{"enum", std::move(all)}};
}

Json type_schema(const Parameter& parameter) {
  switch (parameter.type) {
    case ValueType::boolean: return {{"type", "boolean"}};
    case ValueType::integer:
    case ValueType::number: {
      Json schema{{"type", parameter.type == ValueType::integer ? "integer" : "number"}};
      if (bounded(parameter.minimum)) schema["minimum"] = parameter.minimum;
      if (bounded(parameter.maximum)) schema["maximum"] = parameter.maximum;
      return schema;
    }
    case ValueType::share: return reference("share");
    case ValueType::duration: return reference("duration");
    case ValueType::rate: return reference("rate");
    case ValueType::size: return reference("size");
    case ValueType::bandwidth: return reference("bandwidth");
    case ValueType::text:
    case ValueType::path: return reference("scalar");
    case ValueType::choice: return words_schema(parameter.choices);
    case ValueType::text_list:
      return list_of(parameter.choices.empty() ? reference("scalar") : words_schema(parameter.choices));
    case ValueType::selector: return reference("selector");
    case ValueType::selector_list: return list_of(reference("selector"));
    case ValueType::edge_list: {
      Json pair = list_of({{"type", "integer"}, {"minimum", 0}});
      pair["minItems"] = pair["maxItems"] = 2;
      return list_of(std::move(pair));
    }
    case ValueType::distribution: return reference("distribution");
  }
  return {};
}

// The default as a scenario would hold it.
Json default_of(const Parameter& parameter) {
  const Value& value = parameter.default_value;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* integer = std::get_if<std::int64_t>(&value);
      integer != nullptr && parameter.type == ValueType::integer)
    return *integer;
  if (const auto* number = std::get_if<double>(&value); number != nullptr && parameter.type == ValueType::number)
    return *number;
  if (const auto* words = std::get_if<std::vector<std::string>>(&value)) return *words;
  return to_string(value, parameter.type);
}

Json parameter_schema(const Parameter& parameter) {
  Json schema = type_schema(parameter);
  schema["description"] =
      parameter.source.empty() ? parameter.meaning : parameter.meaning + " (" + parameter.source + ")";
  if (!std::holds_alternative<std::monostate>(parameter.default_value)) schema["default"] = default_of(parameter);
  return schema;
}

// Puts a parameter at its dotted name into an object's schema.
void insert(Json& object, const Parameter& parameter) {
  Json* level = &object;
  std::string rest = parameter.name;
  const auto require = [&](const std::string& key) {
    if (!parameter.required) return;
    Json& required = (*level)["required"];
    if (std::find(required.begin(), required.end(), key) == required.end()) required.push_back(key);
  };
  for (auto dot = rest.find('.'); dot != std::string::npos; dot = rest.find('.')) {
    const std::string key = rest.substr(0, dot);
    require(key);
    Json& properties = (*level)["properties"];
    if (!properties.contains(key)) properties[key] = closed_object(Json::object());
    level = &properties[key];
    rest = rest.substr(dot + 1);
  }
  require(rest);
  (*level)["properties"][rest] = parameter_schema(parameter);
}

Json object_schema(std::span<const Parameter> parameters, const std::string& description = {}) {
  Json object = closed_object(Json::object());
  if (!description.empty()) object["description"] = description;
  for (const auto& parameter : parameters) insert(object, parameter);
  return object;
}

// The shapes that types of values share.
Json definitions() {
  const std::string number = "[0-9]+(\\.[0-9]+)?";
  Json defs;
  defs["duration"] = {{"description", "250us, 5ms, 1.5s, 2m; 0 needs no unit"},
                      {"anyOf", {pattern("^-?" + number + "(ns|us|ms|s|m|h)$"), {{"const", 0}}}}};
  defs["rate"] = {{"description", "50/s, 30/m"}, {"anyOf", {pattern("^" + number + "/(s|m)$"), {{"const", 0}}}}};
  defs["size"] = {{"description", "100B, 64KiB, 1MB"},
                  {"anyOf", {pattern("^" + number + "(B|kB|KB|MB|GB|KiB|MiB|GiB)$"), {{"const", 0}}}}};
  defs["bandwidth"] = {{"description", "100Mbps, 1Gbps"},
                       {"anyOf", {pattern("^" + number + "(bps|kbps|Mbps|Gbps)$"), {{"const", 0}}}}};
  defs["share"] = {{"description", "10% or 0.1"}, {"anyOf", {pattern("^-?" + number + "%$"), {{"type", "number"}}}}};
  defs["scalar"] = {{"type", {"string", "number", "boolean"}}};
  defs["nodeIds"] = {{"description", "a node or a range of nodes: 7, 5..9"},
                     {"anyOf", {{{"type", "integer"}, {"minimum", 0}}, pattern("^[0-9]+(\\.\\.[0-9]+)?$")}}};
  Json forms = Json::array();
  forms.push_back({{"const", "all"}});
  forms.push_back(reference("nodeIds"));
  forms.push_back({{"type", "array"}, {"items", reference("nodeIds")}, {"minItems", 1}});
  forms.push_back(closed_object(
      {{"random", {{"anyOf", {{{"type", "number"}, {"exclusiveMinimum", 0}}, pattern("^" + number + "%$")}}}}},
      {"random"}));
  forms.push_back(closed_object({{"zone", {{"type", "string"}}}}, {"zone"}));
  forms.push_back(closed_object({{"not", reference("selector")}}, {"not"}));
  defs["selector"] = {{"description", "which nodes"}, {"anyOf", std::move(forms)}};
  Json laws = Json::array({reference("duration")});
  for (const auto& law : laws_of_time())
    laws.push_back(closed_object({{law.name, object_schema(law.parameters, law.meaning)}}, {law.name}));
  laws.push_back(closed_object({{"list", list_of(reference("duration"))}}, {"list"}));
  defs["distribution"] = {{"description", "a length of time: fixed, drawn from a law, or one of a list"},
                          {"anyOf", std::move(laws)}};
  defs["expect"] = expect_schema();
  return defs;
}

// An object, or the value of its parameter `shorthand` alone.
Json shorthand_schema(std::span<const Parameter> parameters, const std::string& shorthand,
                      const std::string& description) {
  Json object = object_schema(parameters);
  for (const auto& parameter : parameters)
    if (parameter.name == shorthand)
      return {{"description", description}, {"anyOf", {type_schema(parameter), std::move(object)}}};
  object["description"] = description;
  return object;
}

Json platform_schema() {
  Json zones{{"type", "object"}, {"minProperties", 1}, {"additionalProperties", parameter_schema(zone_parameter())}};
  Json hosts = list_of({{"type", "string"}, {"description", "a host, or a pattern with * and ?"}});
  hosts["minItems"] = 1;
  Json placement{{"description", "how nodes are placed on the platform's hosts"},
                 {"default", "round-robin"},
                 {"anyOf",
                  {{{"enum", {"round-robin", "packed"}}},
                   closed_object({{"zones", zones}}, {"zones"}),
                   closed_object({{"hosts", hosts}}, {"hosts"})}}};
  Json platform = object_schema(file_table().parameters());
  platform["properties"]["file"].erase("default");
  platform["properties"]["star"] = object_schema(
      star_table().parameters(), "generated: every node on a link of its own; without `platform` it is this one");
  platform["properties"]["uniform"] =
      object_schema(uniform_table().parameters(), "generated: a latency for each ordered pair, drawn from the seed");
  platform["properties"]["placement"] = std::move(placement);
  return platform;
}

Json topology_schema() {
  Json plain = Json::array(), forms = Json::array();
  for (const auto& info : topologies()) {
    const bool needs =
        std::any_of(info.parameters.begin(), info.parameters.end(), [](const Parameter& p) { return p.required; });
    if (!needs) plain.push_back(info.name);
    forms.push_back(
        closed_object({{info.name, shorthand_schema(info.parameters, info.shorthand, info.summary)}}, {info.name}));
  }
  forms.insert(forms.begin(), Json{{"enum", plain}});
  return {{"default", "full"}, {"anyOf", std::move(forms)}};
}

Json network_schema() {
  Json network = object_schema(network_table().parameters());
  Json latency = Json::array({type_schema(constant_latency())});
  for (const auto& form : delay_forms())
    latency.push_back(closed_object({{form.name, object_schema(form.parameters, form.meaning)}}, {form.name}));
  network["properties"]["latency"] = {{"description", "replaces the platform's latency"},
                                      {"anyOf", std::move(latency)}};
  network["properties"]["stream"] = object_schema(stream_table().parameters(), "stream connections, as TCP has them");
  for (const auto& verb : fault_verbs())
    if (verb.background)
      network["properties"][verb.name] = shorthand_schema(verb.parameters, verb.shorthand, verb.summary);
  return network;
}

Json protocols_schema() {
  Json entries = Json::array();
  entries.push_back({{"description", "a protocol with its default parameters"}, {"enum", names_of(protocols())}});
  for (const auto& info : protocols()) {
    Json entry = object_schema(entry_table().parameters(), info.summary);
    entry["properties"]["name"] = {{"const", info.name}};
    entry["properties"]["label"].erase("default");
    entry["properties"]["params"] = object_schema(info.parameters);
    entry["properties"]["expect"] = reference("expect");
    entries.push_back(std::move(entry));
  }
  return {{"type", "array"}, {"minItems", 1}, {"items", {{"anyOf", std::move(entries)}}}};
}

Json script_schema(const WorkloadInfo& info) {
  Json step = object_schema(step_table().parameters());
  Json one_word = Json::array();
  for (const ScriptWord& word : info.words) {
    Json forms = Json::array({Json{{"const", true}}});
    if (word.takes == ScriptWord::Takes::amount) forms.push_back({{"type", "integer"}, {"minimum", 1}});
    if (word.takes == ScriptWord::Takes::value) forms.push_back({{"type", {"string", "number"}}});
    step["properties"][word.word] = {{"anyOf", std::move(forms)}};
    one_word.push_back({{"required", {word.word}}});
  }
  step["oneOf"] = std::move(one_word);
  Json script = list_of(std::move(step));
  script["minItems"] = 1;
  script["description"] = "the operations one by one, instead of drawn ones";
  return script;
}

Json workload_schema() {
  const std::string usual = WorkloadEntry{}.kind;
  Json kinds = Json::array();
  for (const auto& info : workloads()) {
    Json kind = object_schema(info.parameters, info.summary);
    kind["properties"]["kind"] = {{"const", info.name}};
    if (info.name != usual) kind["required"].push_back("kind");
    kind["properties"]["script"] = script_schema(info);
    kinds.push_back(std::move(kind));
  }
  return {{"anyOf", std::move(kinds)}};
}

Json workloads_schema() {
  Json list = list_of(reference("workload"));
  list["minItems"] = 1;
  list["description"] = "several: phases, or side by side";
  return {{"anyOf", {reference("workload"), std::move(list)}}};
}

Json faults_schema() {
  Json entry = object_schema(timing_table().parameters());
  Json one_verb = Json::array();
  for (const auto& verb : fault_verbs()) {
    entry["properties"][verb.name] = shorthand_schema(verb.parameters, verb.shorthand, verb.summary);
    one_verb.push_back({{"required", {verb.name}}});
  }
  entry["oneOf"] = std::move(one_verb);
  return list_of(std::move(entry));
}

Json engine_schema() {
  Json engine = object_schema(engine_table().parameters());
  Json& latency = engine["properties"]["sync_latency"];
  Json form{{"$ref", latency["$ref"]}};
  latency.erase("$ref");
  latency["anyOf"] = {form, list_of(object_schema(sync_latency_table().parameters()))};
  return engine;
}

Json seeds_schema() {
  const Json range{{"anyOf", {{{"type", "integer"}, {"minimum", 0}}, pattern("^[0-9]+(\\.\\.[0-9]+)?$")}}};
  Json list = list_of(range);
  list["minItems"] = 1;
  return {{"anyOf", {range, std::move(list)}}};
}

Json section_schema(const std::string& name) {
  if (name == "seed") return type_schema(seed_parameter());
  if (name == "seeds") return seeds_schema();
  if (name == "platform") return platform_schema();
  if (name == "topology") return topology_schema();
  if (name == "network") return network_schema();
  if (name == "engine") return engine_schema();
  if (name == "plugins") return list_of({{"type", "string"}});
  if (name == "protocols") return protocols_schema();
  if (name == "workload") return workloads_schema();
  if (name == "faults") return faults_schema();
  if (name == "expect") return reference("expect");
  if (name == "hunt") return object_schema(hunt_table().parameters());
  return {{"type", "object"}, {"additionalProperties", {{"type", "array"}, {"minItems", 1}}}};  // matrix
}

}  // namespace

std::string scenario_schema() {
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "Hearsay scenario"}};
  Json root = object_schema(root_table().parameters());
  root["properties"]["name"] = {{"type", "string"},
                                {"pattern", "^[A-Za-z0-9-]{1,100}$"},
                                {"description", root["properties"]["name"]["description"]}};
  for (const auto& section : section_meanings()) {
    Json described{{"description", section.meaning}};
    described.update(section_schema(section.name));
    root["properties"][section.name] = std::move(described);
  }
  root["required"].push_back("protocols");
  root["not"] = {{"required", {"seed", "seeds"}}};
  schema.update(root);
  schema["$defs"] = definitions();
  schema["$defs"]["workload"] = workload_schema();
  return schema.dump(2);
}

}  // namespace hearsay
