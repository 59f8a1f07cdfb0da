// What all workloads have in common: how often, how many, by whom and at which nodes.
#pragma once

#include <optional>
#include <vector>

#include "sim/core/parameters.hpp"
#include "sim/workload/workload.hpp"

namespace hearsay {

enum class Arrival : std::uint8_t {
  even,       // the k-th operation k/rate after the start
  poisson,    // independent exponential gaps
  staggered,  // independent gaps, uniform between 0 and twice the mean, as Jepsen's `stagger`
};

struct WorkloadSettings {
  std::optional<double> rate;  // per second, of the whole cluster
  std::optional<std::int64_t> operations;
  double reads = 0;  // probability that an operation is a read
  Duration start{};
  std::optional<Duration> stop;
  Selector targets = Selector::all();
  std::int64_t size = 64;  // bytes
  Duration client_latency{};
  Duration timeout = std::chrono::seconds(5);
  std::optional<std::int64_t> clients;
  bool roam = false;
  Arrival arrival = Arrival::even;
  std::optional<Duration> final_reads;  // after the end of the schedule
  std::int64_t burst = 1;
};

inline constexpr double default_rate = 20;  // per second, where neither `rate` nor `operations` says otherwise

// Ids of operations are 32 bits wide.
inline constexpr double most_operations = 4'000'000'000.0;

const ParameterTable<WorkloadSettings>& settings_table();

// Throws ParameterError if the settings contradict each other.
void check_settings(const WorkloadSettings& settings);

}  // namespace hearsay
