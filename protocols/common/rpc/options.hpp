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
  pooled,    // kept: one a server, shared by the calls to it; one that fails is replaced
  standing,  // gRPC's channel: one a server, dialled at the start, and used while it does not break; a call goes out on
             // it even before it stands, and fails with it
};

struct CallOptions {
  Transport transport = Transport::stream;
  bool checksum = true;

  std::uint32_t attempts = 3;
  RetryKind retry = RetryKind::fixed;
  std::optional<Duration> retry_delay;  // 500 ms if fixed, else 100 ms
  Duration retry_max_delay = std::chrono::seconds(5);
  double retry_factor = 2.0;
  bool delay_after_last = false;
  bool retry_application_errors = true;
  Duration attempt_timeout{};  // 0: none
  Duration deadline{};         // 0: none
  Duration hedge_delay{};      // 0: no hedging

  ConnectionUse connections = ConnectionUse::per_call;
  std::uint32_t pool_size = 100;
  std::uint32_t fd_limit = 1024;
  std::uint32_t workers = 0;  // 0: unbounded

  bool breaker = false;
  std::uint32_t breaker_failures = 5;
  Duration breaker_reset = std::chrono::seconds(30);

  Duration call_cpu{};

  RetryPolicy policy() const {
    const auto usual = std::chrono::milliseconds(retry == RetryKind::fixed ? 500 : 100);
    return {retry, retry_delay.value_or(usual), retry_max_delay, retry_factor};
  }
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
  table.add("attempts", ValueType::integer, in(&O::attempts), count, "attempts of a call, the first one included",
            "Retry Mechanism, Configuration: maxRetries");
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
  table.add("attempt_timeout", ValueType::duration, in(&O::attempt_timeout), non_negative,
            "an attempt without an answer is given up after this; 0s: when the connection fails", "Test 6");
  table.add("deadline", ValueType::duration, in(&O::deadline), non_negative,
            "a call fails this long after it was asked for, whatever it is waiting for; 0s: never",
            "Future Enhancements 3");
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
  table.add("workers", ValueType::integer, in(&O::workers), count_or_none,
            "calls in flight at most, others wait for their turn; 0: unbounded", "Future Enhancements 4");
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
