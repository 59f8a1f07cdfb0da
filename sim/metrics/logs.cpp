#include "sim/metrics/logs.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace hearsay {
namespace {

std::optional<std::int64_t> whole_number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

void LogReads::observe(const Event& event) {
  if (event.kind == EventKind::finish) return finish();
  const Operation& operation = *event.operation;
  const bool sends = operation.method == "send";
  if (!sends && operation.method != "poll") return;
  const auto message = sends ? whole_number(operation.value) : std::nullopt;
  if (sends && !message) return;
  if (event.kind == EventKind::invoke) {
    if (sends) logs_[operation.key].sent.insert(*message);
    return;
  }
  const auto outcome = static_cast<Outcome>(event.detail);
  if (outcome == Outcome::ok) return respond(operation, *event.response);
  if (sends && (outcome == Outcome::rejected || event.response->undone)) logs_[operation.key].undone.insert(*message);
}

void LogReads::respond(const Operation& operation, const Response& response) {
  if (operation.method == "send") {
    const auto offset = whole_number(response.value);
    if (!offset) return;
    Log& log = logs_[operation.key];
    log.at[*offset].insert(*whole_number(operation.value));
    log.of[*whole_number(operation.value)].insert(*offset);
    return;
  }
  for (const LogPart& part : parse_log(response.value).value_or(LogParts{})) poll(operation.client, part);
}

void LogReads::poll(ClientId client, const LogPart& part) {
  Log& log = logs_[part.key];
  for (const LogMessage& message : part.messages) {
    log.at[message.offset].insert(message.value);
    log.of[message.value].insert(message.offset);
    log.given[client].insert(message.offset);
  }
  const auto ascend = [](const LogMessage& a, const LogMessage& b) { return a.offset >= b.offset; };
  if (std::adjacent_find(part.messages.begin(), part.messages.end(), ascend) != part.messages.end()) ++count_;
}

void LogReads::finish() {
  for (const auto& [key, log] : logs_) {
    for (const auto& [offset, messages] : log.at) count_ += messages.size() > 1 ? 1 : 0;
    for (const auto& [message, offsets] : log.of) {
      count_ += offsets.size() > 1 ? 1 : 0;
      count_ += !log.sent.contains(message) || log.undone.contains(message) ? 1 : 0;
    }
    // A client begins at the first offset, so what is below its last one has been kept from it.
    for (const auto& [client, given] : log.given)
      for (const auto& [offset, messages] : log.at)
        if (offset < *given.rbegin() && !given.contains(offset)) ++count_;
  }
}

}  // namespace hearsay
