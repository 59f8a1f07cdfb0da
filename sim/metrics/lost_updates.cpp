#include "sim/metrics/lost_updates.hpp"

#include "sim/core/random.hpp"

namespace hearsay {
namespace {

std::uint64_t session_of(const Operation& operation) { return combine(hash_text(operation.key), operation.client); }

}  // namespace

void LostUpdates::observe(const Event& event) {
  switch (event.kind) {
    case EventKind::invoke:
      if (event.operation->kind == OperationKind::write) invoke(event);
      break;
    case EventKind::respond:
      if (event.detail == static_cast<std::uint8_t>(Outcome::ok)) respond(event);
      break;
    case EventKind::applied:
      if (event.id < writes_.size()) happen(static_cast<WriteId>(event.id));
      break;
    case EventKind::replaced:
      if (event.id < writes_.size()) replace(static_cast<WriteId>(event.id), static_cast<WriteId>(event.extra));
      break;
    default: finish();
  }
}

void LostUpdates::invoke(const Event& event) {
  const Operation& operation = *event.operation;
  if (operation.write >= writes_.size()) writes_.resize(operation.write + std::size_t{1});
  const std::uint64_t session = session_of(operation);
  writes_[operation.write].session = session;
  writes_[operation.write].invoked = event.at;
  if (const auto it = reads_.find(session); it != reads_.end()) follows_[operation.write] = it->second;
}

void LostUpdates::respond(const Event& event) {
  const Operation& operation = *event.operation;
  if (operation.kind == OperationKind::write) {
    writes_[operation.write].acknowledged = true;
    writes_[operation.write].acknowledged_at = event.at;
    return happen(operation.write);
  }
  if (operation.key.empty() || event.response == nullptr || event.response->seen.empty()) return;
  // What has been settled already need not be carried on.
  std::vector<WriteId>& known = reads_[session_of(operation)];
  mark_.resize(writes_.size(), 0);
  ++read_;
  std::erase_if(known, [this](WriteId write) { return writes_[write].known; });
  for (const WriteId write : known) mark_[write] = read_;
  for (const WriteId write : event.response->seen) {
    if (write >= writes_.size() || writes_[write].known || mark_[write] == read_) continue;
    mark_[write] = read_;
    known.push_back(write);
  }
}

// It is in the system: what its author knew is settled.
void LostUpdates::happen(WriteId write) {
  if (writes_[write].happened) return;
  writes_[write].happened = true;
  const auto settled = follows_.extract(write);
  if (settled.empty()) return;
  for (const WriteId known : settled.mapped()) writes_[known].known = true;
}

void LostUpdates::replace(WriteId loser, WriteId winner) {
  Write& lost = writes_[loser];
  lost.replaced = true;
  if (lost.winner == no_write) lost.winner = winner;
  if (winner >= writes_.size()) return;
  Write& won = writes_[winner];
  if (won.shadow == loser) won.shadow = no_write;
  if (won.acknowledged_at <= lost.invoked && won.winner != loser) lost.shadow = winner;
}

// A client's own later write of the key settles the earlier ones.
void LostUpdates::finish() {
  const auto lost = [](const Write& w) { return w.acknowledged && w.replaced && !w.known; };
  const auto shadowed = [](const Write& w) { return w.acknowledged && w.shadow != no_write; };
  std::unordered_map<std::uint64_t, WriteId> last;  // by session; looked up only
  for (const Write& write : writes_)
    if (lost(write)) last[write.session] = 0;
  for (WriteId id = 0; id < writes_.size(); ++id)
    if (const auto it = last.find(writes_[id].session); it != last.end() && writes_[id].happened) it->second = id;
  for (WriteId id = 0; id < writes_.size(); ++id)
    if (shadowed(writes_[id]) || (lost(writes_[id]) && last.at(writes_[id].session) == id)) ++count_;
}

}  // namespace hearsay
