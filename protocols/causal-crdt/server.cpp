#include "protocols/causal-crdt/server.hpp"

#include <algorithm>
#include <utility>

#include "protocols/causal-crdt/metrics.hpp"
#include "protocols/causal-crdt/timers.hpp"

namespace hearsay::causal {
namespace {

// Where the workload `broadcast` keeps its values: one add-wins set.
const std::string broadcast_key = "broadcast/aw-set/values";

class ClockToken final : public SessionToken {
 public:
  explicit ClockToken(VectorClock clock) : clock_(std::move(clock)) {}
  const VectorClock& clock() const { return clock_; }
  SessionPtr merged(const SessionToken& other) const override {
    VectorClock both = clock_;
    both.merge(static_cast<const ClockToken&>(other).clock_);
    return std::make_shared<const ClockToken>(std::move(both));
  }

 private:
  VectorClock clock_;
};

}  // namespace

void Server::request(Context& context, const Operation& operation) {
  if (reached(operation)) return serve(context, operation);
  context.count(index(Metric::session_waits));
  waiting_.emplace(++last_waiting_, Waiting{operation, context.now()});
  context.set_timer(params_.session_wait, Timers::key(TimerPurpose::session, last_waiting_));
}

bool Server::reached(const Operation& operation) const {
  if (!params_.session_clocks || !operation.session) return true;
  return broadcast_.delivered().covers(static_cast<const ClockToken&>(*operation.session).clock());
}

void Server::wake(Context& context) {
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    if (!reached(it->second.operation)) {
      ++it;
      continue;
    }
    context.sample(index(Metric::session_wait), std::max(Duration{}, context.now() - it->second.since));
    const Operation operation = std::move(it->second.operation);
    it = waiting_.erase(it);
    serve(context, operation);
  }
}

void Server::session_timer(Context& context, std::uint64_t number) {
  const auto it = waiting_.find(number);
  if (it == waiting_.end()) return;
  context.count(index(Metric::session_failures));
  context.respond(it->second.operation.id, {.outcome = Outcome::failed});
  waiting_.erase(it);
}

void Server::serve(Context& context, const Operation& operation) {
  if (operation.kind == OperationKind::read)
    read(context, operation);
  else
    update(context, operation);
}

void Server::read(Context& context, const Operation& operation) {
  Response response;
  response.seen = store_.read(operation.key);
  response.whole = true;
  response.session = token();
  context.respond(operation.id, std::move(response));
}

// "Operation Flow", steps 1 to 4. The client is answered once the log has the effect.
void Server::update(Context& context, const Operation& operation) {
  const bool plain = operation.method.empty();  // a value for everybody
  const std::string& key = plain ? broadcast_key : operation.key;
  const auto type = crdt::type_of_key(key);
  crdt::Origin origin;
  origin.dot = broadcast_.next_name();
  origin.time = context.now();
  origin.size = operation.size;
  origin.write = operation.write;
  std::optional<crdt::Effect> body;
  if (type) body = store_.prepare(key, *type, {plain ? "add" : operation.method, operation.value}, origin);
  if (!body) return context.respond(operation.id, {.outcome = Outcome::rejected});
  const EffectPtr effect = broadcast_.stamp({key, *type, std::move(*body), origin, {}});
  store_.apply(context, *effect);
  log_.append(context, *effect);
  log_.commit(context);
  context.count(index(Metric::updates));
  Response response;
  response.session = token();
  context.respond(operation.id, std::move(response));
  link_.broadcast(context, effect);
}

SessionPtr Server::token() const {
  if (!params_.session_clocks) return nullptr;
  return std::make_shared<const ClockToken>(broadcast_.delivered());
}

}  // namespace hearsay::causal
