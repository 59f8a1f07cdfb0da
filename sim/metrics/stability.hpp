// stable_latency_s: from a write's acknowledgement to the first instant at or after it when the write is visible on
// every live node (Maelstrom's). everywhere_latency_s: from its invocation to the first such instant, before the
// acknowledgement or after it. Part of Coverage, which tells it what may have changed and when an instant is over.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"
#include "sim/metrics/quantiles.hpp"
#include "sim/metrics/result.hpp"

namespace hearsay {

class Stability {
 public:
  // Once per write.
  void acknowledged(WriteId write, Time invoked, Time at);
  // `write`, acknowledged or not, has come to be visible on every live node; it may cease to be within the instant.
  void reached_all(WriteId write) { reached_.push_back(write); }
  // A node has gone: what it did not hold may be visible on all others now.
  void node_went() { rescan_ = true; }

  // The end of instant `at`. `on_all(write)`: whether it is visible on every live node, of which there is at least one.
  template <class Predicate>
  void close_instant(Time at, Predicate on_all) {
    if (rescan_) {
      std::erase_if(pending_, [&](WriteId write) { return settle(write, at, on_all); });
    } else {
      for (const WriteId write : reached_) settle(write, at, on_all);
    }
    reached_.clear();
    rescan_ = false;
  }

  StableLatency summary() const;
  // Over all acknowledged writes; those that never were on every live node are later than all others, so that a
  // quantile which falls among them is absent.
  EverywhereLatency everywhere() const;

 private:
  struct Write {
    Time invoked = never, acknowledged = never;
    Time everywhere = never;  // the first instant with the write on every live node
    bool stable = false;
  };
  // True if the write needs no more attention.
  template <class Predicate>
  bool settle(WriteId write, Time at, Predicate on_all) {
    if (write >= writes_.size()) writes_.resize(write + std::size_t{1});
    Write& w = writes_[write];
    if (w.stable) return true;
    if (!on_all(write)) return false;
    if (w.everywhere == never) w.everywhere = at;
    if (w.acknowledged == never) return true;
    latencies_.add(at - w.acknowledged);
    everywhere_.add(w.everywhere - w.invoked);
    w.stable = true;
    return true;
  }

  std::vector<Write> writes_;     // by write
  std::vector<WriteId> pending_;  // acknowledged; those that are stable leave it at the next rescan
  std::vector<WriteId> reached_;  // in this instant
  bool rescan_ = false;
  std::uint64_t acknowledged_ = 0;
  DurationSamples latencies_, everywhere_;
};

}  // namespace hearsay
