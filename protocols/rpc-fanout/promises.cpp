#include "protocols/rpc-fanout/promises.hpp"

#include "protocols/common/promises.hpp"

namespace hearsay::rpc_fanout {
namespace {

using H = Hazard;

// Whether whatever an attempt waits for comes to an end: an answer, a timeout, a broken connection or its probe.
bool attempts_end(const Params& p) {
  return p.attempt_timeout > Duration{} || p.deadline > Duration{} || p.keep_alive > Duration{} ||
         p.silence_is_failure();
}

}  // namespace

std::vector<Promise> promises(const Params& p) {
  Promise calls_end{.name = "every call ends",
                    .path = "protocol_metrics.calls_open",
                    .bound = "0",
                    .meaning = "once faults and clients are over, no call is open",
                    .given = attempts_end(p) && (p.server_workers == 0 || p.worker_wait > Duration{}),
                    .needs = "keep_alive, attempt_timeout or deadline; with server_workers also worker_wait above 0s"};
  calls_end.within = std::chrono::seconds(60) + 4 * (p.attempt_timeout + p.retry_max_delay) + 4 * p.worker_wait +
                     p.deadline + 2 * p.keep_alive;
  Promise convergence{
      .name = "converges",
      .path = "converged",
      .bound = "true",
      .meaning = "every server comes to have every write, as long as no call fails for good",
      .given = p.error_rate == 0 && !p.denied_key && p.attempt_timeout == Duration{} && p.deadline == Duration{},
      .needs =
          "error_rate: 0, and no denied_key, attempt_timeout or deadline: a call that has failed is never made again",
      .except = {H::restart, H::departure, H::loss, H::cut, H::stall, H::corruption},
      .workloads = {"broadcast"}};
  convergence.within = calls_end.within;
  return {
      calls_end,
      convergence,
      recognises_garbage(p.checksum, "checksum: true"),
      {.name = "executes once",
       .path = "violations.duplicate_apply",
       .bound = "0",
       .meaning = "no write changes a server's state a second time, however often its call is repeated",
       .given = p.idempotency_keys,
       .needs = "idempotency_keys: true",
       .except = {H::restart}},
  };
}

}  // namespace hearsay::rpc_fanout
