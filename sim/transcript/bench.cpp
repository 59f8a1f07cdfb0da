#include "sim/transcript/bench.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "sim/transcript/bench_context.hpp"

namespace hearsay::bench {

// --- nodes, clients and time (the network is in bench_network.cpp)

Bench::Bench(const ProtocolInfo& protocol, const ParameterValues& values, std::uint32_t nodes, std::uint64_t seed,
             std::ostream& out, const EdgeList& edges)
    : protocol_(protocol), make_(protocol.configure(values)), seed_(seed), out_(out), metrics_(protocol.metrics) {
  for (NodeId node = 0; node < nodes; ++node) {
    nodes_.push_back(std::make_unique<Node>());
    nodes_.back()->context = std::make_unique<NodeContext>(*this, node);
    for (NodeId other = 0; other < nodes; ++other)
      if (other != node) nodes_.back()->peers.push_back(other);
    if (edges.empty()) nodes_.back()->neighbours = nodes_.back()->peers;
  }
  for (const auto& [a, b] : edges) {
    nodes_.at(a)->neighbours.push_back(b);
    nodes_.at(b)->neighbours.push_back(a);
  }
  for (const auto& node : nodes_) std::ranges::sort(node->neighbours);
  for (NodeId node = 0; node < nodes; ++node) nodes_[node]->process = make_();
  for (NodeId node = 0; node < nodes; ++node) start(node, StartReason::boot);
  booting_ = false;
  for (ConnectionId id = 1; id <= connections_.size(); ++id) {
    const Connection& dialled = connection(id);
    handle(dialled.dialler,
           [&](Protocol& process, Context& context) { process.connected(context, id, dialled.acceptor); });
  }
}

Bench::~Bench() = default;

void Bench::start(NodeId node, StartReason reason) {
  handle(node, [reason](Protocol& process, Context& context) { process.start(context, reason); });
}

void Bench::handle(NodeId node, const std::function<void(Protocol&, Context&)>& handler) {
  handler(*nodes_[node]->process, *nodes_[node]->context);
  flush_line();
  if (std::exchange(exited_, false)) {
    line() << "  " << node << " exits\n";
    return stop(node, DiskMode::kept);
  }
  if (!nodes_[node]->leaving || !nodes_[node]->process->has_left()) return;
  if (nodes_[node]->lingers) line() << "gone " << node << "\n";
  nodes_[node]->process.reset();
  metrics_.forget(node);
}

Operation Bench::operation(OperationKind kind, const std::string& key, const std::string& value, std::uint32_t size) {
  Operation operation;
  operation.id = operations_++;
  operation.kind = kind;
  operation.key = key;
  operation.value = value;
  operation.size = std::max(size, static_cast<std::uint32_t>(key.size() + value.size()));
  operation.session = carried_;
  return operation;
}

WriteId Bench::write(NodeId node, const std::string& key, const std::string& value, std::uint32_t size) {
  Operation op = operation(OperationKind::write, key, value, size);
  op.write = writes_++;
  line() << "client: op" << op.id << " writes w" << op.write << " " << key << "=" << value << " at " << node << "\n";
  request(node, op);
  return op.write;
}

WriteId Bench::call(NodeId node, const std::string& method, const std::string& key, const std::string& value) {
  Operation op = operation(OperationKind::write, key, value, 0);
  op.write = writes_++;
  op.method = *methods_.insert(method).first;
  line() << "client: op" << op.id << " w" << op.write << " " << key << " " << method << " " << value << " at " << node
         << "\n";
  request(node, op);
  return op.write;
}

void Bench::request(NodeId node, const Operation& operation) {
  if (!up(node)) return;
  handle(node, [&operation](Protocol& process, Context& context) { process.request(context, operation); });
}

void Bench::read(NodeId node, const std::string& key) {
  const Operation op = operation(OperationKind::read, key, "", 0);
  line() << "client: op" << op.id << " reads " << (key.empty() ? "everything" : key) << " at " << node << "\n";
  request(node, op);
}

void Bench::invoke(NodeId node, std::string_view method, OperationKind kind, const std::string& key,
                   const std::string& value) {
  Operation op = operation(kind, key, value, 0);
  op.method = method;
  auto& out = line() << "client: op" << op.id << " " << method;
  if (kind == OperationKind::write) {
    op.write = writes_++;
    out << " w" << op.write << " " << key << "=" << value << " at " << node << "\n";
  } else {
    out << " reads " << key << " at " << node << "\n";
  }
  if (up(node)) handle(node, [&op](Protocol& process, Context& context) { process.request(context, op); });
}

void Bench::advance(Duration by) {
  const Time end = now_ + by;
  while (!timers_.empty() && timers_.begin()->first.first <= end) {
    const auto [due, timer] = *timers_.begin();
    timers_.erase(timers_.begin());
    now_ = due.first;
    if (!up(timer.node) || nodes_[timer.node]->incarnation != timer.incarnation) continue;
    heading_ = "timer of " + std::to_string(timer.node) + " at " +
               to_string(now_.time_since_epoch(), ValueType::duration) + "\n";
    handle(timer.node, [key = timer.key](Protocol& process, Context& context) { process.timer(context, key); });
  }
  heading_.clear();
  now_ = end;
}

void Bench::crash(NodeId node, DiskMode mode) {
  line() << "crash " << node << "\n";
  stop(node, mode);
  std::erase_if(in_flight_, [node](const Item& item) { return item.from == node; });
}

// What it has sent stays in flight.
void Bench::stop(NodeId node, DiskMode mode) {
  nodes_.at(node)->process.reset();
  metrics_.forget(node);
  nodes_[node]->disk.crash(mode);
  nodes_[node]->digest.reset();
  nodes_[node]->applied.clear();
}

void Bench::restart(NodeId node) {
  line() << "restart " << node << "\n";
  ++nodes_.at(node)->incarnation;
  nodes_[node]->process = make_();
  start(node, StartReason::restart);
}

NodeId Bench::join() {
  const auto node = static_cast<NodeId>(nodes_.size());
  line() << "join " << node << "\n";
  nodes_.push_back(std::make_unique<Node>());
  nodes_[node]->context = std::make_unique<NodeContext>(*this, node);
  for (NodeId other = 0; other < node; ++other)
    if (up(other)) nodes_[node]->peers.push_back(other);
  nodes_[node]->neighbours = nodes_[node]->peers;
  nodes_[node]->process = make_();
  start(node, StartReason::join);
  return node;
}

void Bench::join_again(NodeId node) {
  line() << "join " << node << "\n";
  Node& back = *nodes_.at(node);
  ++back.incarnation;
  back.disk = Storage{};
  back.applied.clear();
  back.peers.clear();
  back.leaving = back.lingers = false;
  for (NodeId other = 0; other < nodes_.size(); ++other)
    if (up(other)) back.peers.push_back(other);
  back.process = make_();
  start(node, StartReason::join);
}

void Bench::leave(NodeId node) {
  line() << "leave " << node << "\n";
  nodes_[node]->leaving = true;
  handle(node, [](Protocol& process, Context& context) { process.leave(context); });
  nodes_[node]->lingers = up(node);
  nodes_[node]->digest.reset();
}

// --- reports

bool Bench::agreed() const {
  std::set<std::optional<std::uint64_t>> digests;
  for (const auto& node : nodes_)
    if (node->process && !node->leaving) digests.insert(node->digest);
  return digests.size() == 1 && digests.begin()->has_value();
}

void Bench::print_states() {
  std::map<std::string, std::string> groups;
  for (NodeId node = 0; node < nodes_.size(); ++node) {
    if (!up(node) || nodes_[node]->leaving) continue;
    const auto& digest = nodes_[node]->digest;
    groups[digest ? state_name(*digest) : "none"] += " " + std::to_string(node);
  }
  for (const auto& [state, members] : groups) line() << state << ":" << members << "\n";
}

void Bench::print_counts() {
  for (const auto& kind : protocol_.messages) {
    const std::string name(kind.name);
    if (tally_.sent.contains(name))
      line() << name << ": " << tally_.sent[name] << " sent, " << tally_.delivered[name] << " delivered\n";
  }
  line() << "redundant: " << tally_.redundant << "\n";
}

void Bench::print_metrics() {
  for (const auto& [name, value] : metrics_.summary())
    if (value.value_or(0) != 0) line() << name << ": " << *value << "\n";
}

double Bench::metric(const std::string& name) const {
  for (const auto& [own, value] : metrics_.summary())
    if (own == name) return value.value_or(0);
  throw std::logic_error("no metric " + name);
}

std::string Bench::state_name(std::uint64_t digest) {
  const auto it = std::find(states_.begin(), states_.end(), digest);
  const auto number = it - states_.begin();
  if (it == states_.end()) states_.push_back(digest);
  return "S" + std::to_string(number);
}

std::ostream& Bench::line() {
  flush_line();
  return open_line();
}

std::ostream& Bench::open_line() { return out_ << std::exchange(heading_, {}); }

void Bench::note_send(NodeId from, NodeId to, const MessagePtr& message) {
  if (pending_.from != from || pending_.message.get() != message.get()) flush_line();
  pending_.from = from;
  pending_.message = message;
  pending_.to.push_back(to);
}

void Bench::note_dial(NodeId from, NodeId to) { note_send(from, to, MessagePtr()); }

void Bench::flush_line() {
  const PendingLine pending = std::exchange(pending_, {});
  if (pending.to.empty()) return;
  open_line() << "  " << pending.from << (pending.message ? " sends" : " dials");
  for (const NodeId node : pending.to) out_ << " " << node;
  if (pending.message) {
    out_ << ": " << protocol_.messages.at(pending.message->kind()).name << " ";
    pending.message->describe(out_);
    out_ << " (" << pending.message->wire_size() << " B)";
  }
  out_ << "\n";
}

}  // namespace hearsay::bench
