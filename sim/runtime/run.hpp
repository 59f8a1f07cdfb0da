// Runs one case on SimGrid, in this process. SimGrid has one engine per process, with one platform, and its clock does
// not restart: one process, one run, or several that ask nothing of it in which the next could differ (can_run_here).
// The only header of this room that others include.
#pragma once

#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "protocols/registry.hpp"
#include "sim/core/event.hpp"
#include "sim/metrics/result.hpp"
#include "sim/scenario/platform_file.hpp"
#include "sim/scenario/scenario.hpp"

namespace hearsay {

// The run was ended because it asked for more than the scenario allows (`engine.max_in_flight`).
class RunError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Progress {
  double simulated_s = 0;
  double duration_s = 0;
  double present = 0;  // share of the pairs of an acknowledged write and a live node
  std::uint64_t distinct_states = 0;
  std::uint64_t events = 0;
  std::uint64_t transfers = 0;  // that SimGrid shares links between, under `flow`
};

struct RunOptions {
  std::vector<std::string> simgrid_arguments;     // --cfg=..., --log=...
  std::vector<Observer*> observers;               // besides the metrics: traces
  std::function<void()> started;                  // called once all nodes have started
  std::function<void(const Progress&)> progress;  // called every few thousand events
  std::function<bool()> stop_requested;           // asked as often; true ends the run there
  bool run_hash = true;                           // false: without it, to measure what it costs
  bool shares_process = false;                    // others may run before and after it, where results stay the same
};

// True if this process can run the case: it has run nothing yet, or only cases that share it with this one. All of them
// were run with `shares_process`, on generated platforms with equally many hosts, under the latency model, without
// processor time and faults of links, so that what SimGrid computes decides nothing in them.
bool can_run_here(const Case& which, const RunOptions& options);

// A result that says which run it is and nothing else: what a run begins with, and all that one that crashed has.
RunResult named_result(const Case& which, const ProtocolInfo& protocol);

// Everything but verdict and expectations is filled. Of a run that was stopped, what is known until then, and
// `result.stopped` is true. Throws RunError, and what a protocol throws. Requires can_run_here(). The nodes are left
// standing until the next run or the end of the process: taking down a large cluster costs seconds.
RunResult run_case(const Case& which, const RunOptions& options = {});

// The same with a protocol that is not in the registry (benchmarks, tests).
RunResult run_case(const Case& which, const ProtocolInfo& protocol, const RunOptions& options);

// Loads the platform and places the nodes without running. Throws PlatformError. Forks inside, because SimGrid's parser
// ends the process on a mistake; safe to call many times.
void check_platform(const Scenario& scenario);

// Lets SimGrid read its own options (--cfg=..., --log=...) in a process of its own. Throws PlatformError that names the
// one which it does not take and says why.
void check_simgrid_arguments(const std::vector<std::string>& arguments);

}  // namespace hearsay
