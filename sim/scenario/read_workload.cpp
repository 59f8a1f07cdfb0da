// `workload`: what clients do and when.
#include <algorithm>
#include <numeric>
#include <span>

#include "sim/scenario/parts.hpp"
#include "sim/scenario/sections.hpp"
#include "sim/scenario/words.hpp"
#include "sim/workload/workload.hpp"

namespace hearsay {
namespace {

WorkloadContext context_of(const Scenario& scenario) {
  WorkloadContext context;
  context.seed = scenario.seeds.front();
  context.nodes.resize(scenario.nodes);
  std::iota(context.nodes.begin(), context.nodes.end(), NodeId{0});
  for (const auto& [name, count] : scenario.platform.placement.zones) {
    context.zones.zone_of_node.insert(context.zones.zone_of_node.end(), count,
                                      static_cast<std::uint32_t>(context.zones.names.size()));
    context.zones.names.push_back(name);
  }
  context.duration_end = Time(scenario.duration);
  return context;
}

// The section's kind; nothing, and a mistake, if it is none.
const WorkloadInfo* read_kind(const Node* section, Reading& reading) {
  const Node* kind = section != nullptr ? section->find("kind") : nullptr;
  if (kind == nullptr) return find_workload(WorkloadEntry{}.kind);
  static const auto known = names_of(workloads());
  const WorkloadInfo* info = kind->is_scalar() ? find_workload(kind->text) : nullptr;
  if (info == nullptr) {
    reading.mistakes.add(kind->place,
                         kind->is_scalar()
                             ? "unknown workload " + backquoted(kind->text) + hint(kind->text, known, "workloads")
                             : "`kind` cannot be " + describe_kind(*kind) + "; write one of: " + joined(known));
  }
  return info;
}

// What says how operations are drawn, which a script leaves no room for.
const std::vector<std::string> drawing{"rate",    "operations", "reads", "start",  "stop",
                                       "arrival", "burst",      "roam",  "clients"};

class WorkloadReader {
 public:
  WorkloadReader(const Node& section, const WorkloadInfo& info, const WorkloadContext& context, Reading& reading)
      : section_(section), info_(info), context_(context), reading_(reading) {}

  // Nothing, and mistakes, if it is wrong.
  std::optional<WorkloadEntry> read() {
    static const std::vector<std::string> apart{"kind", "script"};
    const std::size_t before = reading_.mistakes.count();
    given_ = read_parameters(section_, info_.parameters, "`workload`", reading_.cluster, reading_.mistakes, apart);
    entry_.kind = info_.name;
    entry_.values = given_.values;
    const Node* script = section_.find("script");
    if (script != nullptr) read_script(*script);
    if (!given_.valid || reading_.mistakes.count() != before) return std::nullopt;
    try {
      info_.check(given_.values);
      // Whether the schedule fits the run depends on the cluster and the duration too.
      if (reading_.mistakes.empty()) try_out();
    } catch (const ParameterError& error) {
      given_.blame(error, reading_.mistakes);
    }
    if (reading_.mistakes.count() != before) return std::nullopt;
    return std::move(entry_);
  }

 private:
  struct Placed {
    ScriptStep step;
    Location place;
  };

  void fail(const Location& place, const std::string& message) { reading_.mistakes.add(place, message); }

  void try_out() {
    WorkloadContext context = context_;
    context.script = entry_.script;
    const auto workload = info_.make(given_.values, context);
    for (const Location& place : places_) {
      try {
        workload->next();
      } catch (const ParameterError& error) {
        fail(place, error.what());
      }
    }
  }

  void read_script(const Node& script) {
    for (const auto& name : drawing)
      if (given_.given(name))
        fail(given_.place_of(name), backquoted(name) +
                                        " says how operations are drawn, and a script draws none; leave it out, or "
                                        "make `workload` a list of two");
    if (given_.given("targets") && !given_.given("final_reads"))
      fail(given_.place_of("targets"),
           "a script names the node of each step; `targets` has a meaning with `final_reads` only");
    if (!script.is_list() || script.items.empty()) {
      fail(script.place, "`script` needs a list of steps; write for example `- {at: 10s, node: 0, " +
                             info_.words.front().word + ": true}`");
      return;
    }
    std::vector<Placed> steps;
    for (const Node& item : script.items)
      if (auto step = read_step(item)) steps.push_back({std::move(*step), item.place});
    std::stable_sort(steps.begin(), steps.end(),
                     [](const Placed& a, const Placed& b) { return a.step.at < b.step.at; });
    for (Placed& placed : steps) {
      entry_.script.push_back(std::move(placed.step));
      places_.push_back(placed.place);
    }
  }

  std::optional<ScriptStep> read_step(const Node& item) {
    const auto words = words_of(info_);
    const GivenValues given = read_parameters(item, step_table().parameters(), "a step of the script", reading_.cluster,
                                              reading_.mistakes, words);
    if (!given.valid) return std::nullopt;
    ScriptStep step = step_table().build(given.values);
    if (step.at >= Time(reading_.scenario.duration)) {
      fail(given.place_of("at"), "the run is over by then; `at` is less than the `duration` of " +
                                     to_string(Value(reading_.scenario.duration), ValueType::duration));
      return std::nullopt;
    }
    if (reading_.cluster.nodes && step.node >= *reading_.cluster.nodes) {
      fail(given.place_of("node"), "there is no node " + std::to_string(step.node) + "; the " +
                                       std::to_string(*reading_.cluster.nodes) + " nodes are 0.." +
                                       std::to_string(*reading_.cluster.nodes - 1));
      return std::nullopt;
    }
    return read_word(item, words, step) ? std::optional(step) : std::nullopt;
  }

  bool read_word(const Node& item, const std::vector<std::string>& words, ScriptStep& step) {
    const Entry* found = nullptr;
    for (const Entry& entry : item.entries) {
      if (std::find(words.begin(), words.end(), entry.key) == words.end()) continue;
      if (found != nullptr) {
        fail(entry.place, "the step does two things, " + backquoted(found->key) + " and " + backquoted(entry.key) +
                              "; write a step for each");
        return false;
      }
      found = &entry;
    }
    if (found == nullptr) {
      fail(item.place, "the step does nothing; add one of: " + joined(words));
      return false;
    }
    const ScriptWord& word =
        info_.words[static_cast<std::size_t>(std::find(words.begin(), words.end(), found->key) - words.begin())];
    step.word = word.word;
    step.kind = word.kind;
    return read_argument(found->value, word, step);
  }

  bool read_argument(const Node& value, const ScriptWord& word, ScriptStep& step) {
    const bool plain = value.is_scalar() && value.text == "true" && !value.quoted;
    if (plain) return true;
    std::string right = "write `" + word.word + ": true`";
    if (word.takes == ScriptWord::Takes::amount) right = "write a whole number above 0, such as `" + word.word + ": 5`";
    if (word.takes == ScriptWord::Takes::value) right += " or a value, such as `" + word.word + ": a`";
    const bool number = value.is_scalar() && !value.text.empty() && value.text.size() <= 9 &&
                        value.text.find_first_not_of("0123456789") == std::string::npos && value.text[0] != '0';
    const bool fits = value.is_scalar() && !value.text.empty() &&
                      (word.takes == ScriptWord::Takes::value || (word.takes == ScriptWord::Takes::amount && number));
    if (!fits) {
      fail(value.place, backquoted(word.word) + " cannot be " + describe_kind(value) + "; " + right);
      return false;
    }
    step.argument = value.text;
    return true;
  }

  const Node& section_;
  const WorkloadInfo& info_;
  const WorkloadContext& context_;
  Reading& reading_;
  GivenValues given_;
  WorkloadEntry entry_;
  std::vector<Location> places_;  // of the steps
};

constexpr std::size_t most_workloads = 100;

}  // namespace

void read_workload(Reading& reading) {
  Node empty;
  empty.kind = Node::Kind::map;
  empty.place = reading.root.place;
  const Node* node = reading.root.find("workload");
  const Node& section = node != nullptr ? *node : empty;
  const auto items = section.is_list() ? std::span<const Node>(section.items) : std::span(&section, 1);
  reading.scenario.workloads.clear();
  if (items.empty() || items.size() > most_workloads) {
    reading.mistakes.add(section.place, items.empty() ? "the list of workloads is empty; write a map, or a list of maps"
                                                      : "these are more than " + std::to_string(most_workloads) +
                                                            " workloads; use fewer");
    return;
  }
  WorkloadContext context = context_of(reading.scenario);
  for (const Node& item : items) {
    const WorkloadInfo* info = read_kind(&item, reading);
    if (info == nullptr) continue;
    // Another wrong part does not hide whether protocols serve the kind.
    auto entry = WorkloadReader(item, *info, context, reading).read();
    reading.scenario.workloads.push_back(entry ? std::move(*entry) : WorkloadEntry{info->name, {}, {}});
  }
}

}  // namespace hearsay
