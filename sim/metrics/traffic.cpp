// Counts messages, bytes and connections.
#include "sim/metrics/traffic.hpp"

#include <algorithm>
#include <numeric>

#include "sim/core/check.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay {

Traffic::Traffic(std::size_t kinds)
    : SelectiveObserver({EventKind::send, EventKind::drop, EventKind::deliver, EventKind::redundant,
                         EventKind::duplicate, EventKind::retransmit, EventKind::dial, EventKind::disconnected}),
      message_kinds_(kinds),
      kinds_(std::max<std::size_t>(kinds, 1)) {
  for (auto& column : sums_) column.resize(event_kinds * kinds_);
}

// Every message passes here twice, so what is counted of all kinds is counted without asking which it is, and
// neighbours go to different columns: most are of one kind, and adding to what was just written waits for it.
void Traffic::fold(std::span<const EventRecord> records, std::uint64_t unusual) {
  constexpr std::uint64_t detailed = bit_of(EventKind::drop) | bit_of(EventKind::disconnected);
  const auto count = [kinds = kinds_](const EventRecord& record, std::vector<Sum>& column) {
    HEARSAY_CHECK(record.type < kinds, "a message of a kind that its protocol does not have");
    Sum& sum = column[static_cast<std::size_t>(record.kind) * kinds + record.type];
    ++sum.count;
    sum.bytes += record.size;
  };
  const std::size_t rows = records.size() / columns * columns;
  for (std::size_t row = 0; row < rows; row += columns)
    for (std::size_t i = 0; i < columns; ++i) count(records[row + i], sums_[i]);
  for (const EventRecord& record : records.subspan(rows)) count(record, sums_.front());
  if ((unusual & detailed) == 0) return;  // most blocks
  for (const EventRecord& record : records)
    if ((detailed & bit_of(record.kind)) != 0) count_detail(record);
}

void Traffic::count_detail(const EventRecord& record) {
  if (record.kind == EventKind::drop)
    ++dropped_[record.detail];
  else
    broken_connections_ += record.detail != static_cast<std::uint8_t>(ConnectionError::closed) ? 1 : 0;
}

Traffic::Sum Traffic::sum(EventKind kind, std::size_t type) const {
  Sum all;
  for (const auto& column : sums_) all += column[static_cast<std::size_t>(kind) * kinds_ + type];
  return all;
}

Traffic::Sum Traffic::total(EventKind kind) const {
  Sum total;
  for (std::size_t type = 0; type < kinds_; ++type) total += sum(kind, type);
  return total;
}

// What was dropped as corrupt had been handed over before.
std::uint64_t Traffic::in_flight() const {
  const std::uint64_t begun = total(EventKind::send).count + total(EventKind::duplicate).count;
  const std::uint64_t ended = total(EventKind::deliver).count + total(EventKind::drop).count -
                              dropped_[static_cast<std::size_t>(DropReason::corrupt)];
  return begun > ended ? begun - ended : 0;
}

MessageCounts Traffic::summary(std::uint64_t operations, std::uint32_t nodes, Duration simulated) const {
  MessageCounts result;
  result.sent = sent();
  result.bytes = bytes();
  result.delivered =
      total(EventKind::deliver).count - dropped_[static_cast<std::size_t>(DropReason::corrupt)];  // thrown away again
  result.dropped = dropped_;
  result.redundant = total(EventKind::redundant).count;
  result.duplicated = total(EventKind::duplicate).count;
  result.retransmitted = total(EventKind::retransmit).count;
  result.dials = total(EventKind::dial).count;
  result.broken_connections = broken_connections_;
  result.in_flight = in_flight();
  for (std::size_t type = 0; type < message_kinds_; ++type) {
    const Sum of_type = sum(EventKind::send, type);
    result.by_type.push_back({of_type.count, of_type.bytes});
  }
  const std::uint64_t ended = std::accumulate(dropped_.begin(), dropped_.end(), result.delivered + result.in_flight);
  HEARSAY_CHECK(result.sent + result.duplicated == ended, "a message was lost without a reason, or ended twice");
  result.per_op = messages_per_operation(result.sent, operations);
  const double node_seconds = static_cast<double>(nodes) * seconds(simulated);
  if (node_seconds > 0) {
    result.per_node_per_s = static_cast<double>(result.sent) / node_seconds;
    result.bytes_per_node_per_s = static_cast<double>(result.bytes) / node_seconds;
  }
  return result;
}

std::optional<double> messages_per_operation(std::uint64_t sent, std::uint64_t operations) {
  if (operations == 0) return std::nullopt;
  return static_cast<double>(sent) / static_cast<double>(operations);
}

}  // namespace hearsay
