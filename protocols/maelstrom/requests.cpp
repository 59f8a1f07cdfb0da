#include "protocols/maelstrom/requests.hpp"

#include <algorithm>
#include <set>

#include "sim/core/compare_and_set.hpp"
#include "sim/core/log_text.hpp"
#include "sim/core/random.hpp"
#include "sim/core/transaction.hpp"

namespace hearsay::maelstrom {
namespace {

// Codes of Maelstrom's errors, doc/protocol.md.
enum ErrorCode : std::int64_t {
  timeout = 0,
  node_not_found = 1,
  not_supported = 10,
  temporarily_unavailable = 11,
  malformed_request = 12,
  crash = 13,
  abort_ = 14,
  key_does_not_exist = 20,
  key_already_exists = 21,
  precondition_failed = 22,
  txn_conflict = 30,
};

Outcome outcome_of(std::int64_t code) {
  switch (code) {
    case node_not_found:
    case not_supported:
    case temporarily_unavailable:
    case malformed_request:
    case abort_:
    case txn_conflict: return Outcome::failed;
    case key_does_not_exist:
    case key_already_exists:
    case precondition_failed: return Outcome::rejected;
    case timeout:
    case crash:
    default: return Outcome::timed_out;  // indefinite: it may have happened
  }
}

std::string text_of(const Json& json) { return json.text().value_or(to_text(json)); }

bool is_null(const Json& json) {
  const auto* other = std::get_if<Json::Other>(&json.value);
  return other != nullptr && other->written == "null";
}

// Maelstrom's keys and values are numbers: of "r3" and "v3" the number, of anything else the text.
std::string number_or_text(std::string_view text) {
  const std::string_view digits = text.substr(std::min<std::size_t>(1, text.size()));
  const bool numbered = (text.starts_with('r') || text.starts_with('v')) && !digits.empty() && digits.size() < 19 &&
                        digits.find_first_not_of("0123456789") == std::string_view::npos &&
                        (digits == "0" || digits[0] != '0');
  return numbered ? std::string(digits) : quoted_json(text);
}

std::string value_text(const Json& json) {
  if (const auto number = json.integer()) return "v" + std::to_string(*number);
  return text_of(json);
}

// --- the register of `lin-kv`

std::optional<std::string> register_body(const Operation& operation) {
  const std::string key = R"(,"key":)" + number_or_text(operation.key);
  if (operation.method == "read") return R"("type":"read")" + key;
  if (operation.method == "write") return R"("type":"write")" + key + R"(,"value":)" + number_or_text(operation.value);
  if (operation.method != "cas") return std::nullopt;
  const auto [from, to] = compare_and_set(operation.value);
  return R"("type":"cas")" + key + R"(,"from":)" + number_or_text(from) + R"(,"to":)" + number_or_text(to);
}

// --- transactions

std::string transaction_body(const Operation& operation) {
  std::string steps;
  for (const TransactionStep& step : parse_transaction(operation.value).value_or(TransactionSteps{})) {
    using Kind = TransactionStep::Kind;
    const char* word = step.kind == Kind::read ? "r" : step.kind == Kind::append ? "append" : "w";
    steps += (steps.empty() ? "[\"" : ",[\"") + std::string(word) + "\"," + std::to_string(step.key) + "," +
             (step.kind == Kind::read ? "null" : std::to_string(step.values->front())) + "]";
  }
  return R"("type":"txn","txn":[)" + steps + "]";
}

// The values that a read of a transaction shows: a list of numbers, a number, or null.
std::optional<std::vector<std::int64_t>> values_read(const Json& json) {
  std::vector<std::int64_t> values;
  if (const JsonList* list = json.list()) {
    for (const Json& item : *list) {
      if (!item.integer()) return std::nullopt;
      values.push_back(*item.integer());
    }
    return values;
  }
  if (const auto number = json.integer()) values.push_back(*number);
  return json.integer() || is_null(json) ? std::optional(values) : std::nullopt;
}

std::optional<Response> transaction_answer(const Operation& operation, const Json& body) {
  TransactionSteps done = parse_transaction(operation.value).value_or(TransactionSteps{});
  const Json* txn = body.find("txn");
  const JsonList* steps = txn != nullptr ? txn->list() : nullptr;
  if (steps == nullptr || steps->size() != done.size()) return std::nullopt;
  for (std::size_t i = 0; i < done.size(); ++i) {
    const JsonList* step = (*steps)[i].list();
    if (step == nullptr || step->size() != 3) return std::nullopt;
    if (done[i].kind != TransactionStep::Kind::read) continue;
    done[i].values = values_read((*step)[2]);
    if (!done[i].values) return std::nullopt;
  }
  Response response;
  response.value = to_text(done);
  return response;
}

// --- the logs of `kafka`

const LogPositions* positions_of(const Operation& operation) {
  return dynamic_cast<const LogPositions*>(operation.session.get());
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

std::optional<std::string> log_body(const Operation& operation) {
  if (operation.method == "send")
    return R"("type":"send","key":)" + quoted_json(operation.key) + R"(,"msg":)" + operation.value;
  const LogPositions* positions = positions_of(operation);
  const bool polls = operation.method == "poll", commits = operation.method == "commit";
  std::string parts;
  for (const std::string& key : words_of(operation.value)) {
    const auto at =
        positions != nullptr ? positions->next.find(key) : std::map<std::string, std::int64_t>::const_iterator{};
    const bool known = positions != nullptr && at != positions->next.end();
    if (commits && !known) continue;  // it has polled nothing of this log
    parts += (parts.empty() ? "" : ",") + quoted_json(key);
    if (polls) parts += ":" + std::to_string(known ? at->second : 0);
    if (commits) parts += ":" + std::to_string(at->second - 1);
  }
  if (polls) return R"("type":"poll","offsets":{)" + parts + "}";
  if (commits) return R"("type":"commit_offsets","offsets":{)" + parts + "}";
  return R"("type":"list_committed_offsets","keys":[)" + parts + "]";
}

std::optional<LogPart> part_of(const std::string& key, const Json& messages) {
  LogPart part{key, {}};
  const JsonList* list = messages.list();
  if (list == nullptr) return std::nullopt;
  for (const Json& item : *list) {
    const JsonList* pair = item.list();
    if (pair == nullptr || pair->size() != 2 || !(*pair)[0].integer() || !(*pair)[1].integer()) return std::nullopt;
    part.messages.push_back({*(*pair)[0].integer(), *(*pair)[1].integer()});
  }
  return part;
}

std::optional<Response> poll_answer(const Operation& operation, const Json& body) {
  const Json* msgs = body.find("msgs");
  const auto* map = msgs != nullptr ? std::get_if<JsonMap>(&msgs->value) : nullptr;
  if (map == nullptr) return std::nullopt;
  LogParts parts;
  auto positions = std::make_shared<LogPositions>();
  if (const LogPositions* before = positions_of(operation)) *positions = *before;
  for (const auto& [key, messages] : *map) {
    auto part = part_of(key, messages);
    if (!part) return std::nullopt;
    for (const LogMessage& message : part->messages)
      positions->next[key] = std::max(positions->next[key], message.offset + 1);
    parts.push_back(std::move(*part));
  }
  Response response;
  response.value = to_text(parts);
  response.session = positions;
  return response;
}

std::optional<Response> log_answer(const Operation& operation, const Json& body) {
  if (operation.method == "poll") return poll_answer(operation, body);
  Response response;
  if (operation.method == "send") {
    const Json* offset = body.find("offset");
    if (offset == nullptr || !offset->integer()) return std::nullopt;
    response.value = std::to_string(*offset->integer());
  } else if (operation.method == "committed") {
    const Json* offsets = body.find("offsets");
    if (offsets == nullptr || !std::holds_alternative<JsonMap>(offsets->value)) return std::nullopt;
    response.value = to_text(*offsets);
  } else {
    response.value = "committed";
  }
  return response;
}

// --- sets and counters

const Json* state_in(Speaks speaks, const Json& body) {
  return body.find(speaks == Speaks::broadcast ? "messages" : "value");
}

// Those that a client wrote; what else stands there shows in the digest alone.
std::vector<WriteId> writes_in(const JsonList& values, const WriteSet& all) {
  std::vector<WriteId> writes;
  for (const Json& value : values) {
    const auto number = value.integer();
    if (!number || *number < 0 || *number >= no_write) continue;
    const auto write = static_cast<WriteId>(*number);
    if (all.contains(write)) writes.push_back(write);
  }
  return writes;
}

// Of a set: neither order nor repetition counts.
std::uint64_t digest_of(const JsonList& values) {
  std::set<std::uint64_t> distinct;
  for (const Json& value : values) {
    if (const auto number = value.integer())
      distinct.insert(scatter(static_cast<std::uint64_t>(*number)));
    else
      distinct.insert(hash_text(text_of(value)));
  }
  std::uint64_t digest = 0;
  for (const std::uint64_t hash : distinct) digest += hash;
  return digest;
}

bool is_counter(Speaks speaks) { return speaks == Speaks::g_counter || speaks == Speaks::pn_counter; }

// --- answers that hold one value

std::optional<Response> with_value(const Json* value, bool quotes) {
  if (value == nullptr) return std::nullopt;
  Response response;
  if (!is_null(*value)) response.value = quotes ? to_text(*value) : text_of(*value);
  return response;
}

}  // namespace

SessionPtr LogPositions::merged(const SessionToken& other) const {
  auto all = std::make_shared<LogPositions>(*this);
  for (const auto& [key, offset] : dynamic_cast<const LogPositions&>(other).next)
    all->next[key] = std::max(all->next[key], offset);
  return all;
}

std::optional<std::string> body_of(Speaks speaks, const Operation& operation) {
  const bool reads = operation.kind == OperationKind::read;
  const std::string number = std::to_string(operation.write);
  switch (speaks) {
    case Speaks::broadcast: return reads ? R"("type":"read")" : R"("type":"broadcast","message":)" + number;
    case Speaks::g_set: return reads ? R"("type":"read")" : R"("type":"add","element":)" + number;
    case Speaks::g_counter:
    case Speaks::pn_counter:
      if (reads) return R"("type":"read")";
      return R"("type":"add","delta":)" + std::string(operation.method == "decrement" ? "-" : "") + operation.value;
    case Speaks::lin_kv: return register_body(operation);
    case Speaks::echo: return R"("type":"echo","echo":)" + quoted_json(operation.value);
    case Speaks::unique_ids: return R"("type":"generate")";
    case Speaks::txn_list_append:
    case Speaks::txn_rw_register: return transaction_body(operation);
    case Speaks::kafka: return log_body(operation);
  }
  return std::nullopt;
}

std::optional<Response> answer_of(Speaks speaks, const Operation& operation, const Json& body, const WriteSet& writes) {
  switch (speaks) {
    case Speaks::echo: return with_value(body.find("echo"), false);
    case Speaks::unique_ids: return with_value(body.find("id"), true);
    case Speaks::txn_list_append:
    case Speaks::txn_rw_register: return transaction_answer(operation, body);
    case Speaks::kafka: return log_answer(operation, body);
    default: break;
  }
  if (operation.kind == OperationKind::write) return Response{};
  const Json* state = speaks == Speaks::lin_kv ? body.find("value") : state_in(speaks, body);
  if (state == nullptr) return std::nullopt;
  Response response;
  if (speaks == Speaks::lin_kv) {
    if (!is_null(*state)) response.value = value_text(*state);
  } else if (is_counter(speaks)) {
    if (!state->integer()) return std::nullopt;
    response.value = std::to_string(*state->integer());
  } else {
    if (state->list() == nullptr) return std::nullopt;
    response.seen = writes_in(*state->list(), writes);
  }
  return response;
}

// A read of a key that does not exist has read nothing.
Response error_of(Speaks speaks, const Operation& operation, std::optional<std::int64_t> code) {
  const std::int64_t known = code.value_or(crash);
  if (speaks == Speaks::lin_kv && operation.method == "read" && known == key_does_not_exist) return Response{};
  Response response;
  response.outcome = outcome_of(known);
  response.undone = response.outcome != Outcome::timed_out;
  return response;
}

bool can_be_observed(Speaks speaks) {
  return speaks == Speaks::broadcast || speaks == Speaks::g_set || is_counter(speaks);
}

std::optional<Observation> observed(Speaks speaks, const Json& body, const WriteSet& writes) {
  const Json* state = state_in(speaks, body);
  if (state == nullptr) return std::nullopt;
  if (is_counter(speaks)) {
    if (!state->integer()) return std::nullopt;
    return Observation{{}, scatter(static_cast<std::uint64_t>(*state->integer()))};
  }
  if (state->list() == nullptr) return std::nullopt;
  return Observation{writes_in(*state->list(), writes), digest_of(*state->list())};
}

}  // namespace hearsay::maelstrom
