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

  std::optional<Time> peek() final;
  std::optional<ScheduledOperation> next() final;
  Time end() const final;

 protected:
  // Fills key and value. Called once an operation, in order; `write` is set for writes.
  virtual void fill(Operation& operation) = 0;
  // The same for a step of the script, whose argument stands in `value`: the key, unless the step names one, the
  // method, and the value where it gave none. Throws ParameterError at `script` if the step makes no sense.
  virtual void fill_scripted(Operation& operation, const ScriptStep& step) = 0;

 private:
  ScheduledOperation next_drawn();
  ScheduledOperation next_scripted();
  ScheduledOperation next_final_read();
  ScheduledOperation begin(OperationKind kind);
  void finish(ScheduledOperation& scheduled, std::int64_t size);
  Time schedule_end() const;
  Time final_reads_at() const { return schedule_end() + *settings_.final_reads; }
  std::uint64_t session_count() const;
  void check_final_reads(Time run_end) const;

  WorkloadSettings settings_;
  std::vector<NodeId> targets_;
  std::vector<ScriptStep> script_;
  std::shared_ptr<Numbering> numbering_;
  std::uint64_t clients_ = 0;
  ClientId first_client_ = 0;
  Schedule schedule_;
  RandomStream client_random_, kind_random_, roam_random_;
  std::optional<Time> peeked_;   // of the operation that comes next, if it is drawn
  std::uint64_t drawn_ = 0;      // operations so far
  std::size_t steps_ = 0;        // of the script, invoked so far
  std::size_t final_reads_ = 0;  // invoked so far
};

enum class Distribution : std::uint8_t { uniform, zipf };  // of keys
struct NoFields {};                                        // of a workload without keys of its own

// The declaration of a workload whose class W takes (its own fields P, settings, context).
template <class W, class P>
WorkloadInfo declare_workload(std::string name, std::string summary, std::vector<ScriptWord> words,
                              const ParameterTable<P>& own, void (*check_own)(const P&)) {
  WorkloadInfo info;
  info.name = std::move(name);
  info.summary = std::move(summary);
  info.words = std::move(words);
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
