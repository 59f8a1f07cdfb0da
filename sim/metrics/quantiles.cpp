// Exact quantiles of few samples, a logarithmic histogram for many.
#include "sim/metrics/quantiles.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "sim/core/check.hpp"

namespace hearsay {
namespace {

// Values below 2^sub_bits have a bucket each; above, each octave has 2^sub_bits of them.
constexpr unsigned sub_bits = 10;
constexpr std::size_t octave = std::size_t{1} << sub_bits;
constexpr std::size_t buckets = octave * (64 - sub_bits);

}  // namespace

std::size_t floor_index(double q, std::size_t count) {
  const double position = std::floor(q * static_cast<double>(count));
  return std::min(count - 1, static_cast<std::size_t>(position));
}

std::size_t DurationSamples::bucket_of(std::int64_t ns) {
  const auto value = static_cast<std::uint64_t>(ns);
  if (value < octave) return value;
  const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - 1 - sub_bits;
  return octave * shift + (value >> shift);  // value >> shift lies in [octave, 2 * octave)
}

std::int64_t DurationSamples::middle_of(std::size_t bucket) {
  if (bucket < 2 * octave) return static_cast<std::int64_t>(bucket);
  const std::size_t shift = bucket / octave - 1;
  const std::uint64_t low = static_cast<std::uint64_t>(bucket - octave * shift) << shift;
  return static_cast<std::int64_t>(low + (std::uint64_t{1} << shift) / 2);
}

void DurationSamples::begin_histogram() {
  histogram_.assign(buckets, 0);
  for (const std::int64_t ns : samples_) ++histogram_[bucket_of(ns)];
  const auto [smallest, largest] = std::ranges::minmax(samples_);
  smallest_ = smallest;
  largest_ = largest;
  samples_ = {};
}

void DurationSamples::add_to_histogram(std::int64_t ns) {
  if (histogram_.empty()) [[unlikely]]
    begin_histogram();
  smallest_ = std::min(smallest_, ns);
  largest_ = std::max(largest_, ns);
  ++histogram_[bucket_of(ns)];
}

std::vector<Duration> DurationSamples::at(std::span<const double> qs) const {
  HEARSAY_CHECK(count_ > 0, "a quantile of no samples");
  if (!histogram_.empty()) return from_histogram(qs);
  std::vector<std::int64_t> sorted = samples_;
  std::sort(sorted.begin(), sorted.end());
  std::vector<Duration> result;
  for (const double q : qs) result.emplace_back(sorted[floor_index(q, sorted.size())]);
  return result;
}

std::vector<Duration> DurationSamples::from_histogram(std::span<const double> qs) const {
  std::vector<Duration> result;
  std::size_t bucket = 0;
  std::uint64_t up_to = histogram_[0];  // samples in buckets [0, bucket]
  for (const double q : qs) {
    const std::uint64_t index = floor_index(q, count_);
    while (up_to <= index) up_to += histogram_[++bucket];
    if (index == 0) {
      result.emplace_back(smallest_);
    } else if (index == count_ - 1) {
      result.emplace_back(largest_);
    } else {
      result.emplace_back(std::clamp(middle_of(bucket), smallest_, largest_));
    }
  }
  return result;
}

Quantiles DurationSamples::summary() const {
  Quantiles result;
  result.count = count_;
  if (count_ == 0) return result;
  static constexpr std::array<double, 4> qs{0.5, 0.9, 0.99, 1};
  const std::vector<Duration> values = at(qs);
  result.p50 = seconds(values[0]);
  result.p90 = seconds(values[1]);
  result.p99 = seconds(values[2]);
  result.max = seconds(values[3]);
  result.mean = static_cast<double>(sum_) / static_cast<double>(count_) * 1e-9;
  return result;
}

}  // namespace hearsay
