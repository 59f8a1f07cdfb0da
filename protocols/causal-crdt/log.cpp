#include "protocols/causal-crdt/log.hpp"

#include <algorithm>

#include "protocols/causal-crdt/metrics.hpp"

namespace hearsay::causal {
namespace {

const std::string log_name = "log";
const std::string snapshot_name = "snapshot";
const std::string member_name = "member";

}  // namespace

Log::Recovered Log::recover(Context& context) {
  Recovered recovered;
  recovered.member = context.storage().get(member_name).has_value();
  recovered.snapshot = context.storage().get(snapshot_name);
  for (const std::string_view record : context.storage().records(log_name)) {
    recovered.effects.push_back(decode(record));
    names_.push_back(recovered.effects.back()->origin.dot);
  }
  context.count(index(Metric::replayed), static_cast<double>(names_.size()));
  return recovered;
}

void Log::mark_member(Context& context) { context.storage().put(member_name, ""); }

void Log::append(Context& context, const Effect& effect) {
  context.storage().append(log_name, encode(effect));
  names_.push_back(effect.origin.dot);
  ++since_snapshot_;
  unsynced_ = true;
  context.high_water(index(Metric::log_high_water), static_cast<double>(names_.size()));
}

void Log::commit(Context& context) {
  if (!unsynced_ || !params_.wal_sync) return;
  context.sync();
  unsynced_ = false;
}

void Log::snapshot(Context& context, std::string record, const VectorClock& stable) {
  context.storage().put(snapshot_name, std::move(record));
  truncate(context, stable);
  context.sync();
  context.count(index(Metric::snapshots));
  since_snapshot_ = 0;
  unsynced_ = false;
}

void Log::truncate(Context& context, const VectorClock& stable) {
  const auto dropped = [&stable](const Dot& name) { return name.number <= stable.at(name.stream); };
  const auto count = std::count_if(names_.begin(), names_.end(), dropped);
  if (count == 0) return;
  const Records records = context.storage().records(log_name);
  context.storage().truncate(log_name);
  for (std::size_t i = 0; i < records.size(); ++i)
    if (!dropped(names_[i])) context.storage().append(log_name, records[i]);
  std::erase_if(names_, dropped);
  context.count(index(Metric::log_truncated), static_cast<double>(count));
}

}  // namespace hearsay::causal
