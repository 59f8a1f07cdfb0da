#include "sim/metrics/traffic.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <vector>

#include "sim/core/protocol.hpp"
#include "sim/core/random.hpp"

using namespace hearsay;

namespace {

void emit(Traffic& traffic, EventKind kind, DropReason reason = DropReason::loss) {
  Event event;
  event.kind = kind;
  if (kind == EventKind::drop) event.detail = static_cast<std::uint8_t>(reason);
  traffic.observe(event);
}

}  // namespace

TEST_CASE("in flight is what was sent or copied and neither handled nor dropped yet") {
  Traffic traffic(1);
  for (int i = 0; i < 3; ++i) emit(traffic, EventKind::send);
  emit(traffic, EventKind::duplicate);
  CHECK(traffic.in_flight() == 4);
  emit(traffic, EventKind::drop, DropReason::partition);
  emit(traffic, EventKind::deliver);
  CHECK(traffic.in_flight() == 2);
  emit(traffic, EventKind::drop, DropReason::corrupt);  // the one just delivered: its receiver threw it away
  emit(traffic, EventKind::redundant);
  CHECK(traffic.in_flight() == 2);
}

TEST_CASE(
    "sent and copied are delivered, dropped or in flight; what was discarded as corrupt counts as dropped alone") {
  Traffic traffic(1);
  for (int i = 0; i < 5; ++i) emit(traffic, EventKind::send);
  emit(traffic, EventKind::duplicate);
  for (int i = 0; i < 3; ++i) emit(traffic, EventKind::deliver);
  emit(traffic, EventKind::drop, DropReason::corrupt);
  emit(traffic, EventKind::drop, DropReason::loss);
  const MessageCounts counts = traffic.summary(0, 1, std::chrono::seconds(1));
  CHECK(counts.sent == 5);
  CHECK(counts.duplicated == 1);
  CHECK(counts.delivered == 2);
  CHECK(counts.dropped[static_cast<std::size_t>(DropReason::corrupt)] == 1);
  CHECK(counts.dropped[static_cast<std::size_t>(DropReason::loss)] == 1);
  CHECK(counts.in_flight == 2);
}

TEST_CASE("Connections that were closed are not broken ones") {
  Traffic traffic(1);
  std::vector<EventRecord> told(3);
  for (EventRecord& record : told) record.kind = EventKind::disconnected;
  told[0].detail = static_cast<std::uint8_t>(ConnectionError::closed);
  told[1].detail = told[2].detail = static_cast<std::uint8_t>(ConnectionError::reset);
  traffic.fold(told, bit_of(EventKind::disconnected));
  CHECK(traffic.summary(0, 1, std::chrono::seconds(1)).broken_connections == 2);
}

TEST_CASE("Into whatever blocks a stream is cut, each of its messages is counted once, with its kind and size") {
  RandomStream random(1, "traffic");
  constexpr std::array kinds{EventKind::send, EventKind::send, EventKind::deliver, EventKind::retransmit};
  std::vector<EventRecord> records(2000);
  std::map<std::pair<EventKind, KindIndex>, std::pair<std::uint64_t, std::uint64_t>> expected;
  for (EventRecord& record : records) {
    record.kind = kinds[random.below(kinds.size())];
    record.type = static_cast<KindIndex>(random.below(3));
    record.size = static_cast<std::uint32_t>(random.below(1000));
    auto& [count, bytes] = expected[{record.kind, record.type}];
    ++count;
    bytes += record.size;
  }
  Traffic traffic(3);
  for (std::span<const EventRecord> rest = records; !rest.empty();) {
    const std::size_t block = std::min<std::size_t>(rest.size(), random.below(12));
    traffic.fold(rest.first(block), 0);
    rest = rest.subspan(block);
  }
  std::uint64_t sent = 0, delivered = 0, retransmitted = 0;
  for (const auto& [which, sums] : expected)
    (which.first == EventKind::send      ? sent
     : which.first == EventKind::deliver ? delivered
                                         : retransmitted) += sums.first;
  const MessageCounts counts = traffic.summary(0, 1, std::chrono::seconds(1));
  CHECK(counts.sent == sent);
  CHECK(counts.delivered == delivered);
  CHECK(counts.retransmitted == retransmitted);
  std::uint64_t bytes = 0;
  for (KindIndex type = 0; type < 3; ++type) {
    const auto& sums = expected[{EventKind::send, type}];
    CHECK(counts.by_type[type].sent == sums.first);
    CHECK(counts.by_type[type].bytes == sums.second);
    bytes += sums.second;
  }
  CHECK(counts.bytes == bytes);
}
