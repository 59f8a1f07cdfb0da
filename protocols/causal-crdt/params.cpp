#include "protocols/causal-crdt/params.hpp"

#include <string>

namespace hearsay::causal {
namespace {

using Table = ParameterTable<Params>;

void declare_broadcast(Table& table) {
  table.add_choice("ordering", &Params::ordering, {"none", "fifo", "causal"},
                   "what an effect waits for: nothing, the earlier effects of its origin, or all that its origin had "
                   "applied before it",
                   "Causal Ordering Mechanism");
  table.add_choice("clock_encoding", &Params::clock_encoding, {"full", "delta"},
                   "an effect carries its origin's whole vector clock, or only the entries that changed since the "
                   "origin's effect before it, which everybody applies first",
                   "full: Causal Ordering Mechanism; delta: Singhal, Kshemkalyani 1992");
}

void declare_links(Table& table) {
  table.add_choice("transport", &Params::transport, {"datagram", "stream"},
                   "what carries effects and their acknowledgements; everything else goes by stream",
                   "Network Transport");
  table.add("ack_timeout", ValueType::duration, &Params::ack_timeout, {1e-9, 1e9},
            "an attempt to deliver an effect, or to connect, has failed after this; silence for as long makes the "
            "member suspect",
            "LinkLayer: failure detection");
  table.add("link_retries", ValueType::integer, &Params::link_retries, {0, 1e9},
            "further attempts for each effect and member; then the effect is lost to that member for good",
            "Message Loss, Link Layer: retry mechanisms for transient failures");
  table.add("retry_delay", ValueType::duration, &Params::retry_delay, non_negative,
            "wait before the first retry; the wait is drawn between half of it and all of it");
  table.add("retry_backoff", ValueType::number, &Params::retry_backoff, {1, 100},
            "factor by which the wait grows with each retry");
  table.add("retry_max_delay", ValueType::duration, &Params::retry_max_delay, non_negative,
            "longest wait before a retry");
  table.add("reconnect_delay", ValueType::duration, &Params::reconnect_delay, {1e-6, 1e9},
            "wait before a broken connection is dialled again, drawn between half of it and all of it; without end",
            "Network Partitions, After Partition: nodes reconnect automatically");
}

void declare_disk(Table& table) {
  table.add("wal_sync", ValueType::boolean, &Params::wal_sync, any_bounds,
            "an effect is synced to the log before it is broadcast, answered or acknowledged; false: only snapshots "
            "are synced",
            "Operation Flow 3, Persistent Logging");
  table.add("snapshot_every", ValueType::integer, &Params::snapshot_every, {0, 1e9},
            "logged effects between two snapshots of the state; 0: no snapshots, a restart replays the whole log",
            "Node Crashes, Persistence");
  table.add("deduplicate", ValueType::boolean, &Params::deduplicate, any_bounds,
            "an effect that comes again, from the log on top of a snapshot that holds it or, with ordering: none, from "
            "the network, is recognised by its number; false: it is applied again");
}

void declare_sessions(Table& table) {
  table.add("session_clocks", ValueType::boolean, &Params::session_clocks, any_bounds,
            "clients carry the clock of the last answer, and a replica that has not reached it lets them wait",
            "Terry et al. 1994");
  table.add("session_wait", ValueType::duration, &Params::session_wait, {1e-9, 1e9},
            "with session_clocks: after this the client is told `failed`");
}

void declare_cures(Table& table) {
  table.add("anti_entropy", ValueType::duration, &Params::anti_entropy, period_or_never,
            "how often a replica sends its clock to every member, who asks for what it lacks; also after each "
            "reconnection; 0s: never",
            "0s: Design Limitations, No Anti-Entropy");
  table.add("log_truncation", ValueType::boolean, &Params::log_truncation, any_bounds,
            "effects that every member is known to have applied (causally stable ones) are dropped from the log with "
            "each snapshot",
            "Baquero, Almeida, Shoker 2014");
  table.add("bootstrap", ValueType::boolean, &Params::bootstrap, any_bounds,
            "a replica that joins, or restarts with an empty disk, takes over a member's state and then asks all "
            "members for what that lacks",
            "false: Design Limitations, No Bootstrap Protocol");
  table.add("bootstrap_retry", ValueType::duration, &Params::bootstrap_retry, period,
            "with bootstrap: another member is asked when no state has come for so long");
}

void declare_processor(Table& table) {
  table.add("handler_cpu", ValueType::duration, &Params::handler_cpu, non_negative,
            "processor time that a node takes for each message and each request of a client");
}

[[noreturn]] void contradiction(const char* name, const std::string& message) { throw ParameterError(name, message); }

// A value that was given though it has no meaning here.
template <class T>
void check_unused(const char* name, const T& value, const T& standard, bool used, const char* needs) {
  if (!used && value != standard) contradiction(name, std::string(name) + " needs " + needs);
}

}  // namespace

const ParameterTable<Params>& parameter_table() {
  static const Table table = [] {
    Table t;
    declare_broadcast(t);
    declare_links(t);
    declare_disk(t);
    declare_sessions(t);
    declare_cures(t);
    declare_processor(t);
    return t;
  }();
  return table;
}

std::vector<std::string> processor_time(const Params& params) {
  return names_of_positive({{"handler_cpu", params.handler_cpu}});
}

void check(const Params& params) {
  const Params standard;
  if (params.clock_encoding == ClockEncoding::delta && params.ordering != Ordering::causal)
    contradiction("clock_encoding", "clock_encoding: delta needs ordering: causal; without it there are no clocks");
  const bool retries = params.link_retries > 0;
  check_unused("retry_delay", params.retry_delay, standard.retry_delay, retries, "link_retries above 0");
  check_unused("retry_backoff", params.retry_backoff, standard.retry_backoff, retries, "link_retries above 0");
  check_unused("retry_max_delay", params.retry_max_delay, standard.retry_max_delay, retries, "link_retries above 0");
  if (params.retry_delay > params.retry_max_delay)
    contradiction("retry_max_delay", "retry_max_delay is shorter than retry_delay");
  if (params.session_clocks && params.ordering == Ordering::none)
    contradiction(
        "session_clocks",
        "session_clocks needs ordering: fifo or causal; without an order a clock does not say what was applied");
  check_unused("session_wait", params.session_wait, standard.session_wait, params.session_clocks,
               "session_clocks: true");
  check_unused("bootstrap_retry", params.bootstrap_retry, standard.bootstrap_retry, params.bootstrap,
               "bootstrap: true");
  if (!params.log_truncation) return;
  if (params.anti_entropy <= Duration{})
    contradiction("log_truncation", "log_truncation needs anti_entropy: its clocks show what every member has");
  if (params.snapshot_every == 0)
    contradiction("log_truncation", "log_truncation needs snapshot_every above 0: a snapshot replaces what is dropped");
  if (params.ordering == Ordering::none)
    contradiction("log_truncation",
                  "log_truncation needs ordering: fifo or causal; without an order clocks have holes");
}

}  // namespace hearsay::causal
