#include "sim/metrics/registers.hpp"

#include <algorithm>

#include "sim/core/compare_and_set.hpp"

namespace hearsay {
namespace {

using Kind = RegisterOperation::Kind;

std::optional<Kind> kind_of(const Operation& operation) {
  if (operation.key.empty()) return std::nullopt;
  if (operation.method == "read") return Kind::read;
  if (operation.method == "write") return Kind::write;
  if (operation.method == "cas") return Kind::compare_and_set;
  if (operation.method == "increment") return Kind::increment;
  return std::nullopt;
}

std::string write_text(WriteId write) { return write == no_write ? "nothing" : "write " + std::to_string(write); }

std::string what_of(const RegisterOperation& operation) {
  switch (operation.kind) {
    case Kind::read: return operation.answered == never ? "read" : "read " + write_text(operation.write);
    case Kind::read_value: return "read the value " + operation.value;
    case Kind::write: return write_text(operation.write) + " of " + operation.value;
    case Kind::compare_and_set:
      return write_text(operation.write) + " of " + operation.value + " in place of " + operation.expected;
    case Kind::increment:
      return write_text(operation.write) + ", an increment" +
             (operation.answered == never ? "" : " of " + write_text(operation.found));
    case Kind::refused: return "found " + write_text(operation.write) + ", not " + operation.expected;
  }
  return "";
}

}  // namespace

void Registers::observe(const Event& event) {
  if (event.kind == EventKind::invoke) invoke(event);
  if (event.kind == EventKind::respond) respond(event);
  if (event.kind == EventKind::finish) finish();
}

void Registers::invoke(const Event& event) {
  const Operation& operation = *event.operation;
  const auto kind = kind_of(operation);
  if (!kind) return;
  RegisterOperation begun;
  begun.kind = *kind;
  begun.write = operation.write;
  begun.value = operation.value;
  if (*kind == Kind::compare_and_set) {
    const auto [expected, desired] = compare_and_set(operation.value);
    begun.expected = expected;
    begun.value = desired;
  }
  begun.invoked = event.at;
  begun.id = operation.id;
  Register& of_key = registers_[operation.key];
  waiting_[operation.id] = {&of_key, of_key.history.size()};
  asked_[operation.id] = {operation.client, event.node};
  of_key.history.push_back(std::move(begun));
}

// A refusal of a compare-and-set that names what it found is an observation; any other refusal did nothing, nor did
// what is known to be undone. What else failed or timed out may have happened.
void Registers::respond(const Event& event) {
  const auto found = waiting_.extract(event.operation->id);
  if (found.empty()) return;
  RegisterOperation& operation = found.mapped().first->history[found.mapped().second];
  const auto outcome = static_cast<Outcome>(event.detail);
  const Response* response = event.response;
  const bool one = response != nullptr && response->seen.size() == 1;
  if (outcome == Outcome::rejected || (response != nullptr && response->undone)) {
    const bool observed = operation.kind == Kind::compare_and_set && one;
    operation.kind = observed ? Kind::refused : Kind::read;
    operation.write = observed ? response->seen.front() : no_write;
    if (observed) operation.answered = event.at;
    return;
  }
  if (outcome != Outcome::ok) return;
  if (operation.kind == Kind::read) {
    if (response == nullptr || response->whole || response->seen.size() > 1) return;
    operation.write = one ? response->seen.front() : no_write;
    if (!response->value.empty()) {
      operation.kind = Kind::read_value;
      operation.value = response->value;
    }
  }
  if (operation.kind == Kind::increment) {
    if (response == nullptr || response->seen.size() > 1) return;
    operation.found = one ? response->seen.front() : no_write;
  }
  operation.answered = event.at;
}

void Registers::finish() {
  for (auto& [key, of_key] : registers_) {
    of_key.answer = check_register(of_key.history, most_steps);
    violations_ += of_key.answer == Linearizable::no ? 1 : 0;
    undecided_ += of_key.answer == Linearizable::unknown ? 1 : 0;
  }
}

std::optional<Registers::Violation> Registers::first_violation() const {
  std::optional<Violation> first;
  const auto end = [](const RegisterHistory& history) {
    Time last{};
    for (const RegisterOperation& operation : history)
      if (operation.answered != never) last = std::max(last, operation.answered);
    return last;
  };
  for (const auto& [key, of_key] : registers_) {
    if (of_key.answer != Linearizable::no) continue;
    RegisterHistory history = shortest_violation(of_key.history, most_steps);
    if (!first || end(history) < end(first->history)) first = {key, std::move(history), {}};
  }
  if (!first) return first;
  for (const RegisterOperation& operation : first->history) {
    const Asked& asked = asked_.at(operation.id);
    first->what[operation.id] =
        "client " + std::to_string(asked.client) + " at node " + std::to_string(asked.node) + ": " + what_of(operation);
  }
  return first;
}

}  // namespace hearsay
