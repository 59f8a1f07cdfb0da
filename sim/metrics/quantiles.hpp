// Quantiles of durations in bounded memory. Up to `exact_limit` samples every one is kept; beyond that a histogram with
// 1024 buckets an octave (Tene's HdrHistogram), whose quantiles are off by at most 0.05 %. Count, smallest, largest and
// mean are exact always.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/metrics/result.hpp"

namespace hearsay {

// Position of quantile `q` in `count` sorted samples: floor(q * count), as Jepsen and Maelstrom count. Requires count >
// 0.
std::size_t floor_index(double q, std::size_t count);

class DurationSamples {
 public:
  static constexpr std::size_t exact_limit = 65536;

  // Negative durations count as 0.
  void add(Duration sample) {
    const std::int64_t ns = std::max<std::int64_t>(0, sample.count());
    sum_ += ns;
    ++count_;
    if (count_ <= exact_limit) [[likely]]
      samples_.push_back(ns);
    else
      add_to_histogram(ns);
  }

  std::uint64_t count() const { return count_; }

  // The quantiles `qs`, which ascend within [0, 1]. Requires count() > 0.
  std::vector<Duration> at(std::span<const double> qs) const;

  // In seconds; absent if there is no sample.
  Quantiles summary() const;

 private:
  __extension__ typedef __int128 Sum;  // 2^64 samples of 2^63 ns do not overflow it

  static std::size_t bucket_of(std::int64_t ns);
  static std::int64_t middle_of(std::size_t bucket);
  void add_to_histogram(std::int64_t ns);
  [[gnu::noinline]] void begin_histogram();
  std::vector<Duration> from_histogram(std::span<const double> qs) const;

  std::vector<std::int64_t> samples_;     // while exact
  std::vector<std::uint64_t> histogram_;  // afterwards
  std::uint64_t count_ = 0;
  std::int64_t smallest_ = 0, largest_ = 0;  // once there is a histogram
  Sum sum_ = 0;
};

}  // namespace hearsay
