// What the cluster said to itself: messages between nodes, by kind and by fate.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/metrics/kinds.hpp"
#include "sim/metrics/result.hpp"

namespace hearsay {

class Traffic final : public SelectiveObserver {
 public:
  // `kinds`: how many message kinds the protocol has.
  explicit Traffic(std::size_t kinds);
  void observe(const Event& event) override;

  std::uint64_t sent() const { return counts_.sent; }
  std::uint64_t bytes() const { return counts_.bytes; }
  // Messages and copies that have been sent and are neither handled nor dropped yet.
  std::uint64_t in_flight() const { return in_flight_; }

  // Rates are per node that was ever present and per second of `simulated` time; 0 if either is none.
  MessageCounts summary(std::uint64_t operations, std::uint32_t nodes, Duration simulated) const;

 private:
  void ends() { in_flight_ -= in_flight_ > 0 ? 1 : 0; }

  MessageCounts counts_;
  std::uint64_t in_flight_ = 0;
};

// Messages per client operation; nothing if there was none.
std::optional<double> messages_per_operation(std::uint64_t sent, std::uint64_t operations);

}  // namespace hearsay
