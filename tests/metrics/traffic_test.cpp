#include "sim/metrics/traffic.hpp"

#include <catch2/catch.hpp>

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
