// `protocols`: who runs, with which parameters.
#include <algorithm>
#include <set>

#include "protocols/registry.hpp"
#include "sim/core/text.hpp"
#include "sim/scenario/field_names.hpp"
#include "sim/scenario/parts.hpp"
#include "sim/scenario/sections.hpp"
#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

constexpr std::size_t most_protocols = 1'000;

// The entry's expectations before the scenario's: equal paths are replaced.
std::vector<Expectation> merged(const std::vector<Expectation>& common, std::vector<Expectation> own) {
  std::vector<Expectation> all;
  for (const auto& expectation : common) {
    const bool replaced =
        std::any_of(own.begin(), own.end(), [&](const auto& o) { return o.path == expectation.path; });
    if (!replaced) all.push_back(expectation);
  }
  all.insert(all.end(), own.begin(), own.end());
  return all;
}

MapNames names_of_case(const Scenario& scenario) {
  MapNames names;
  for (const auto& [path, value] : scenario.case_values) names["case"].push_back(path);
  return names;
}

// What the scenario's own `expect` may speak of: whatever one of its protocols has.
MapNames names_of_all(const Node* entries, const Scenario& scenario) {
  MapNames names = names_of_case(scenario);
  if (entries == nullptr) return names;
  for (const Node& item : entries->items) {
    const Node* name = item.is_map() ? item.find("name") : &item;
    const ProtocolInfo* info = name != nullptr ? find_protocol(name->text) : nullptr;
    if (info != nullptr) add_names(*info, names);
  }
  return names;
}

class EntryReader {
 public:
  EntryReader(const Node& node, const std::vector<Expectation>& common, Reading& reading)
      : node_(node), common_(common), reading_(reading) {}

  // Nothing, and mistakes, if the entry is wrong.
  std::optional<ProtocolEntry> read() {
    const std::size_t before = reading_.mistakes.count();
    if (!read_names()) return std::nullopt;
    const ProtocolInfo* info = find_protocol(entry_.name);
    if (info == nullptr || !visible(entry_.name)) {
      fail_unknown();
      return std::nullopt;
    }
    const auto& served = info->workloads;
    for (const WorkloadEntry& workload : reading_.scenario.workloads)
      if (std::find(served.begin(), served.end(), workload.kind) == served.end())
        fail(name_place_, "protocol " + backquoted(entry_.name) + " does not serve the workload " +
                              backquoted(workload.kind) + "; it serves: " + joined(served));
    read_params(*info);
    const Node* expect = node_.is_map() ? node_.find("expect") : nullptr;
    MapNames names = names_of_case(reading_.scenario);
    add_names(*info, names);
    entry_.expect = expect != nullptr ? merged(common_, read_expectations(*expect, names, reading_.mistakes)) : common_;
    entry_.place = name_place_.place();
    if (reading_.mistakes.count() != before) return std::nullopt;
    return std::move(entry_);
  }

  const Location& label_place() const { return label_place_; }

 private:
  void fail(const Location& place, const std::string& message) { reading_.mistakes.add(place, message); }

  bool lists(const std::string& file) const {
    const auto& plugins = reading_.scenario.plugins;
    return std::find(plugins.begin(), plugins.end(), file) != plugins.end();
  }

  // A scenario gives the same runs whatever others of the command bring along.
  bool visible(const std::string& protocol) const {
    const Plugin* plugin = plugin_of(protocol);
    return plugin == nullptr || plugin->everywhere || lists(plugin->file);
  }

  void fail_unknown() {
    if (lists("")) return;  // perhaps a plugin has it that could not be loaded, which is a mistake of its own
    std::vector<std::string> known;
    for (const ProtocolInfo& info : protocols())
      if (visible(info.name)) known.push_back(info.name);
    fail(name_place_, "unknown protocol " + backquoted(entry_.name) + hint(entry_.name, known, "protocols"));
  }

  bool read_names() {
    name_place_ = label_place_ = node_.place;
    if (node_.is_scalar()) {
      entry_.name = entry_.label = node_.text;
      return true;
    }
    static const std::vector<std::string> others{"params", "expect"};
    const GivenValues given = read_parameters(node_, entry_table().parameters(), "the protocol's entry",
                                              reading_.cluster, reading_.mistakes, others);
    const EntryNames names = entry_table().build(given.values);
    name_place_ = given.place_of("name");
    label_place_ = given.place_of(given.given("label") ? "label" : "name");
    entry_.name = names.name;
    entry_.label = given.given("label") ? names.label : names.name;
    // Control characters, and marks that reorder the text around them, would reach every table and report.
    const bool plain = printable(entry_.label) == entry_.label;
    if (given.given("label") && (entry_.label.empty() || entry_.label.size() > 100 || !plain))
      fail(label_place_, backquoted(entry_.label) + " is no label; write one line of 1 to 100 visible characters");
    return given.values.contains("name");
  }

  void read_params(const ProtocolInfo& info) {
    const Node* node = node_.is_map() ? node_.find("params") : nullptr;
    GivenValues given;
    if (node != nullptr) {
      given = read_parameters(*node, info.parameters, "the parameters of " + backquoted(info.name), reading_.cluster,
                              reading_.mistakes);
    } else {
      given.values = default_values(info.parameters);
      given.whole = name_place_;
      for (const auto& parameter : info.parameters) {
        if (!parameter.required) continue;
        fail(name_place_, "protocol " + backquoted(info.name) + " needs the parameter " + backquoted(parameter.name) +
                              "; add `params: {" + parameter.name + ": ...}`");
        given.valid = false;
      }
    }
    if (!given.valid) return;
    const ParameterValues written = given.values;
    try {
      for (const WorkloadEntry& workload : reading_.scenario.workloads)
        if (info.adapt && !workload.values.empty()) info.adapt(given.values, workload.kind, workload.values);
      info.configure(given.values);
      if (reading_.scenario.engine.dispatch == Engine::Dispatch::inline_) check_inline(info, given);
    } catch (const ParameterError& error) {
      given.blame(error, reading_.mistakes);
    }
    for (const auto& parameter : info.parameters) {
      const auto it = written.find(parameter.name);
      if (it != written.end() && it->second != parameter.default_value) entry_.given_params.insert(*it);
    }
    entry_.params = std::move(given.values);
  }

  void check_inline(const ProtocolInfo& info, const GivenValues& given) {
    if (!info.processor_time) return;
    for (const std::string& name : info.processor_time(given.values))
      fail(given.place_of(name), backquoted(entry_.label) + " spends processor time by " + backquoted(name) +
                                     ", which `engine.dispatch: inline` does not model; write `" + name +
                                     ": 0s`, or `dispatch: actor`");
  }

  const Node& node_;
  const std::vector<Expectation>& common_;
  Reading& reading_;
  ProtocolEntry entry_;
  Location name_place_, label_place_;
};

}  // namespace

void read_protocols(Reading& reading) {
  const Node* expect = reading.root.find("expect");
  const Node* node = reading.root.find("protocols");
  const MapNames names = names_of_all(node, reading.scenario);
  const std::vector<Expectation> common =
      expect != nullptr ? read_expectations(*expect, names, reading.mistakes) : std::vector<Expectation>{};
  if (node == nullptr || !node->is_list() || node->items.empty() || node->items.size() > most_protocols) {
    const std::string right = "list them by name, such as `protocols: [" + protocols().front().name + "]`";
    if (node == nullptr)
      reading.mistakes.add(reading.root.place, "the scenario lacks `protocols`; " + right);
    else if (node->is_list() && node->items.empty())
      reading.mistakes.add(node->place, "the list of protocols is empty; " + right);
    else if (node->is_list())
      reading.mistakes.add(node->place,
                           "these are more than " + std::to_string(most_protocols) + " protocols; split the scenario");
    else
      reading.mistakes.add(node->place, "`protocols` is " + describe_kind(*node) + "; " + right);
    return;
  }
  std::set<std::string> labels;
  for (const auto& item : node->items) {
    EntryReader reader(item, common, reading);
    auto entry = reader.read();
    if (!entry) continue;
    if (!labels.insert(entry->label).second)
      reading.mistakes.add(reader.label_place(), "the label " + backquoted(entry->label) +
                                                     " is taken by an entry above; give this one a `label` of its own");
    entry->position = static_cast<std::uint32_t>(item.index.value_or(reading.scenario.protocols.size()));
    reading.scenario.protocols.push_back(std::move(*entry));
  }
}

}  // namespace hearsay
