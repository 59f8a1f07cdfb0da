#include "protocols/swim-cache/consensus.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "protocols/common/raft/disk.hpp"
#include "protocols/swim-cache/metrics.hpp"
#include "protocols/swim-cache/timers.hpp"
#include "sim/core/compare_and_set.hpp"

namespace hearsay::swim {
namespace {

// Keys that no client has: those of the workloads do not begin like this.
const std::string ring_key = "/ring", copies_key = "/replicas";

// Changes of membership come in groups: one change of the ring for all of them.
constexpr Duration gather = std::chrono::milliseconds(100);
// What did not take effect by then is proposed again.
constexpr Duration again = std::chrono::seconds(1);
// A node that has just started learns who is there within this.
constexpr Duration acquaintance = std::chrono::seconds(30);

std::shared_ptr<const raft::Params> raft_params(const Params& params) {
  raft::Params made;
  made.voters = params.voters;
  made.election_timeout_min = params.election_timeout;
  made.election_timeout_max = 2 * params.election_timeout;
  made.heartbeat_interval = params.election_timeout / 10;
  return std::make_shared<const raft::Params>(made);
}

std::string text_of(const std::vector<NodeId>& nodes) {
  std::string text;
  for (const NodeId node : nodes) text += (text.empty() ? "" : " ") + std::to_string(node);
  return text;
}

std::vector<NodeId> nodes_in(const std::string& text) {
  std::vector<NodeId> nodes;
  const char* at = text.data();
  for (const char* const end = at + text.size(); at != end; at += at != end && *at == ' ' ? 1 : 0) {
    NodeId node = 0;
    at = std::from_chars(at, end, node).ptr;
    nodes.push_back(node);
  }
  return nodes;
}

}  // namespace

bool is_critical(const Operation& operation) {
  return operation.method == "read" || operation.method == "write" || operation.method == "cas" ||
         operation.method == "increment";
}

// --- the Context of Raft

SendId Consensus::Inner::send(NodeId to, MessagePtr message) {
  return outer().send(to, envelope(Agreed{std::move(message)}));
}

SendId Consensus::Inner::send_on(ConnectionId connection, MessagePtr message) {
  return outer().send_on(connection, envelope(Agreed{std::move(message)}));
}

void Consensus::Inner::set_timer(Duration delay, TimerKey key) {
  outer().set_timer(delay, Timers::key(TimerPurpose::consensus,
                                       RaftTimers::key(raft::Timers::purpose(key), raft::Timers::number(key))));
}

MetricIndex Consensus::Inner::outer_metric(MetricIndex inner) const {
  return static_cast<MetricIndex>(index(Metric::count_) + inner);
}

// --- what it hears

Consensus::Consensus(const Params& params, const Agent& agent, Coordinator& coordinator,
                     std::shared_ptr<raft::Witness> witness)
    : params_(params), agent_(agent), coordinator_(coordinator), witness_(std::move(witness)) {
  if (params.consensus == Agreement::off) return;
  raft_params_ = raft_params(params);
  raft_.emplace(raft_params_, raft::Replica::Shared(witness_));
  raft_->when_set([this](Context&) { take_settings(inner_.outer()); });
}

// Until the log says otherwise, all that are in the group from the beginning are on the ring.
void Consensus::start(Context& context, StartReason reason, const std::optional<raft::Persistent>& recorded) {
  if (!on()) return;
  const bool known = reason == StartReason::boot && params_.bootstrap == Bootstrap::known;
  trusted_from_ = context.now() + (known ? Duration{} : acquaintance);
  if (recorded)
    raft_->start_from(inside(context), *recorded);
  else
    raft_->start(inside(context), reason);
  if (raft_->state().value(ring_key) == nullptr) coordinator_.assign(raft_->configuration().members());
  if (params_.new_replicas)
    context.set_timer(std::max(Duration{}, params_.new_replicas_at - context.now().time_since_epoch()),
                      timer_key(TimerPurpose::govern));
  after(context);
}

bool Consensus::has_disk(Context& context) const { return on() && !raft::Disk::is_empty(context); }

std::optional<raft::Persistent> Consensus::record() const {
  return on() && raft_->runs() ? std::optional(raft_->record()) : std::nullopt;
}

void Consensus::request(Context& context, const Operation& operation) {
  raft_->request(inside(context), operation);
  after(context);
}

void Consensus::receive(Context& context, const Received& received, const Agreed& agreed) {
  if (!on()) return;
  raft_->message(inside(context), {received.from, received.connection, *agreed.message, received.corrupt});
  after(context);
}

void Consensus::raft_timer(Context& context, TimerKey key) {
  const std::uint64_t own = Timers::number(key);
  raft_->timer(inside(context), raft::Timers::key(RaftTimers::purpose(own), RaftTimers::number(own)));
  after(context);
}

void Consensus::disconnected(Context& context, ConnectionId connection, NodeId peer, ConnectionError error) {
  if (!on()) return;
  raft_->disconnected(inside(context), connection, peer, error);
  after(context);
}

void Consensus::leave(Context& context) {
  if (!on()) return;
  raft_->leave(inside(context));
  after(context);
}

void Consensus::member(Context& context, NodeId about, MemberState state) {
  if (!on() || state == MemberState::suspect) return;
  if (state == MemberState::alive)
    gone_.erase(about);
  else
    gone_.insert(about);
  if (raft_->leads()) arm(context, gather);
}

// One that has just been elected looks at what its predecessor left undone.
void Consensus::after(Context& context) {
  const bool leads = raft_->leads();
  if (std::exchange(led_, leads) != leads && leads) arm(context, gather);
}

void Consensus::take_settings(Context& context) {
  bool changed = false;
  if (const std::string* ring = raft_->state().value(ring_key)) changed = coordinator_.assign(nodes_in(*ring));
  if (const std::string* copies = raft_->state().value(copies_key)) {
    const std::vector<NodeId> number = nodes_in(*copies);
    changed = coordinator_.set_replicas(number.front()) || changed;
  }
  if (changed) ring_changed_(context);
}

// --- the coordinator

void Consensus::arm(Context& context, Duration delay) {
  if (std::exchange(armed_, true)) return;
  context.set_timer(delay, timer_key(TimerPurpose::govern));
}

void Consensus::govern(Context& context) {
  armed_ = false;
  if (!on() || !raft_->leads()) return;
  const bool ring = propose_ring(context), copies = propose_copies(context), voters = propose_voters(context);
  after(context);
  if (ring || copies || voters || context.now() < trusted_from_) arm(context, again);
}

bool Consensus::is_gone(Time now, NodeId node) const {
  return gone_.contains(node) || (now >= trusted_from_ && !agent_.is_alive(node));
}

// By compare-and-set on the ring that this node knows: one that has been replaced as the coordinator changes nothing
// that its successor has decided.
bool Consensus::propose_ring(Context& context) {
  std::vector<NodeId> wanted = agent_.members().list();
  for (const NodeId node : coordinator_.members())
    if (!is_gone(context.now(), node)) wanted.push_back(node);
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  const std::string* held = raft_->state().value(ring_key);
  const std::string before = held == nullptr ? "" : *held, text = text_of(wanted);
  if (before == text) return false;
  context.count(index(Metric::rings_proposed));
  raft_->command(inside(context), raft::Method::compare_and_set, ring_key, compare_and_set_text(before, text));
  return true;
}

bool Consensus::propose_copies(Context& context) {
  if (!params_.new_replicas || context.now() < Time(params_.new_replicas_at)) return false;
  const std::string* held = raft_->state().value(copies_key);
  const std::string before = held == nullptr ? "" : *held, text = std::to_string(*params_.new_replicas);
  if (before == text) return false;
  raft_->command(inside(context), raft::Method::compare_and_set, copies_key, compare_and_set_text(before, text));
  return true;
}

// Members that are gone leave the group, so that learners take the places of voters; those that come get the log.
bool Consensus::propose_voters(Context& context) {
  const std::vector<NodeId> in = raft_->configuration().members();
  for (const NodeId node : in) {
    if (!is_gone(context.now(), node)) continue;
    raft_->change(inside(context), node, true);
    return true;
  }
  for (const NodeId node : agent_.members().list()) {
    if (std::binary_search(in.begin(), in.end(), node)) continue;
    raft_->change(inside(context), node, false);
    return true;
  }
  return false;
}

}  // namespace hearsay::swim
