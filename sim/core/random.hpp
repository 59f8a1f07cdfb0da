// Random streams (docs/design.md, Determinism). Every consumer draws from a stream of its own, derived from (seed,
// purpose, index), so that adding a consumer leaves the others as they were. The distributions are ours because those
// of <random> differ between standard libraries, and rest on sim/core/exact_math.hpp because the C library's logarithms
// and cosines do, too.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "sim/core/exact_math.hpp"
#include "sim/core/time.hpp"

namespace hearsay {

// One step of SplitMix64 (Steele, Lea, Flood 2014): a bijection of 64-bit words that scatters its input.
constexpr std::uint64_t scatter(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

// Folds `word` into the running value `h`; the order of folding matters.
constexpr std::uint64_t combine(std::uint64_t h, std::uint64_t word) { return scatter(h ^ scatter(word)); }

// A 64-bit value of a text, equal on every machine.
constexpr std::uint64_t hash_text(std::string_view text) {
  std::uint64_t h = scatter(text.size());
  std::uint64_t word = 0;
  int filled = 0;
  for (const char c : text) {
    word = word << 8 | static_cast<unsigned char>(c);
    if (++filled == 8) {
      h = combine(h, word);
      word = 0;
      filled = 0;
    }
  }
  return filled != 0 ? combine(h, word) : h;
}

// xoshiro256++ 1.0 (Blackman, Vigna 2019): period 2^256-1, four words of state.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view purpose, std::uint64_t index = 0)
      : RandomStream(combine(scatter(seed), hash_text(purpose)), index) {}

  std::uint64_t next() {
    const std::uint64_t result = rotl(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotl(state_[3], 45);
    return result;
  }

  // Uniform in [0, 1), 53 bits.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

  // Uniform in [0, bound). Requires bound > 0. Lemire's multiplication with rejection: no bias.
  std::uint64_t below(std::uint64_t bound) {
    Uint128 product = static_cast<Uint128>(next()) * bound;
    if (static_cast<std::uint64_t>(product) < bound) {
      const std::uint64_t floor = -bound % bound;
      while (static_cast<std::uint64_t>(product) < floor) product = static_cast<Uint128>(next()) * bound;
    }
    return static_cast<std::uint64_t>(product >> 64);
  }

  // True with probability p; draws even when p is 0 or 1, so that a rate does not shift what follows.
  bool chance(double p) { return uniform() < p; }

  // Uniform in [low, high]. Requires low <= high.
  Duration between(Duration low, Duration high) {
    return low + Duration(static_cast<std::int64_t>(below(static_cast<std::uint64_t>((high - low).count()) + 1)));
  }

  Duration exponential(Duration mean) { return exponential(mean, log_uniform()); }
  static Duration exponential(Duration mean, double log_uniform) { return from_seconds(-seconds(mean) * log_uniform); }
  double log_uniform() { return exact::log1p(-uniform()); }  // the logarithm of a uniform number in (0, 1]

  // Standard normal, Box-Muller.
  double normal() {
    const double radius = std::sqrt(-2.0 * log_uniform());
    return radius * exact::cos_turns(uniform());
  }

  // Fisher-Yates, of the first `count` positions: these become a uniform sample in random order.
  template <class Sequence>
  void shuffle_front(Sequence& items, std::size_t count) {
    const std::size_t size = items.size();
    for (std::size_t i = 0; i < count && i + 1 < size; ++i) {
      using std::swap;
      swap(items[i], items[i + static_cast<std::size_t>(below(size - i))]);
    }
  }

 private:
  friend class RandomStreams;
  RandomStream(std::uint64_t seed_and_purpose, std::uint64_t index) {
    std::uint64_t h = combine(seed_and_purpose, index);
    for (auto& word : state_) word = h = scatter(h);
  }

  __extension__ using Uint128 = unsigned __int128;
  static constexpr std::uint64_t rotl(std::uint64_t x, int k) { return x << k | x >> (64 - k); }
  std::array<std::uint64_t, 4> state_{};
};

// The streams of one seed and purpose, for those who make many: what these share is computed once.
class RandomStreams {
 public:
  RandomStreams(std::uint64_t seed, std::string_view purpose)
      : seed_and_purpose_(combine(scatter(seed), hash_text(purpose))) {}
  // RandomStream(seed, purpose, index).
  RandomStream at(std::uint64_t index) const { return {seed_and_purpose_, index}; }

 private:
  std::uint64_t seed_and_purpose_;
};

}  // namespace hearsay
