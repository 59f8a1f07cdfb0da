#include "sim/runtime/client_driver.hpp"

#include <vector>

#include "sim/runtime/cluster.hpp"

namespace hearsay {

ClientDriver::ClientDriver(Cluster& cluster, EventBus& bus, Scheduler& scheduler, std::unique_ptr<Workload> workload)
    : cluster_(cluster), bus_(bus), scheduler_(scheduler), workload_(std::move(workload)) {}

void ClientDriver::begin() { schedule_next(); }

void ClientDriver::schedule_next() {
  next_ = workload_->next();
  if (next_) scheduler_.at(next_->at, [this] { invoke(); });
}

void ClientDriver::invoke() {
  const OpId id = next_->operation.id;
  Waiting& waiting = waiting_[id];
  waiting.scheduled = std::move(*next_);
  waiting.scheduled.operation.session = carried(waiting.scheduled.operation.client);
  Event event;
  event.at = scheduler_.now();
  event.kind = EventKind::invoke;
  event.node = waiting.scheduled.target;
  event.id = id;
  event.size = waiting.scheduled.operation.size;
  event.operation = &waiting.scheduled.operation;
  bus_.emit(event);
  scheduler_.at(scheduler_.now() + workload_->timeout(), [this, id] {
    if (waiting_.contains(id)) complete(id, Response{.outcome = Outcome::timed_out});
  });
  if (workload_->client_latency() == Duration{})
    arrive(id);
  else
    scheduler_.at(scheduler_.now() + workload_->client_latency(), [this, id] { arrive(id); });
  schedule_next();
}

void ClientDriver::arrive(OpId id) {
  const auto it = waiting_.find(id);
  if (it == waiting_.end()) return;
  const NodeId target = it->second.scheduled.target;
  if (!cluster_.is_member(target) || !cluster_.status(target).up()) {
    answer(id, Response{.outcome = Outcome::failed});  // connection refused
    return;
  }
  it->second.at_node = true;
  NodeItem item;
  item.kind = NodeItem::Kind::request;
  item.ref = id;
  scheduler_.hand_over(target, item);
}

const Operation* ClientDriver::pending(OpId id) const {
  const auto it = waiting_.find(id);
  return it == waiting_.end() ? nullptr : &it->second.scheduled.operation;
}

void ClientDriver::respond(OpId id, Response response) { answer(id, std::move(response)); }

void ClientDriver::node_down(NodeId node) {
  std::vector<OpId> failed;
  for (const auto& [id, waiting] : waiting_)
    if (waiting.scheduled.target == node && waiting.at_node && !waiting.answered) failed.push_back(id);
  for (const OpId id : failed) answer(id, Response{.outcome = Outcome::failed});
}

void ClientDriver::answer(OpId id, Response response) {
  const auto it = waiting_.find(id);
  if (it == waiting_.end() || it->second.answered) return;
  it->second.answered = true;
  if (workload_->client_latency() == Duration{})
    complete(id, response);
  else
    scheduler_.at(scheduler_.now() + workload_->client_latency(), [this, id, answer = std::move(response)] {
      if (waiting_.contains(id)) complete(id, answer);
    });
}

void ClientDriver::complete(OpId id, const Response& response) {
  const auto it = waiting_.find(id);
  Event event;
  event.at = scheduler_.now();
  event.kind = EventKind::respond;
  event.detail = static_cast<std::uint8_t>(response.outcome);
  event.node = it->second.scheduled.target;
  event.id = id;
  event.operation = &it->second.scheduled.operation;
  event.response = &response;
  bus_.emit(event);
  if (response.session) {
    SessionPtr& token = carried(it->second.scheduled.operation.client);
    token = token ? token->merged(*response.session) : response.session;
  }
  waiting_.erase(it);
  last_answer_ = event.at;
}

SessionPtr& ClientDriver::carried(ClientId client) {
  if (client >= carried_.size()) carried_.resize(client + 1);
  return carried_[client];
}

}  // namespace hearsay
