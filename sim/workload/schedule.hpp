// When operations are invoked: instants in ascending order, generated one at a time.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/core/random.hpp"
#include "sim/core/time.hpp"
#include "sim/workload/settings.hpp"

namespace hearsay {

class Schedule {
 public:
  // Requires settings that `check_settings` accepts. Throws ParameterError if they do not fit a run until `run_end`.
  Schedule(const WorkloadSettings& settings, Time run_end, RandomStream random);

  std::optional<Time> next();
  Time end() const { return end_; }  // nothing comes at or after it

 private:
  __extension__ typedef unsigned __int128 Wide;

  std::optional<Time> next_even();
  std::optional<Time> next_poisson();
  std::optional<Time> next_staggered();
  void check_fits(const WorkloadSettings& settings) const;

  Arrival arrival_;
  bool spread_ = false;  // exactly `count_` operations over the whole of [start_, end_)
  Time start_, end_;
  std::optional<std::uint64_t> count_;
  double gap_ns_;       // mean gap
  Wide fixed_gap_ = 0;  // the same in units of 2^-32 ns: operation k comes at exactly k times it
  RandomStream random_;
  std::uint64_t issued_ = 0;
  std::uint64_t burst_ = 1;  // operations at one instant
  double elapsed_ns_ = 0;    // poisson, staggered: since start_
};

}  // namespace hearsay
