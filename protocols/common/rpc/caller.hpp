// Calls other servers: UnicastToRPCServer of the RPC document, an attempt after the other until one is answered, and
// what the document wishes for around it (rpc/options.hpp). The owner says what an attempt's message is and hands in
// the answers; it forwards timers and connection events, and learns of the end by a callback.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "protocols/common/circuit_breaker.hpp"
#include "protocols/common/response_time.hpp"
#include "protocols/common/rpc/attempts.hpp"
#include "protocols/common/rpc/call.hpp"
#include "protocols/common/rpc/call_metrics.hpp"
#include "protocols/common/rpc/connections.hpp"
#include "protocols/common/rpc/options.hpp"
#include "sim/core/protocol.hpp"

namespace hearsay::rpc {

class Caller {
 public:
  using KeyOf = TimerKey (*)(std::uint64_t number);
  // Which of the owner's metrics a count of the Caller is; none: it is not counted.
  using MetricOf = std::optional<MetricIndex> (*)(CallMetric metric);

  // Makes the message by which a connection is probed; it says nothing.
  using ProbeOf = MessagePtr (*)();

  // `options` outlives it. `key_of` makes the owner's timer key of a number below 2^56. Without `probe_of` there is no
  // keep-alive.
  Caller(const CallOptions& options, KeyOf key_of, MetricOf metric_of, ProbeOf probe_of = nullptr)
      : options_(options),
        key_of_(key_of),
        metric_of_(metric_of),
        probe_of_(probe_of),
        policy_(options.policy()),
        connections_(options) {}

  // For owners whose messages carry the CallId: a server that has been there before numbers its calls from a new start.
  void start(Context& context, StartReason reason);
  // With `standing` connections: dials these servers.
  void dial(Context& context, const std::vector<NodeId>& servers) { connections_.dial(context, servers); }
  void leave(Context& context) { connections_.close_all(context); }

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
  void connected(Context& context, ConnectionId connection);
  void disconnected(Context& context, ConnectionId connection);

 private:
  struct Attempt {
    CallId call = 0;
    std::uint32_t number = 0;
    NodeId server = no_node;
    ConnectionId connection = no_connection;
    SendId send = no_send;
    Time sent_at{};
    bool hedge = false;
    bool dialled = true;  // its connection, for it; false: it shares a kept one
  };
  struct Call {
    CallSpec spec;
    Time asked_at{};
    NodeId server = no_node;  // whom its attempts ask, except hedges
    Attempts attempts;        // without hedges
    std::uint32_t hedges = 0;
    std::uint64_t group = 0;  // of the calls that were asked for with it; 0: none bounds them
    bool has_turn = false;    // in its group
    bool running = false;     // it has a worker
    CallError last_error = CallError::none;
    std::vector<AttemptId> in_flight;
  };
  struct Alarm {
    enum class Kind : std::uint8_t { attempt_over, retry, give_up, deadline, hedge, worker, keep_alive, breaker } kind;
    std::uint64_t about = 0;    // call, attempt, connection or server
    std::uint64_t opening = 0;  // of a breaker
  };

  // The calls of one call_all() that has more of them than workers.
  struct Group {
    std::size_t in_turn = 0, open = 0;
    std::deque<CallId> waiting;
  };

  CallId ask(Context& context, CallSpec spec, std::uint64_t group);
  void await_worker(Context& context, CallId id);
  void leave_group(Context& context, const Call& call);
  void launch(Context& context, CallId id);
  void launch_waiting(Context& context);
  void begin_attempt(Context& context, CallId id, NodeId server, bool hedge);
  void connect(Context& context, AttemptId id);
  void transmit(Context& context, AttemptId id);
  void attempt_failed(Context& context, AttemptId id, CallError error, const Message* reply = nullptr);
  void retry_or_finish(Context& context, CallId id, CallError error, const Message* reply);
  Duration next_wait(Context& context, Call& call);
  void retry(Context& context, CallId id);
  void hedge(Context& context, CallId id);
  void finish(Context& context, CallId id, CallError error, NodeId server, const Message* reply);
  bool may_retry(Context& context, NodeId server);
  void abandon(Context& context, AttemptId id, bool suspect);
  void tell_cancelled(Context& context, const Attempt& attempt);
  void release(Context& context, AttemptId id, bool suspect);

  NodeId admitted(const CallSpec& spec);
  CircuitBreaker& breaker_of(NodeId server) {
    return breakers_.try_emplace(server, options_.breaker_failures).first->second;
  }
  void report_to_breakers(Context& context, NodeId asked, NodeId answerer, bool ok);
  void report_to_breaker(Context& context, NodeId server, bool ok);
  // An answer to an attempt that was given up can reach its call: its connection, if any, was not closed with it.
  bool hears_late_answers() const {
    return options_.transport == Transport::datagram || options_.connections == ConnectionUse::standing;
  }
  void set_alarm(Context& context, Duration delay, Alarm alarm);
  void ring(Context& context, const Alarm& alarm);
  void count(Context& context, CallMetric metric) const;
  void count_about(Context& context, CallMetric metric, NodeId server) const;
  void note_level(Context& context, CallMetric metric, double level) const;
  void count_failure(Context& context, CallError error);
  void note_levels(Context& context);
  void note_waiting(Context& context);
  void note_open(Context& context);
  void keep_alive(Context& context, ConnectionId connection);

  const CallOptions& options_;
  KeyOf key_of_;
  MetricOf metric_of_;
  ProbeOf probe_of_;
  RetryPolicy policy_;
  Connections connections_;
  // Looked up only: their order decides nothing.
  // Looked up only: no decision follows their order.
  std::unordered_map<CallId, Call> calls_;  // those that are not over
  std::unordered_map<AttemptId, Attempt> attempts_;
  std::unordered_map<std::uint64_t, std::vector<Alarm>> alarms_;  // by timer
  std::deque<CallId> waiting_;                                    // for a worker; some may be over
  std::map<std::uint64_t, Group> groups_;
  std::map<NodeId, CircuitBreaker> breakers_;
  std::map<NodeId, ResponseTime> response_times_;
  std::map<NodeId, double> spent_tokens_;  // of the retry budget of each server
  bool together_ = false;                  // in call_all(): alarms with one delay share a timer
  Duration shared_delay_{-1};              // of the last timer, if it may be shared; else negative
  std::size_t running_ = 0, goroutines_ = 0;
  CallId last_call_ = 0;
  std::uint64_t last_group_ = 0;
  AttemptId last_attempt_ = 0;
  std::uint64_t last_alarm_ = 0;
};

}  // namespace hearsay::rpc
