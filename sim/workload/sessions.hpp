// Who asks, where, and whether it writes or reads: what every workload decides the same way. Each choice draws from a
// stream of its own, so that changing one leaves the others as they were.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/workload/schedule.hpp"
#include "sim/workload/settings.hpp"

namespace hearsay {

// Base of the workloads: a kind adds keys and values.
class SessionWorkload : public Workload {
 public:
  // Throws ParameterError if the settings do not fit the cluster or the run.
  SessionWorkload(const WorkloadSettings& settings, const WorkloadContext& context);

  std::optional<ScheduledOperation> next() final;
  Time end() const final;
  Duration client_latency() const final { return settings_.client_latency; }
  Duration timeout() const final { return settings_.timeout; }

 protected:
  // Fills key and value. Called once an operation, in order; `write` is set for writes.
  virtual void fill(Operation& operation) = 0;

 private:
  std::optional<ScheduledOperation> next_of_schedule();
  std::optional<ScheduledOperation> next_final_read();
  Time final_reads_at() const { return schedule_.end() + *settings_.final_reads; }
  void check_final_reads(Time run_end) const;

  WorkloadSettings settings_;
  std::vector<NodeId> targets_;
  std::uint64_t clients_ = 0;
  Schedule schedule_;
  RandomStream client_random_, kind_random_, roam_random_;
  OpId issued_ = 0;
  WriteId written_ = 0;
  std::size_t final_reads_ = 0;  // invoked so far
};

enum class Distribution : std::uint8_t { uniform, zipf };  // of keys
struct NoFields {};                                        // of a workload without keys of its own

// The declaration of a workload whose class W takes (its own fields P, settings, context).
template <class W, class P>
WorkloadInfo declare_workload(std::string name, std::string summary, const ParameterTable<P>& own,
                              void (*check_own)(const P&)) {
  WorkloadInfo info;
  info.name = std::move(name);
  info.summary = std::move(summary);
  info.parameters = settings_table().parameters();
  info.parameters.insert(info.parameters.end(), own.parameters().begin(), own.parameters().end());
  info.check = [own, check_own](const ParameterValues& values) {
    check_settings(settings_table().build(values));
    check_own(own.build(values));
  };
  info.make = [own](const ParameterValues& values, const WorkloadContext& context) -> std::unique_ptr<Workload> {
    return std::make_unique<W>(own.build(values), settings_table().build(values), context);
  };
  return info;
}

}  // namespace hearsay
