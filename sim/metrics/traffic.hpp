// What the cluster said to itself: messages between nodes, by kind and by fate.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/metrics/kinds.hpp"
#include "sim/metrics/result.hpp"

namespace hearsay {

class Traffic final : public SelectiveObserver {
 public:
  // `kinds`: how many message kinds the protocol has.
  explicit Traffic(std::size_t kinds);
  void observe(const Event& event) override { fold_one(event); }
  bool folds() const override { return true; }
  void fold(std::span<const EventRecord> records, std::uint64_t unusual) override;

  std::uint64_t sent() const { return total(EventKind::send).count; }
  std::uint64_t bytes() const { return total(EventKind::send).bytes; }
  // Messages and copies that have been sent and are neither handled nor dropped yet.
  std::uint64_t in_flight() const;

  // Rates are per node that was ever present and per second of `simulated` time; 0 if either is none.
  MessageCounts summary(std::uint64_t operations, std::uint32_t nodes, Duration simulated) const;

 private:
  struct Sum {
    std::uint64_t count = 0, bytes = 0;
    void operator+=(const Sum& other) {
      count += other.count;
      bytes += other.bytes;
    }
  };
  static constexpr std::size_t columns = 4;
  Sum sum(EventKind kind, std::size_t type) const;
  Sum total(EventKind kind) const;
  void count_detail(const EventRecord& record);

  std::size_t message_kinds_;
  std::size_t kinds_;  // the same, or 1 where there are none: events without a message are of type 0
  std::array<std::vector<Sum>, columns> sums_;  // by kind of event, then by kind of message; to be added up
  std::array<std::uint64_t, drop_reasons> dropped_{};
  std::uint64_t broken_connections_ = 0;
};

// Messages per client operation; nothing if there was none.
std::optional<double> messages_per_operation(std::uint64_t sent, std::uint64_t operations);

}  // namespace hearsay
