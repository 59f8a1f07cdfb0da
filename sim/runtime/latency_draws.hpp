// Latencies that are drawn for what one node sends.
#pragma once

#include <array>
#include <cstdint>

#include "sim/core/delay.hpp"
#include "sim/core/random.hpp"

namespace hearsay {

// Gives what `Delay::draw` gives, of one law for all of a run. Exponential latencies are computed a few at a time: each
// step of a logarithm waits for the one before it, and the processor does those of several logarithms meanwhile.
class alignas(64) LatencyDraws {
 public:
  LatencyDraws(std::uint64_t seed, std::uint64_t node) : stream_(seed, "network.latency", node) {}

  Duration next(const Delay& law) {
    if (law.kind != Delay::Kind::exponential) return law.draw(stream_);
    if (next_ == logs_.size()) {
      for (double& log : logs_) log = stream_.log_uniform();
      next_ = 0;
    }
    return RandomStream::exponential(law.a, logs_[next_++]);
  }

 private:
  RandomStream stream_;
  std::array<double, 3> logs_{};
  std::size_t next_ = logs_.size();
};
static_assert(sizeof(LatencyDraws) == 64);  // a line of the cache

}  // namespace hearsay
