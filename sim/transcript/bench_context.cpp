#include "sim/transcript/bench_context.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

#include "sim/core/event.hpp"

namespace hearsay::bench {

void Bench::NodeContext::withdraw(SendId send) {
  const auto item = bench_.find(send);
  if (item == bench_.in_flight_.end() || item->connection == no_connection) return;
  line() << "withdraws " << bench_.kind_name(*item) << " to " << item->to << "\n";
  bench_.in_flight_.erase(item);
}

void Bench::NodeContext::close(ConnectionId id) {
  Connection& connection = bench_.connection(id);
  if (!connection.open) return;
  const NodeId peer = connection.dialler == self_ ? connection.acceptor : connection.dialler;
  line() << "closes its connection to " << peer << "\n";
  bench_.in_flight_.push_back({Item::Kind::close, ++bench_.last_send_, self_, peer, id, {}});
}

void Bench::NodeContext::set_timer(Duration delay, TimerKey key) {
  if (delay < Duration{}) throw std::logic_error("a timer in the past");
  bench_.timers_.emplace(std::pair(bench_.now_ + delay, ++bench_.timers_set_), Timer{self_, node().incarnation, key});
}

void Bench::NodeContext::compute(Duration work) {
  line() << "computes " << to_string(work, ValueType::duration) << "\n";
}

void Bench::NodeContext::sync() {
  line() << "syncs its disk\n";
  storage().sync();
}

void Bench::NodeContext::respond(OpId operation, Response response) {
  if (!bench_.outcomes_.emplace(operation, response.outcome).second)
    throw std::logic_error("operation " + std::to_string(operation) + " is answered twice");
  if (response.session)
    bench_.carried_ = bench_.carried_ ? bench_.carried_->merged(*response.session) : response.session;
  auto& out = line() << "answers op" << operation << " " << hearsay::name_of(response.outcome);
  for (const WriteId write : response.seen) out << " w" << write;
  out << "\n";
  bench_.seen_[operation] = std::move(response.seen);
}

void Bench::NodeContext::applied(WriteId write) {
  if (!bench_.nodes_[self_]->applied.insert(write).second)
    throw std::logic_error("write " + std::to_string(write) + " is reported as applied twice");
  line() << "applied w" << write << "\n";
}

void Bench::NodeContext::reapplied(WriteId write) {
  if (!node().applied.contains(write)) throw std::logic_error("reapplied without applied");
  line() << "reapplied w" << write << "\n";
}

void Bench::NodeContext::replaced(WriteId loser, WriteId winner) {
  line() << "replaced w" << loser << " by w" << winner << "\n";
}

void Bench::NodeContext::redundant() {
  ++bench_.tally_.redundant;
  line() << "redundant\n";
}

void Bench::NodeContext::discarded_corrupt() { line() << "discards a corrupt message\n"; }

void Bench::NodeContext::state_digest(std::uint64_t digest) {
  bench_.nodes_[self_]->digest = digest;
  line() << "state " << bench_.state_name(digest) << "\n";
}

void Bench::NodeContext::member(NodeId about, MemberState state) {
  static constexpr std::array<std::string_view, 4> names{"alive", "suspect", "dead", "left"};
  line() << "holds " << about << " " << names[static_cast<std::size_t>(state)] << "\n";
}

}  // namespace hearsay::bench
