#include "protocols/common/rpc/options.hpp"

#include <string>

namespace hearsay::rpc {
namespace {

// Throws if a parameter was changed that nothing would read.
void require(bool meaningful, const char* parameter, const char* remedy) {
  if (!meaningful) throw ParameterError(parameter, std::string(parameter) + " has no meaning here; " + remedy);
}

}  // namespace

void check(const CallOptions& options) {
  const CallOptions usual;
  const bool stream = options.transport == Transport::stream;
  require(options.checksum || !stream, "checksum", "TCP always has one: write transport: datagram, or leave it out");
  require(stream || options.connections == usual.connections, "connections",
          "datagrams have none: write transport: stream");
  require(stream || options.fd_limit == usual.fd_limit, "fd_limit",
          "datagrams have no connections: write transport: stream");
  require(stream || !options.delay_after_last, "delay_after_last",
          "a call over datagrams waits for its last answer anyway: write transport: stream");
  require(options.connections == ConnectionUse::pooled || options.pool_size == usual.pool_size, "pool_size",
          "no connection is kept: write connections: pooled");
  require(options.retry != RetryKind::fixed || options.retry_max_delay == usual.retry_max_delay, "retry_max_delay",
          "a fixed delay does not grow: write another retry");
  require((options.retry != RetryKind::fixed && options.retry != RetryKind::decorrelated) ||
              options.retry_factor == usual.retry_factor,
          "retry_factor", "no factor makes this delay grow: write another retry");
  require(options.retry == RetryKind::adaptive || options.retry_min_delay == usual.retry_min_delay, "retry_min_delay",
          "no other wait depends on the server's answers: write retry: adaptive");
  require(options.retry_budget > 0 || options.retry_budget_ratio == usual.retry_budget_ratio, "retry_budget_ratio",
          "there is no budget: write a retry_budget");
  require(stream || options.keep_alive == usual.keep_alive, "keep_alive",
          "datagrams have no connections: write transport: stream");
  require(options.server_workers > 0 || options.worker_wait == usual.worker_wait, "worker_wait",
          "no call waits for a worker of its server: write server_workers");
  require(options.breaker || options.breaker_failures == usual.breaker_failures, "breaker_failures",
          "there is no breaker: write breaker: true");
  require(options.breaker || options.breaker_reset == usual.breaker_reset, "breaker_reset",
          "there is no breaker: write breaker: true");
  if (options.retry != RetryKind::fixed && options.policy().first > options.retry_max_delay)
    throw ParameterError("retry_max_delay", "retry_max_delay is shorter than retry_delay; make it at least as long");
  if (options.retry == RetryKind::adaptive && options.retry_min_delay > options.retry_max_delay)
    throw ParameterError("retry_min_delay", "retry_min_delay is longer than retry_max_delay; make it at most as long");
  if (options.deadline > Duration{} && options.attempt_timeout > options.deadline)
    throw ParameterError("attempt_timeout", "attempt_timeout is longer than the whole call's deadline; shorten it");
  if (options.deadline > Duration{} && options.hedge_delay >= options.deadline)
    throw ParameterError("hedge_delay", "no call lasts that long: hedge_delay is shorter than deadline");
  if (options.silence_is_failure() && options.policy().first == Duration{})
    throw ParameterError("retry_delay", "no answer could come in time; give a retry_delay, or an attempt_timeout");
}

}  // namespace hearsay::rpc
