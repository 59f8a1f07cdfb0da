// Calls other servers: UnicastToRPCServer of the RPC document, an attempt after the other until one is answered, and
// what the document wishes for around it (rpc/options.hpp). The owner says what an attempt's message is and hands in
// the answers; it forwards timers and connection events, and learns of the end by a callback.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "protocols/common/response_time.hpp"
#include "protocols/common/rpc/alarms.hpp"
#include "protocols/common/rpc/attempts.hpp"
#include "protocols/common/rpc/breakers.hpp"
#include "protocols/common/rpc/call.hpp"
#include "protocols/common/rpc/call_counts.hpp"
#include "protocols/common/rpc/carrier.hpp"
#include "protocols/common/rpc/options.hpp"
#include "protocols/common/rpc/retry_budget.hpp"
#include "protocols/common/rpc/turns.hpp"
#include "sim/core/pool.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::rpc {

class Caller {
 public:
  // `options` outlives it. `key_of` makes the owner's timer key of a number below 2^56. Without `probe_of` there is no
  // keep-alive.
  Caller(const CallOptions& options, Alarms::KeyOf key_of, CallCounts::MetricOf metric_of,
         Carrier::ProbeOf probe_of = nullptr)
      : options_(options),
        policy_(options.policy()),
        counts_(metric_of),
        alarms_(key_of),
        carrier_(options, counts_, alarms_, probe_of),
        breakers_(options, counts_, alarms_),
        budget_(options) {}
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  // For owners whose messages carry the CallId: a server that has been there before numbers its calls from a new start.
  void start(Context& context, StartReason reason);
  // With `standing` connections: dials these servers.
  void dial(Context& context, const std::vector<NodeId>& servers) { carrier_.dial(context, servers); }
  void leave(Context& context) { carrier_.close_all(context); }

  CallId call(Context& context, CallSpec spec);
  // Several calls at once: no more than `workers` of them are in flight at a time, the others wait for their turn.
  // Those that time out together are given up together: one timer does for all.
  std::vector<CallId> call_all(Context& context, std::vector<CallSpec> specs);

  // Ends a call that is not over with `cancelled`.
  void cancel(Context& context, CallId call);

  // An answer has come in, to attempt number `attempt`, or to the one in flight if that is `any_attempt`.
  // `application_error`: the server says that it cannot fulfil the request. False if the call is over: the answer is
  // no news.
  static constexpr std::uint32_t any_attempt = 0;
  bool answered(Context& context, CallId call, std::uint32_t attempt, NodeId from, bool application_error,
                const Message& reply);

  // Spends processor time on a call, at whichever side, and counts it.
  void spend(Context& context, Duration work);

  void timer(Context& context, std::uint64_t number);
  void connected(Context& context, ConnectionId connection) { carrier_.connected(context, connection); }
  void disconnected(Context& context, ConnectionId connection);

 private:
  struct Call {
    CallSpec spec;
    Time asked_at{};
    NodeId server = no_node;  // whom its attempts ask, except hedges
    Attempts attempts;        // without hedges
    std::uint32_t hedges = 0;
    Turns::GroupId group = 0;
    bool has_turn = false;  // in its group
    bool running = false;   // it has a worker
    CallError last_error = CallError::none;
    std::vector<AttemptId> in_flight;
  };

  CallId ask(Context& context, CallSpec spec, Turns::GroupId group);
  void await_worker(Context& context, CallId id);
  void launch(Context& context, CallId id);
  void launch_waiting(Context& context);
  void begin_attempt(Context& context, CallId id, NodeId server, bool hedge);
  void send(Context& context, AttemptId id);
  void attempt_failed(Context& context, AttemptId id, CallError error, const Message* reply = nullptr);
  void retry_or_finish(Context& context, CallId id, CallError error, const Message* reply);
  Duration next_wait(Context& context, Call& call);
  void retry(Context& context, CallId id);
  void hedge(Context& context, CallId id);
  void finish(Context& context, CallId id, CallError error, NodeId server, const Message* reply);
  void give_back_worker(Context& context, const Call& call, CallError error, NodeId server);
  bool may_retry(Context& context, NodeId server);
  // Ends an attempt without a result: what is still in a buffer of ours must not go out later.
  void abandon(Context& context, AttemptId id, bool suspect);
  void release(Context& context, AttemptId id, bool suspect);
  // An answer to an attempt that was given up can reach its call: its connection, if any, was not closed with it.
  bool hears_late_answers() const {
    return options_.transport == Transport::datagram || options_.connections == ConnectionUse::standing;
  }
  void ring(Context& context, const Alarm& alarm);
  void ring_of_call(Context& context, const Alarm& alarm);
  void note_waiting(Context& context) { counts_.queued(context, calls_.size() - running_); }
  void note_in_flight(Context& context) {
    counts_.in_flight(context, running_, goroutines_, carrier_.open_connections());
  }

  const CallOptions& options_;
  RetryPolicy policy_;
  CallCounts counts_;
  Alarms alarms_;
  Carrier carrier_;
  Breakers breakers_;
  RetryBudget budget_;
  Turns turns_;
  PooledHashMap<CallId, Call> calls_;  // those that are not over; looked up only: no decision follows their order
  std::deque<CallId> waiting_;         // for a worker; some may be over
  std::map<NodeId, ResponseTime> response_times_;
  std::size_t running_ = 0, goroutines_ = 0;
  CallId last_call_ = 0;
};

}  // namespace hearsay::rpc
