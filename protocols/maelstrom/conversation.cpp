// What a node says, and what it is asked.
#include <set>

#include "protocols/maelstrom/messages.hpp"
#include "protocols/maelstrom/replica.hpp"
#include "sim/core/random.hpp"

namespace hearsay::maelstrom {
namespace {

constexpr std::size_t most_shown = 200;  // bytes of a line in a message

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

std::string shown(const std::string& line) {
  return "`" + line.substr(0, most_shown) + (line.size() > most_shown ? "...`" : "`");
}

}  // namespace

void Replica::ask(const Asked& asked, const std::string& from, const std::string& type_and_rest) {
  const std::int64_t id = ++last_id_;
  asked_.emplace(id, asked);
  lines_ += R"({"id":)" + std::to_string(id) + R"(,"src":")" + from + R"(","dest":")" + name_ + R"(","body":{)" +
            type_and_rest + R"(,"msg_id":)" + std::to_string(id) + "}}\n";
}

void Replica::take_line(Context& context, const std::string& line) {
  const auto message = parse_json(line);
  const Json* dest = message ? message->find("dest") : nullptr;
  const Json* body = message ? message->find("body") : nullptr;
  const auto to = dest != nullptr ? dest->text() : std::nullopt;
  if (!to || body == nullptr || !std::holds_alternative<JsonMap>(body->value))
    fail(context, "wrote a line to stdout that is no message {src, dest, body}: " + shown(line));
  if (to->starts_with("c")) return to_client(context, *body);
  const auto node = nodes_.find(*to);
  if (node == nodes_.end())
    fail(context, "sent a message to " + shown(*to) + ", which is no node and no client; services are not simulated");
  context.send(node->second, make_message<AnyMessage>(Line{line}));
}

void Replica::to_client(Context& context, const Json& body) {
  const Json* reply = body.find("in_reply_to");
  const auto id = reply != nullptr ? reply->integer() : std::nullopt;
  const auto it = id ? asked_.find(*id) : asked_.end();
  if (it == asked_.end()) {
    context.count(index(Metric::unexpected_replies));
    return;
  }
  const Asked asked = it->second;
  asked_.erase(it);
  const Json* type = body.find("type");
  const bool is_error = type != nullptr && type->text() == "error";
  switch (asked.what) {
    case Asked::What::init:
      if (is_error) fail(context, "answered `init` with an error");
      return introduce(context);
    case Asked::What::topology: return;  // a node may do without
    case Asked::What::observation: return is_error ? void() : to_observer(context, body);
    case Asked::What::operation: return to_operation(context, asked, body);
  }
}

// It has answered `init`: from now on it hears of its neighbours, its clients and the observer.
void Replica::introduce(Context& context) {
  ready_ = true;
  if (params_->speaks == Speaks::broadcast) {
    std::string neighbours;
    std::set<NodeId> ascending(context.neighbours().begin(), context.neighbours().end());
    for (const NodeId node : ascending)
      neighbours += (neighbours.empty() ? "" : ",") + quoted_json("n" + std::to_string(node));
    ask({Asked::What::topology}, "c0",
        R"("type":"topology","topology":{)" + quoted_json(name_) + ":[" + neighbours + "]}");
  }
  for (const Operation& operation : std::exchange(waiting_, {})) ask_operation(operation);
  if (params_->observe > Duration{}) {
    ask({Asked::What::observation}, "c0", R"("type":"read")");
    context.set_timer(params_->observe, Keys::key(Purpose::observe));
  }
}

void Replica::ask_operation(const Operation& operation) {
  const std::string client = "c" + std::to_string(operation.client + 1);
  const Asked asked{Asked::What::operation, operation.id, operation.kind};
  const std::string number = std::to_string(operation.write);
  if (operation.kind == OperationKind::read)
    ask(asked, client, R"("type":"read")");
  else if (params_->speaks == Speaks::g_set)
    ask(asked, client, R"("type":"add","element":)" + number);
  else
    ask(asked, client, R"("type":"broadcast","message":)" + number);
}

void Replica::to_operation(Context& context, const Asked& asked, const Json& body) {
  const Json* type = body.find("type");
  const auto word = type != nullptr ? type->text() : std::nullopt;
  if (word == "error") {
    const Json* code = body.find("code");
    const auto number = code != nullptr ? code->integer() : std::nullopt;
    const Outcome outcome = outcome_of(number.value_or(crash));
    context.count(index(outcome == Outcome::timed_out ? Metric::errors_indefinite : Metric::errors_definite));
    return context.respond(asked.operation, {outcome});
  }
  if (asked.kind == OperationKind::write) return context.respond(asked.operation, {Outcome::ok});
  const JsonList* values = values_of(body);
  if (values == nullptr) fail(context, "answered a read without a list of values");
  context.respond(asked.operation, {Outcome::ok, writes_in(*values)});
}

const JsonList* Replica::values_of(const Json& body) const {
  const Json* values = body.find(params_->speaks == Speaks::g_set ? "value" : "messages");
  return values != nullptr ? values->list() : nullptr;
}

// Those that a client wrote; what else stands there shows in the digest alone.
std::vector<WriteId> Replica::writes_in(const JsonList& values) const {
  std::vector<WriteId> writes;
  for (const Json& value : values) {
    const auto number = value.integer();
    if (!number || *number < 0 || *number >= no_write) continue;
    const auto write = static_cast<WriteId>(*number);
    if (shared_.writes->contains(write)) writes.push_back(write);
  }
  return writes;
}

void Replica::to_observer(Context& context, const Json& body) {
  const JsonList* values = values_of(body);
  if (values == nullptr) fail(context, "answered a read without a list of values");
  context.count(index(Metric::observations));
  for (const WriteId write : writes_in(*values))
    if (applied_.insert(write).second) context.applied(write);
  // A set: neither order nor repetition counts.
  std::set<std::uint64_t> distinct;
  for (const Json& value : *values) {
    if (const auto number = value.integer())
      distinct.insert(scatter(static_cast<std::uint64_t>(*number)));
    else if (const auto text = value.text())
      distinct.insert(hash_text(*text));
  }
  std::uint64_t digest = 0;
  for (const std::uint64_t hash : distinct) digest += hash;
  context.state_digest(digest);
}

}  // namespace hearsay::maelstrom
