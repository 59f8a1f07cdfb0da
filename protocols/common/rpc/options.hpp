// How calls are made: what a protocol that calls other servers lets its users choose. The defaults are those of the RPC
// document's library.
#pragma once

#include <cstdint>
#include <optional>

#include "protocols/common/retry_policy.hpp"
#include "sim/core/message.hpp"
#include "sim/core/parameters.hpp"
#include "sim/core/time.hpp"

namespace hearsay::rpc {

enum class ConnectionUse : std::uint8_t {
  per_call,  // dialled for an attempt and closed after it
  pooled,    // kept: one per server, shared by the calls to it; one that fails is replaced
  standing,  // gRPC's channel: one per server, dialled at the start, and used while it does not break; a call goes out
             // on it even before it stands, and fails with it
};

struct CallOptions {
  Transport transport = Transport::stream;
  bool checksum = true;

  std::optional<std::uint32_t> attempts;  // 3 if the wait is fixed, else 5
  RetryKind retry = RetryKind::fixed;
  std::optional<Duration> retry_delay;  // 500 ms if fixed, else 100 ms
  Duration retry_max_delay = std::chrono::seconds(5);
  Duration retry_min_delay = std::chrono::milliseconds(200);
  double retry_factor = 2.0;
  bool delay_after_last = false;
  bool retry_application_errors = true;
  std::uint32_t retry_budget = 0;  // 0: none
  double retry_budget_ratio = 0.1;
  Duration attempt_timeout{};  // 0: none
  Duration deadline{};         // 0: none
  Duration hedge_delay{};      // 0: no hedging

  ConnectionUse connections = ConnectionUse::per_call;
  std::uint32_t pool_size = 100;
  std::uint32_t fd_limit = 1024;
  Duration keep_alive = std::chrono::seconds(15);  // 0: none
  bool cancellation = false;
  std::uint32_t workers = 0;         // of one broadcast; 0: unbounded
  std::uint32_t server_workers = 0;  // of one server; 0: unbounded
  Duration worker_wait = std::chrono::seconds(10);

  bool breaker = false;
  std::uint32_t breaker_failures = 5;
  Duration breaker_reset = std::chrono::seconds(30);

  Duration call_cpu{};

  RetryPolicy policy() const {
    const auto usual = std::chrono::milliseconds(retry == RetryKind::fixed ? 500 : 100);
    return {retry, retry_delay.value_or(usual), retry_max_delay, retry_factor, retry_min_delay};
  }
  std::uint32_t attempt_limit() const { return attempts.value_or(retry == RetryKind::fixed ? 3 : 5); }
  // A lost datagram fails by silence alone: where no timeout says how long, the wait before the next attempt is also
  // the wait for an answer.
  bool silence_is_failure() const { return transport == Transport::datagram && attempt_timeout == Duration{}; }
};

// Throws ParameterError if the values contradict each other.
void check(const CallOptions& options);

// Declares them all as parameters of a protocol whose Params inherit CallOptions.
template <class Params>
void declare_call_options(ParameterTable<Params>& table) {
  using O = CallOptions;
  const auto in = []<class M>(M O::*member) { return static_cast<M Params::*>(member); };
  constexpr Bounds count{1, 1e9}, count_or_none{0, 1e9};
  table.add_choice("transport", in(&O::transport), {"datagram", "stream"},
                   "what carries the calls: TCP, or datagrams that get lost", "UnicastToRPCServer, Behavior 1");
  table.add("checksum", ValueType::boolean, in(&O::checksum), any_bounds,
            "datagrams carry a checksum of 4 bytes; without it garbage is believed");
  table.add("attempts", ValueType::integer, in(&O::attempts), count,
            "attempts of a call, the first one included; unless given 3 where the wait is fixed, and 5 where it grows",
            "Retry Mechanism, Configuration: maxRetries; Future Enhancements 2");
  table.add_choice("retry", in(&O::retry), retry_kind_names(),
                   "how the wait before a retry is chosen; adaptive: by what the server's answers have taken",
                   "fixed: Retry Mechanism, Backoff Strategy; exponential: Future Enhancements 2; jitters: Brooker "
                   "2015; adaptive: RFC 6298");
  table.add("retry_delay", ValueType::duration, in(&O::retry_delay), non_negative,
            "wait before the first retry; unless given 500ms where it is fixed, and 100ms where it grows. Over "
            "datagrams without attempt_timeout it is counted from the sending, and is the wait for the answer too",
            "Retry Mechanism, Configuration; Future Enhancements 2");
  table.add("retry_max_delay", ValueType::duration, in(&O::retry_max_delay), non_negative,
            "longest wait of the policies that grow", "Future Enhancements 2");
  table.add("retry_min_delay", ValueType::duration, in(&O::retry_min_delay), non_negative,
            "shortest wait of the adaptive policy; Linux has 200 ms for TCP, RFC 6298 asks for 1 s", "RFC 6298, 2.4");
  table.add("retry_factor", ValueType::number, in(&O::retry_factor), {1, 100},
            "factor by which the wait of the exponential, jittered and adaptive policies grows with each retry",
            "Future Enhancements 2");
  table.add("delay_after_last", ValueType::boolean, in(&O::delay_after_last), any_bounds,
            "true: the caller waits after its last failed attempt too, as the document's listing and its worst case of "
            "1.5 s have it; false: as its timeline of 1.0 s has it",
            "Retry Algorithm; Latency Analysis");
  table.add("retry_application_errors", ValueType::boolean, in(&O::retry_application_errors), any_bounds,
            "an answer that says that the request cannot be fulfilled is tried again like a failure",
            "Error Handling 3");
  table.add("retry_budget", ValueType::integer, in(&O::retry_budget), count_or_none,
            "tokens for each server called: a failed attempt takes one, a success gives retry_budget_ratio back, and "
            "there are retries and hedges only while more than half of the tokens are left; 0: no budget",
            "gRPC A6, retry throttling: maxTokens");
  table.add("retry_budget_ratio", ValueType::number, in(&O::retry_budget_ratio), {0, 1000},
            "tokens that a successful call gives back", "gRPC A6: tokenRatio");
  table.add("attempt_timeout", ValueType::duration, in(&O::attempt_timeout), non_negative,
            "an attempt without an answer is given up after this; 0s: when the connection fails", "Test 6");
  table.add("deadline", ValueType::duration, in(&O::deadline), non_negative,
            "a call fails this long after it was asked for, whatever it is waiting for; 0s: never",
            "Future Enhancements 3");
  table.add("cancellation", ValueType::boolean, in(&O::cancellation), any_bounds,
            "a server is told when nobody waits for its answer any more, because the attempt was given up or the call "
            "has ended; it drops the answer and cancels the calls that it made for the request",
            "Future Enhancements 3: the context reaches the server");
  table.add("hedge_delay", ValueType::duration, in(&O::hedge_delay), non_negative,
            "a call without an answer after this is sent once more, to another server if one will do; the first answer "
            "counts; 0s: never",
            "Dean, Barroso 2013");
  table.add_choice("connections", in(&O::connections), {"per-call", "pooled", "standing"},
                   "whether each attempt dials and closes, or connections are dialled when needed, kept and shared, or "
                   "dialled at the start and used until they break",
                   "per-call: Design Rationale 3; pooled: Future Enhancements 1; standing: gRPC");
  table.add("pool_size", ValueType::integer, in(&O::pool_size), count,
            "idle connections kept at most; the one unused longest goes", "Future Enhancements 1");
  table.add("fd_limit", ValueType::integer, in(&O::fd_limit), count,
            "connections that a server can have dialled at a time; a dial beyond it fails at once",
            "Resource Usage, File Descriptors");
  table.add("keep_alive", ValueType::duration, in(&O::keep_alive), non_negative,
            "a connection with calls in flight is probed this often, so that a call ends when its server has crashed "
            "after it took the request; 0s: never",
            "net.Dial of Go: 15 s");
  table.add("workers", ValueType::integer, in(&O::workers), count_or_none,
            "calls of one broadcast in flight at most, others wait for their turn; 0: unbounded",
            "Future Enhancements 4");
  table.add("server_workers", ValueType::integer, in(&O::server_workers), count_or_none,
            "calls of one server in flight at most, all its broadcasts together; 0: unbounded");
  table.add(
      "worker_wait", ValueType::duration, in(&O::worker_wait), non_negative,
      "with server_workers: a call that has waited so long for a worker fails; 0s: it waits for ever, and servers "
      "that call each other may wait in a circle");
  table.add("breaker", ValueType::boolean, in(&O::breaker), any_bounds,
            "calls to a server that keeps failing fail at once", "Future Enhancements 7");
  table.add("breaker_failures", ValueType::integer, in(&O::breaker_failures), count,
            "failed calls, all their attempts included, that open a server's breaker", "Future Enhancements 7");
  table.add("breaker_reset", ValueType::duration, in(&O::breaker_reset), {1e-9, 1e9},
            "an open breaker lets one call pass after this; its success closes the breaker", "Future Enhancements 7");
  table.add("call_cpu", ValueType::duration, in(&O::call_cpu), non_negative,
            "processor time that an attempt takes at the caller", "Resource Usage");
}

}  // namespace hearsay::rpc
