#include "sim/workload/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "sim/core/exact_math.hpp"

namespace hearsay {
namespace {

// When clients stop who have no `stop` and no number of operations: early enough that the cluster can settle.
Time usual_stop(Time start, Time run_end) {
  const Duration quiet = std::min((run_end - start) / 4, Duration(std::chrono::seconds(15)));
  return run_end - quiet;
}

}  // namespace

Schedule::Schedule(const WorkloadSettings& settings, Time run_end, RandomStream random)
    : arrival_(settings.arrival), start_(Time(settings.start)), end_(run_end), random_(random) {
  if (settings.stop && Time(*settings.stop) > run_end)
    throw ParameterError("stop", "the run is over before `stop`; give an earlier `stop`, or a longer `duration`");
  if (settings.stop) end_ = Time(*settings.stop);
  if (start_ >= end_)
    throw ParameterError(
        "start", "the workload starts after the end of the run; `start` must be less than the scenario's `duration`");
  if (!settings.stop && !settings.operations) end_ = usual_stop(start_, run_end);
  burst_ = static_cast<std::uint64_t>(settings.burst);
  if (settings.operations) count_ = static_cast<std::uint64_t>(*settings.operations);
  const auto window = static_cast<double>((end_ - start_).count());
  spread_ = count_ && !settings.rate && settings.stop;
  gap_ns_ = spread_ ? window / static_cast<double>(*count_) : 1e9 / settings.rate.value_or(default_rate);
  check_fits(settings);
  fixed_gap_ = static_cast<Wide>(std::ldexp(gap_ns_, 32) + 0.5);
  // An even schedule with a count ends with its last operation.
  if (count_ && !spread_ && arrival_ == Arrival::even && gap_ns_ * static_cast<double>(*count_) < window)
    end_ =
        std::min(end_, start_ + Duration(static_cast<std::int64_t>(std::ceil(gap_ns_ * static_cast<double>(*count_)))));
}

void Schedule::check_fits(const WorkloadSettings& settings) const {
  const auto window = static_cast<double>((end_ - start_).count());
  if (window / gap_ns_ > most_operations && !count_)
    throw ParameterError("rate", "the workload would invoke " +
                                     std::to_string(static_cast<std::uint64_t>(window / gap_ns_)) +
                                     " operations; at most 4000000000 are possible: lower the rate or stop earlier");
  if (count_ && !settings.rate && !spread_ && gap_ns_ * static_cast<double>(*count_ - 1) >= window)
    throw ParameterError("operations",
                         "this many operations at the default rate of 20/s do not fit into the run; give a `rate`, "
                         "a `stop` to spread them until, or a longer `duration`");
}

std::optional<Time> Schedule::next() {
  if (count_ && issued_ == *count_) return std::nullopt;
  const auto at = arrival_ == Arrival::even      ? next_even()
                  : arrival_ == Arrival::poisson ? next_poisson()
                                                 : next_staggered();
  if (at) ++issued_;
  return at;
}

std::optional<Time> Schedule::next_even() {
  const auto window = static_cast<Wide>((end_ - start_).count());
  // Whole numbers: no rounding piles up, and rate * (stop - start) operations fit exactly.
  const Wide first = issued_ - issued_ % burst_;  // of its burst
  const Wide offset = spread_ ? first * window / *count_ : (first * fixed_gap_ + (Wide{1} << 31)) >> 32;
  if (offset >= window) return std::nullopt;
  return start_ + Duration(static_cast<std::int64_t>(offset));
}

std::optional<Time> Schedule::next_staggered() {
  const auto window = static_cast<double>((end_ - start_).count());
  const double drawn = random_.uniform();
  if (spread_) {
    const double share = (static_cast<double>(issued_) + drawn) * gap_ns_;
    return start_ + Duration(static_cast<std::int64_t>(std::min(share, window - 1)));
  }
  elapsed_ns_ += 2 * gap_ns_ * drawn;
  if (elapsed_ns_ >= window) return std::nullopt;
  return start_ + Duration(static_cast<std::int64_t>(elapsed_ns_));
}

std::optional<Time> Schedule::next_poisson() {
  const auto window = static_cast<double>((end_ - start_).count());
  const double log_rest = random_.log_uniform();
  if (spread_) {
    // Given its number of arrivals, a Poisson process is that many uniform instants in order: the next one is the
    // smallest of the remaining ones, uniform in what is left of the window.
    const auto remaining = static_cast<double>(*count_ - issued_);
    elapsed_ns_ += (window - elapsed_ns_) * -exact::expm1(log_rest / remaining);
    return start_ + Duration(static_cast<std::int64_t>(std::min(elapsed_ns_, window - 1)));
  }
  elapsed_ns_ -= gap_ns_ * log_rest;
  if (elapsed_ns_ >= window) return std::nullopt;
  return start_ + Duration(static_cast<std::int64_t>(elapsed_ns_));
}

}  // namespace hearsay
