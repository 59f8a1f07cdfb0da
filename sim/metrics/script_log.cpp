// Keeps the steps of a script and how they were answered.
#include "sim/metrics/script_log.hpp"

namespace hearsay {
namespace {

std::string spelt_out(const Operation& operation) {
  std::string text(operation.method);
  if (text.empty()) text = operation.kind == OperationKind::read ? "read" : "write";
  if (operation.kind == OperationKind::read && text != "get") text = "read";
  for (const std::string* part : {&operation.key, &operation.value})
    if (!part->empty()) text += " " + *part;
  return text;
}

}  // namespace

void ScriptLog::observe(const Event& event) {
  const Operation& operation = *event.operation;
  if (operation.script == Operation::unscripted) return;
  if (event.kind == EventKind::invoke) {
    waiting_[operation.id] = records_.size();
    ScriptRecord record;
    record.at = seconds(event.at);
    record.node = event.node;
    record.operation = spelt_out(operation);
    records_.push_back(std::move(record));
    return;
  }
  ScriptRecord& record = records_[waiting_.at(operation.id)];
  record.outcome = static_cast<Outcome>(event.detail);
  if (*record.outcome == Outcome::timed_out) return;
  record.answered_s = seconds(event.at) - record.at;
  if (*record.outcome == Outcome::ok && operation.kind == OperationKind::read)
    record.found = event.response->seen.size();
}

}  // namespace hearsay
