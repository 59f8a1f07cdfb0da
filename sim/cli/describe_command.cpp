// `describe`: what a protocol, workload, fault, topology or CRDT takes and does.
#include <iostream>
#include <nlohmann/json.hpp>

#include "protocols/causal-crdt/crdt/object.hpp"
#include "protocols/registry.hpp"
#include "sim/cli/command.hpp"
#include "sim/cli/lay_out.hpp"
#include "sim/cli/options.hpp"
#include "sim/cli/run_options.hpp"
#include "sim/faults/fault.hpp"
#include "sim/metrics/protocol_metrics.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/in_memory.hpp"
#include "sim/scenario/mistakes.hpp"
#include "sim/scenario/sections.hpp"
#include "sim/scenario/topology.hpp"
#include "sim/scenario/words.hpp"
#include "sim/workload/workload.hpp"

namespace hearsay {
namespace {

namespace po = boost::program_options;
using Json = nlohmann::ordered_json;

std::string type_text(const Parameter& parameter) {
  if (parameter.choices.empty()) return std::string(name_of(parameter.type));
  std::string text;
  for (const auto& choice : parameter.choices) text += (text.empty() ? "" : " | ") + choice;
  return parameter.type == ValueType::text_list ? "list of " + text : text;
}

std::string unit_of(ValueType type) {
  switch (type) {
    case ValueType::duration: return "time";
    case ValueType::rate: return "per second";
    case ValueType::size: return "bytes";
    case ValueType::bandwidth: return "bits/s";
    case ValueType::share: return "%";
    default: return "";
  }
}

bool has_default(const Parameter& parameter) {
  return !parameter.required && !std::holds_alternative<std::monostate>(parameter.default_value);
}

Json to_json(const Parameter& parameter) {
  const auto bound = [](double value) { return value > -1e299 && value < 1e299 ? Json(value) : Json(nullptr); };
  return {
      {"name", parameter.name},
      {"type", name_of(parameter.type)},
      {"unit", unit_of(parameter.type)},
      {"required", parameter.required},
      {"default", has_default(parameter) ? Json(to_string(parameter.default_value, parameter.type)) : Json(nullptr)},
      {"minimum", bound(parameter.minimum)},
      {"maximum", bound(parameter.maximum)},
      {"least_above_zero", parameter.least_above_zero > 0 ? Json(parameter.least_above_zero) : Json(nullptr)},
      {"choices", parameter.choices},
      {"meaning", parameter.meaning},
      {"source", parameter.source}};
}

Json to_json(const std::vector<Parameter>& parameters) {
  Json all = Json::array();
  for (const auto& parameter : parameters) all.push_back(to_json(parameter));
  return all;
}

void print(const std::vector<Parameter>& parameters) {
  for (const auto& parameter : parameters) {
    std::cout << "  " << parameter.name << ": " << type_text(parameter);
    if (const std::string unit = unit_of(parameter.type); !unit.empty()) std::cout << " (" << unit << ")";
    if (parameter.required)
      std::cout << ", required\n";
    else
      std::cout << ", default " << to_string(parameter.default_value, parameter.type) << "\n";
    std::cout << wrapped(parameter.meaning, 6);
    if (!parameter.source.empty()) std::cout << wrapped("source: " + parameter.source, 6);
  }
}

void print_section(const std::string& title, const std::vector<Parameter>& parameters) {
  if (parameters.empty()) return;
  std::cout << "\n" << title << "\n";
  print(parameters);
}

using Settings = std::vector<std::pair<std::string, std::string>>;  // --set PATH=VALUE

// The values of the parameters: defaults, except for what the settings say. Throws ScenarioError.
ParameterValues values_of(const ProtocolInfo& info, const Settings& settings) {
  Mistakes mistakes("");
  Node root = *parse_document("{name: described, nodes: 5, workload: {kind: " + info.workloads.front() +
                                  "}, protocols: [{name: " + info.name + ", params: {}}]}",
                              mistakes);
  Node* params = root.find("protocols")->items.front().find("params");
  for (const auto& [path, text] : settings) {
    const Location place{0, 0, std::make_shared<const std::string>("--set " + path + "=" + text)};
    auto value = parse_snippet(text, place, mistakes);
    if (!path.starts_with("params."))
      mistakes.add(place, "`describe` takes parameters of the protocol; write --set params.NAME=VALUE");
    else if (value)
      params->entries.push_back({path.substr(std::string_view("params.").size()), place, std::move(*value)});
  }
  mistakes.raise_if_any();
  return read_tree(root, "")->protocols.front().params;
}

std::vector<Promise> promises_of(const ProtocolInfo& info, const Settings& settings) {
  if (!info.promises) return {};
  if (!settings.empty()) return info.promises(values_of(info, settings));
  ParameterValues defaults;
  for (const Parameter& parameter : info.parameters)
    if (has_default(parameter)) defaults[parameter.name] = parameter.default_value;
  return info.promises(defaults);
}

std::vector<std::string> hazards_text(const Promise& promise) {
  std::vector<std::string> names;
  for (const Hazard hazard : promise.except) names.emplace_back(name_of(hazard));
  return names;
}

Json to_json(const Promise& promise) {
  const auto time = [](Duration d) { return d == Duration{} ? Json(nullptr) : Json(seconds(d)); };
  return {{"name", promise.name},
          {"field", promise.path},
          {"bound", promise.bound},
          {"meaning", promise.meaning},
          {"given", promise.given},
          {"needs", promise.needs},
          {"except", hazards_text(promise)},
          {"within_s", time(promise.within)},
          {"bridges_s", time(promise.bridges)},
          {"patience_s", time(promise.patience)},
          {"workloads", promise.workloads}};
}

void print(const Promise& promise) {
  std::cout << "  " << promise.name << ": " << promise.path << " " << promise.bound
            << (promise.given ? "" : " (not with these parameters)") << "\n"
            << wrapped(promise.meaning, 6);
  if (!promise.workloads.empty()) std::cout << wrapped("workloads: " + joined(promise.workloads), 6);
  if (!promise.except.empty()) std::cout << wrapped("except: " + joined(hazards_text(promise)), 6);
  if (promise.within != Duration{})
    std::cout << wrapped("within: " + to_string(Value(promise.within), ValueType::duration), 6);
  if (promise.bridges != Duration{})
    std::cout << wrapped("over faults of at most: " + to_string(Value(promise.bridges), ValueType::duration), 6);
  if (promise.patience != Duration{})
    std::cout << wrapped(
        "while packets are held back by at most: " + to_string(Value(promise.patience), ValueType::duration), 6);
  if (!promise.needs.empty()) std::cout << wrapped("takes: " + promise.needs, 6);
}

// What `describe` prints of one thing, in both formats.
struct Description {
  std::string name;
  Json json;
  std::function<void()> print;
};

Description describe(const ProtocolInfo& info, const Settings& settings) {
  Json messages = Json::array(), metrics = Json::array();
  for (const auto& kind : info.messages)
    messages.push_back(
        {{"name", kind.name}, {"transport", kind.transport == Transport::stream ? "stream" : "datagram"}});
  for (const auto& metric : info.metrics)
    metrics.push_back(
        {{"name", metric.name}, {"kind", name_of(metric.kind)}, {"unit", metric.unit}, {"meaning", metric.meaning}});
  const std::vector<Promise> promises = promises_of(info, settings);
  Json promised = Json::array();
  for (const Promise& promise : promises) promised.push_back(to_json(promise));
  Json json{{"kind", "protocol"},
            {"name", info.name},
            {"summary", info.summary},
            {"source", info.source},
            {"acknowledges", info.acknowledges},
            {"plugin", plugin_of(info.name) != nullptr ? Json(plugin_of(info.name)->file) : Json(nullptr)},
            {"workloads", info.workloads},
            {"parameters", to_json(info.parameters)},
            {"promises", promised},
            {"messages", messages},
            {"metrics", metrics}};
  const std::string which = settings.empty() ? "default" : "these";
  return {
      info.name, json, [&info, promises, which] {
        std::cout << info.name << ": " << info.summary << "\n"
                  << (info.source.empty() ? "" : wrapped("source: " + info.source, 2))
                  << wrapped("answers a client: " + info.acknowledges, 2)
                  << wrapped("workloads: " + joined(info.workloads), 2);
        if (const Plugin* plugin = plugin_of(info.name)) std::cout << wrapped("plugin: " + plugin->file, 2);
        if (!promises.empty()) std::cout << "\npromises, with " << which << " parameters\n";
        for (const Promise& promise : promises) print(promise);
        print_section("parameters", info.parameters);
        Rows rows;
        for (const auto& kind : info.messages)
          rows.push_back({"  " + std::string(kind.name), kind.transport == Transport::stream ? "stream" : "datagram"});
        std::cout << "\nmessages\n" << lay_out_list(rows);
        if (info.metrics.empty()) return;
        std::cout << "\nmetrics\n";
        rows.clear();
        for (const auto& metric : info.metrics)
          rows.push_back({"  " + metric.name, std::string(name_of(metric.kind)), metric.unit, metric.meaning});
        std::cout << lay_out_list(rows);
      }};
}

// As a step says them: "increment: 5".
std::vector<std::string> script_forms(const WorkloadInfo& info) {
  std::vector<std::string> forms;
  for (const ScriptWord& word : info.words)
    forms.push_back(word.word + (word.takes == ScriptWord::Takes::amount  ? ": 5"
                                 : word.takes == ScriptWord::Takes::value ? ": VALUE (or true: a new one)"
                                                                          : ": true"));
  return forms;
}

Description describe(const WorkloadInfo& info) {
  std::vector<std::string> served_by;
  for (const auto& protocol : protocols())
    if (std::find(protocol.workloads.begin(), protocol.workloads.end(), info.name) != protocol.workloads.end())
      served_by.push_back(protocol.name);
  Json json{{"kind", "workload"},           {"name", info.name},
            {"summary", info.summary},      {"protocols", served_by},
            {"script", script_forms(info)}, {"parameters", to_json(info.parameters)}};
  return {info.name, json, [&info, served_by] {
            std::cout << info.name << ": " << info.summary << "\n"
                      << wrapped("written: workload: {kind: " + info.name + ", ...}", 2)
                      << wrapped("served by: " + joined(served_by), 2);
            print_section("keys of `workload`", info.parameters);
            std::cout << "\nsteps of `script`, instead of drawn operations\n"
                      << wrapped("each does one of: " + joined(script_forms(info)), 2);
            print_section("keys of every step of `script`", step_table().parameters());
          }};
}

Description describe(const FaultInfo& info) {
  Json json{{"kind", "fault"},
            {"name", info.name},
            {"summary", info.summary},
            {"shorthand", info.shorthand.empty() ? Json(nullptr) : Json(info.shorthand)},
            {"background", info.background},
            {"parameters", to_json(info.parameters)},
            {"timing", to_json(timing_table().parameters())}};
  return {info.name, json, [&info] {
            std::cout << info.name << ": " << info.summary << "\n"
                      << wrapped("written: faults: [{at: 5s, for: 10s, " + info.name + ": {...}}]", 2);
            if (!info.shorthand.empty())
              std::cout << wrapped(
                  "`" + info.name + ": VALUE` is short for `" + info.name + ": {" + info.shorthand + ": VALUE}`", 2);
            if (info.background)
              std::cout << wrapped("also a key of `network`, without times: a background condition of the whole run",
                                   2);
            print_section("keys of `" + info.name + "`", info.parameters);
            print_section("keys of every entry of `faults`", timing_table().parameters());
          }};
}

Description describe(const TopologyInfo& info) {
  Json json{{"kind", "topology"},
            {"name", info.name},
            {"summary", info.summary},
            {"shorthand", info.shorthand.empty() ? Json(nullptr) : Json(info.shorthand)},
            {"parameters", to_json(info.parameters)}};
  return {info.name, json, [&info] {
            std::cout << info.name << ": " << info.summary << "\n";
            if (info.parameters.empty())
              std::cout << wrapped("written: topology: " + info.name, 2);
            else
              std::cout << wrapped(
                  "written: topology: {" + info.name +
                      (info.shorthand.empty() ? ": {...}}"
                                              : ": VALUE}, VALUE being `" + info.shorthand + "`, or with keys"),
                  2);
            print_section("keys", info.parameters);
          }};
}

Description describe(const crdt::TypeInfo& info) {
  Json json{{"kind", "crdt"}, {"name", info.name}, {"summary", info.summary}, {"methods", info.methods}};
  return {std::string(info.name), json, [&info] {
            std::string methods;
            for (const auto method : info.methods) methods += (methods.empty() ? "" : ", ") + std::string(method);
            std::cout << info.name << ": " << info.summary << "\n"
                      << wrapped("written: workload: {kind: crdt, types: [" + std::string(info.name) + "]}", 2)
                      << wrapped("updates: " + methods, 2);
          }};
}

std::vector<Description> descriptions() {
  std::vector<Description> all;
  for (const auto& info : protocols()) all.push_back(describe(info, {}));
  for (const auto& info : workloads()) all.push_back(describe(info));
  for (const auto& info : fault_verbs()) all.push_back(describe(info));
  for (const auto& info : topologies()) all.push_back(describe(info));
  for (const auto& info : crdt::types()) all.push_back(describe(info));
  return all;
}

}  // namespace

Exit describe_command(const Arguments& arguments) {
  refuse_simgrid(arguments, "describe");
  auto options = format_options();
  options.add_options()("set", po::value<std::vector<std::string>>()->composing()->value_name("params.NAME=VALUE"),
                        "what the protocol promises with other parameters; repeatable");
  const auto given = read_words("describe", arguments.words, options, "name");
  if (given.count("help") != 0) {
    std::cout << "usage: " << arguments.launcher << " describe NAME [OPTIONS]\n\n"
              << "Prints the keys of a protocol, workload, fault, topology or CRDT: type, unit, default, meaning and\n"
              << "source; of a protocol also its promises, messages and metrics. `" << arguments.launcher
              << " list` prints the names.\n\n"
              << options;
    return Exit::ok;
  }
  const auto words = texts_of(given, "name");
  const auto all = descriptions();
  if (words.size() != 1)
    throw UsageError("`describe` takes one name, such as `delta-gossip` or `partition`; `list` prints them");
  Settings settings;
  for (const auto& text : texts_of(given, "set")) settings.push_back(read_setting(text));
  for (const auto& each : all) {
    if (each.name != words.front()) continue;
    const ProtocolInfo* protocol = find_protocol(each.name);
    if (!settings.empty() && protocol == nullptr)
      throw UsageError("--set goes with a protocol, whose promises depend on its parameters; " + backquoted(each.name) +
                       " is none");
    const Description one = settings.empty() ? each : describe(*protocol, settings);
    if (format_of(given, {"text", "json"}) == 1)
      std::cout << one.json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
    else
      one.print();
    return Exit::ok;
  }
  throw UsageError("there is nothing named " + backquoted(words.front()) + " to describe" +
                   hint(words.front(), names_of(all), "names"));
}

}  // namespace hearsay
