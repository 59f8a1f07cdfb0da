// The definitions of docs/definitions.md, computed from a recorded history in the plainest way, to compare with.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "sim/core/event.hpp"
#include "sim/metrics/result.hpp"

namespace hearsay::naive {

using Events = std::deque<Event>;

// What stands after some events.
struct State {
  std::set<NodeId> live;
  std::map<NodeId, std::uint64_t> digest;
  std::map<NodeId, std::set<WriteId>> visible;
  std::set<WriteId> invoked, acknowledged;
  std::uint64_t sent = 0;

  std::size_t distinct() const;
  bool agreed() const { return distinct() == 1; }
  bool on_all(WriteId write) const;
  double up_to_date() const;
  double present() const;
};
State after_events(const Events& events, std::size_t count);  // the first `count`
State at_time(const Events& events, Time time);               // all of times <= `time`
std::vector<Time> instants(const Events& events);             // distinct times, ascending

double divergence(const Events& events);
std::optional<double> convergence_time(const Events& events);
std::vector<std::optional<double>> recoveries(const Events& events);
std::vector<double> delivery_latencies(const Events& events);
std::vector<double> stable_latencies(const Events& events);
// Mean over acknowledged writes; nothing if there is none, or one that never came to so many per cent of the live
// nodes.
std::optional<double> delay_to_share(const Events& events, std::uint64_t percent);
std::uint64_t missing(const Events& events);
std::uint64_t lost(const Events& events);
std::uint64_t causal_violations(const Events& events);
std::uint64_t read_your_writes(const Events& events);
std::uint64_t monotonic_reads(const Events& events);
SetFull set_full(const Events& events);  // without msgs_per_op

}  // namespace hearsay::naive
