// The declarations of `faults` and `script`: lists with one entry per firing, and per step.
#include "sim/metrics/field_builder.hpp"

namespace hearsay {
namespace {

ResultValue fault_records(const std::vector<FaultRecord>& records) {
  ResultValue::List list;
  for (const FaultRecord& record : records) {
    ResultValue::List nodes(record.nodes.begin(), record.nodes.end());
    ResultValue::Map entry{{"verb", record.verb},
                           {"at", record.at},
                           {"until", record.until},
                           {"nodes", std::move(nodes)},
                           {"text", record.text}};
    for (std::size_t i = 0; i < fault_effects; ++i)
      entry.emplace_back(std::string(name_of(static_cast<FaultEffect>(i))), record.effects[i]);
    list.emplace_back(std::move(entry));
  }
  return list;
}

std::vector<Field> fault_parts() {
  FieldBuilder f;
  f.role(FieldRole::measured)
      .text("verb", by_owner, "the fault's verb")
      .number("at", "s", by_owner, "when it began")
      .number("until", "s", by_owner, "when it ended; null if it lasted to the end of the run")
      .nullable()
      .add("nodes", FieldKind::numbers, "", by_owner, "the nodes that it chose")
      .text("text", by_owner, "what it chose, spelt out");
  for (std::size_t i = 0; i < fault_effects; ++i) {
    const std::string effect(name_of(static_cast<FaultEffect>(i)));
    f.count(effect, by_owner,
            (effect == "stopped"  ? "nodes stopped"
             : effect == "slowed" ? "pieces of work, and syncs of a disk, that took longer"
                                  : "messages " + effect));
  }
  return f.take();
}

ResultValue script_records(const std::vector<ScriptRecord>& records) {
  ResultValue::List list;
  for (const ScriptRecord& record : records) {
    ResultValue outcome, found;
    if (record.outcome) outcome = std::string(name_of(*record.outcome));
    if (record.found) found = *record.found;
    list.emplace_back(ResultValue::Map{{"at", record.at},
                                       {"node", std::uint64_t{record.node}},
                                       {"operation", record.operation},
                                       {"outcome", std::move(outcome)},
                                       {"answered_s", record.answered_s},
                                       {"found", std::move(found)}});
  }
  return list;
}

std::vector<Field> script_parts() {
  FieldBuilder f;
  f.role(FieldRole::measured)
      .number("at", "s", by_owner, "when the client asked")
      .count("node", by_owner, "the node that it asked")
      .text("operation", by_owner, "what it asked for: the word, the key, the value")
      .text("outcome", by_owner, "ok, failed, rejected or timed_out; null if the run ended before")
      .nullable()
      .number("answered_s", "s", by_owner, "from the question to the answer; null if there was none")
      .nullable()
      .count("found", by_owner, "of a read: how many writes make up what it saw")
      .nullable();
  return f.take();
}

}  // namespace

void declare_lists(FieldBuilder& f) {
  f.add("faults", FieldKind::list, "", member(&RunResult::faults, fault_records), "one entry per firing of a fault")
      .parts(fault_parts())
      .add("script", FieldKind::list, "", member(&RunResult::script, script_records),
           "one entry per step of the workload's script")
      .parts(script_parts());
}

}  // namespace hearsay
