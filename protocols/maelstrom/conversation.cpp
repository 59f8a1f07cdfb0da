// What a node says, and what it is asked.
#include <set>

#include "protocols/maelstrom/messages.hpp"
#include "protocols/maelstrom/replica.hpp"

namespace hearsay::maelstrom {
namespace {

constexpr std::size_t most_shown = 200;  // bytes of a line in a message

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
  if (Services::is_one(*to)) return to_service(context, *to, *body, line);
  const auto node = nodes_.find(*to);
  if (node == nodes_.end())
    fail(context, "sent a message to " + shown(*to) + ", which is no node, no client and no service");
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
  if (params_->words() == Speaks::broadcast) {
    std::string neighbours;
    std::set<NodeId> ascending(context.neighbours().begin(), context.neighbours().end());
    for (const NodeId node : ascending)
      neighbours += (neighbours.empty() ? "" : ",") + quoted_json("n" + std::to_string(node));
    ask({Asked::What::topology}, "c0",
        R"("type":"topology","topology":{)" + quoted_json(name_) + ":[" + neighbours + "]}");
  }
  for (const Operation& operation : std::exchange(waiting_, {})) ask_operation(context, operation);
  if (reports(*params_) != StateReports::nothing) {
    ask({Asked::What::observation}, "c0", R"("type":"read")");
    context.set_timer(params_->observe, Keys::key(Purpose::observe));
  }
}

void Replica::ask_operation(Context& context, const Operation& operation) {
  const auto body = body_of(params_->words(), operation);
  if (!body) return context.respond(operation.id, {.outcome = Outcome::failed, .undone = true});
  ask({Asked::What::operation, operation}, "c" + std::to_string(operation.client + 1), *body);
}

void Replica::to_operation(Context& context, const Asked& asked, const Json& body) {
  const Json* type = body.find("type");
  if (type == nullptr || type->text() != "error") {
    auto answer = answer_of(params_->words(), asked.operation, body, *shared_.writes);
    if (!answer) fail(context, "gave an answer that lacks what a client asked for: " + shown(to_text(body)));
    return context.respond(asked.operation.id, std::move(*answer));
  }
  const Json* code = body.find("code");
  Response error = error_of(params_->words(), asked.operation, code != nullptr ? code->integer() : std::nullopt);
  if (error.outcome != Outcome::ok)
    context.count(index(error.undone ? Metric::errors_definite : Metric::errors_indefinite));
  context.respond(asked.operation.id, std::move(error));
}

void Replica::to_observer(Context& context, const Json& body) {
  const auto seen = observed(params_->words(), body, *shared_.writes);
  if (!seen) fail(context, "answered a read without what it has: " + shown(to_text(body)));
  context.count(index(Metric::observations));
  for (const WriteId write : seen->writes)
    if (applied_.insert(write).second) context.applied(write);
  context.state_digest(seen->digest);
}

// --- services: `service_latency` away each way, or over the network on the machine of node 0

void Replica::to_service(Context& context, const std::string& service, const Json& body, const std::string& line) {
  context.count(index(Metric::service_requests));
  if (params_->services == ServicesAt::n0 && context.self() != 0) {
    context.send(0, make_message<AnyMessage>(Line{line, true}));
    return;
  }
  service_requests_[++last_request_] = {service, body};
  context.set_timer(params_->service_latency, Keys::key(Purpose::to_service, last_request_));
}

// The line that `node` gets, without its newline.
std::string Replica::answer_of_service(const std::string& service, const std::string& node, const Json& body,
                                       RandomStream& random) {
  std::string answer = shared_.services->handle(service, node, body, random);
  const Json* id = body.find("msg_id");
  if (id != nullptr) answer += R"(,"in_reply_to":)" + to_text(*id);
  return R"({"src":)" + quoted_json(service) + R"(,"dest":)" + quoted_json(node) + R"(,"body":{)" + answer + "}}";
}

void Replica::at_service(Context& context, std::uint64_t number) {
  const ServiceRequest request = std::move(service_requests_.extract(number).mapped());
  service_answers_[number] = answer_of_service(request.service, name_, request.body, context.random()) + "\n";
  context.set_timer(params_->service_latency, Keys::key(Purpose::from_service, number));
}

// A request that came over the network; one that is corrupt is dropped.
void Replica::serve(Context& context, const std::string& line, NodeId node) {
  const auto request = parse_json(line);
  if (!request) return;
  const std::string service = *request->find("dest")->text();
  const std::string answer =
      answer_of_service(service, "n" + std::to_string(node), *request->find("body"), context.random());
  context.send(node, make_message<AnyMessage>(Line{answer}));
}

void Replica::from_service(Context& context, std::uint64_t number) {
  lines_ += service_answers_.extract(number).mapped();
  hear(context);
}

}  // namespace hearsay::maelstrom
