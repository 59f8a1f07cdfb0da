// All metrics of a run: attach to the event stream, then ask for the result.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/core/event.hpp"
#include "sim/core/message.hpp"
#include "sim/metrics/result.hpp"

namespace hearsay {

struct MetricsSetup {
  std::uint32_t nodes = 0;         // ids that may ever occur, joiners included
  Duration duration{};             // the longest the run can take: decides the grid of `series`
  std::vector<MessageKind> kinds;  // of the protocol, in order of KindIndex
  bool run_hash = true;            // false: the result has none
  bool tracks_members = false;     // ProtocolInfo::tracks_members
  bool replicated = true;          // WorkloadInfo::replicated, and nodes report their state
  bool traced = true;              // nodes report which writes they hold
};

class MetricsCollector {
 public:
  explicit MetricsCollector(const MetricsSetup& setup);
  ~MetricsCollector();

  // The observers to attach to the run, in this order: some look at what others held before the event. Valid as long as
  // the collector.
  std::span<Observer* const> observers() const;

  // True while all live nodes hold the same state; false while there is no live node. Nodes that have not reported a
  // digest since they started are equal among themselves and differ from all others.
  bool agreed() const;
  // Since when that has been so without interruption (except for those of no length). Requires agreed().
  Time agreed_since() const;
  // For progress lines: the share of the pairs of an acknowledged write and a live node that are present, and how many
  // different states live nodes hold.
  double present() const;
  std::uint32_t distinct_states() const;
  // Messages sent and neither handled nor dropped yet.
  std::uint64_t in_flight() const;

  // Fills everything that comes from events: not the names, parameters, verdict and cost. Requires that `finish`
  // passed.
  void fill(RunResult& result) const;

 private:
  struct Parts;
  void fill_agreement(RunResult& result) const;
  void fill_clients(RunResult& result) const;
  void fill_example(RunResult& result, WriteId missing) const;

  std::unique_ptr<Parts> parts_;
  std::vector<Observer*> observers_;
};

}  // namespace hearsay
