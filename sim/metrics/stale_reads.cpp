#include "sim/metrics/stale_reads.hpp"

#include <algorithm>

namespace hearsay {

void StaleReads::observe(const Event& event) {
  if (event.operation == nullptr || event.operation->key.empty()) return;
  if (event.kind == EventKind::invoke)
    invoke(event);
  else
    respond(event);
}

void StaleReads::invoke(const Event& event) {
  const Operation& operation = *event.operation;
  if (operation.kind == OperationKind::write) {
    if (operation.write >= writes_.size()) writes_.resize(operation.write + std::size_t{1});
    writes_[operation.write].invoked = event.at;
  } else if (const auto it = latest_.find(operation.key); it != latest_.end()) {
    reads_[operation.id] = it->second;
  }
}

void StaleReads::respond(const Event& event) {
  const Operation& operation = *event.operation;
  const bool ok = static_cast<Outcome>(event.detail) == Outcome::ok;
  if (operation.kind == OperationKind::write) {
    if (!ok) return;
    Write& write = writes_[operation.write];
    write.acknowledged = event.at;
    Time& latest = latest_.try_emplace(operation.key, write.invoked).first->second;
    latest = std::max(latest, write.invoked);
    return;
  }
  const auto read = reads_.extract(operation.id);
  if (!ok || read.empty() || event.response == nullptr || event.response->whole) return;
  const auto& seen = event.response->seen;
  const auto old = [&](WriteId write) { return write < writes_.size() && writes_[write].acknowledged < read.mapped(); };
  if (!seen.empty() && std::all_of(seen.begin(), seen.end(), old)) ++count_;
}

}  // namespace hearsay
