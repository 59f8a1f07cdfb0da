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
  const ScheduledOperation& scheduled = waiting.scheduled;
  bus_.emit(Event::invoke(scheduler_.now(), scheduled.target, scheduled.operation));
  scheduler_.at(scheduler_.now() + scheduled.timeout, [this, id] {
    if (waiting_.contains(id)) complete(id, Response{.outcome = Outcome::timed_out});
  });
  travel(id, [this](OpId arrived) { arrive(arrived); });
  schedule_next();
}

// Between a client and its node, either way: `then` at the other end, unless a cut loses what travels.
void ClientDriver::travel(OpId id, std::function<void(OpId)> then) {
  const ScheduledOperation& scheduled = waiting_.at(id).scheduled;
  const std::uint64_t cuts = cuts_before(scheduled.target);
  const auto end = [this, id, cuts, then = std::move(then)] {
    const auto it = waiting_.find(id);
    if (it == waiting_.end()) return;
    if (const Cut* cut = cut_since(it->second.scheduled.target, cuts))
      lose(id, *cut);
    else
      then(id);
  };
  if (scheduled.client_latency == Duration{})
    end();
  else
    scheduler_.at(scheduler_.now() + scheduled.client_latency, end);
}

void ClientDriver::arrive(OpId id) {
  Waiting& waiting = waiting_.at(id);
  const NodeId target = waiting.scheduled.target;
  const NodeStatus& host = cluster_.status(target);
  if (host.condition == NodeStatus::Condition::crashed) return;  // silence
  if (!cluster_.is_member(target) || !host.up()) {
    answer(id, Response{.outcome = Outcome::failed});  // connection refused
    return;
  }
  waiting.at_node = true;
  scheduler_.at(scheduler_.now(), target, NodeItem::request(id));
}

const Operation* ClientDriver::pending(OpId id) const {
  const auto it = waiting_.find(id);
  return it == waiting_.end() ? nullptr : &it->second.scheduled.operation;
}

void ClientDriver::respond(OpId id, Response response) {
  const auto it = waiting_.find(id);
  if (it != waiting_.end() && it->second.at_node) answer(id, std::move(response));
}

void ClientDriver::node_down(NodeId node, bool answers) {
  std::vector<OpId> failed;
  for (auto& [id, waiting] : waiting_) {
    if (waiting.scheduled.target != node || !waiting.at_node || waiting.answered) continue;
    waiting.at_node = false;
    if (answers) failed.push_back(id);
  }
  for (const OpId id : failed) answer(id, Response{.outcome = Outcome::failed});
}

void ClientDriver::answer(OpId id, Response response) {
  Waiting& waiting = waiting_.at(id);
  if (waiting.answered) return;
  waiting.answered = true;
  travel(id, [this, answer = std::move(response)](OpId arrived) { complete(arrived, answer); });
}

// --- clients that are cut off from their node

void ClientDriver::cut_off(NodeId node, RuleId rule, bool reject) {
  Cuts& cuts = cuts_[node];
  cuts.active.push_back({rule, reject});
  cuts.last = cuts.active.back();
  ++cuts.begun;
}

void ClientDriver::reconnect(NodeId node, RuleId rule) {
  std::erase_if(cuts_[node].active, [rule](const Cut& cut) { return cut.rule == rule; });
}

// How many cuts were over for what leaves now.
std::uint64_t ClientDriver::cuts_before(NodeId node) const {
  const auto it = cuts_.find(node);
  return it == cuts_.end() ? 0 : it->second.begun - (it->second.active.empty() ? 0 : 1);
}

// A cut that what left then has met at any instant of its way; null if none.
const ClientDriver::Cut* ClientDriver::cut_since(NodeId node, std::uint64_t before) const {
  const auto it = cuts_.find(node);
  return it == cuts_.end() || it->second.begun == before ? nullptr : &it->second.last;
}

void ClientDriver::lose(OpId id, const Cut& cut) {
  cluster_.network().report_effect(cut.rule, FaultEffect::dropped);
  if (!cut.reject) return;
  waiting_.at(id).answered = true;
  scheduler_.at(scheduler_.now() + waiting_.at(id).scheduled.client_latency, [this, id] {
    if (waiting_.contains(id)) complete(id, Response{.outcome = Outcome::failed});
  });
}

void ClientDriver::complete(OpId id, const Response& response) {
  const auto it = waiting_.find(id);
  const ScheduledOperation& scheduled = it->second.scheduled;
  bus_.emit(Event::respond(scheduler_.now(), scheduled.target, scheduled.operation, response));
  if (response.session) {
    SessionPtr& token = carried(it->second.scheduled.operation.client);
    token = token ? token->merged(*response.session) : response.session;
  }
  waiting_.erase(it);
  last_answer_ = scheduler_.now();
}

SessionPtr& ClientDriver::carried(ClientId client) {
  if (client >= carried_.size()) carried_.resize(client + 1);
  return carried_[client];
}

}  // namespace hearsay
