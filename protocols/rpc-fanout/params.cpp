#include "protocols/rpc-fanout/params.hpp"

namespace hearsay::rpc_fanout {
namespace {

using Table = ParameterTable<Params>;

void declare_fan_out(Table& table) {
  constexpr Bounds count{0, 1e9};
  table.add("master", ValueType::selector, &Params::master, any_bounds,
            "the node that `call` and `contention` ask; a gateway that is the master asks itself", "Pattern 1");
  table.add_choice(
      "errors", &Params::errors, {"filtered", "indexed"},
      "what a broadcast reports of failures: the errors alone, so that the heartbeat blames the first servers "
      "of its list, or each with its server",
      "filtered: Design Rationale 5, Pattern 4; indexed: Future Enhancements 5");
  table.add_choice(
      "arguments", &Params::arguments, {"same", "per-server"},
      "what a broadcast sends: the same to each server, or a stripe of its own to each, size/servers bytes. "
      "With workers: 1 they go one after the other, as in the document's workaround",
      "Design Rationale 4");
  table.add("min_replicas", ValueType::integer, &Params::min_replicas, count,
            "with errors, a broadcast or replication succeeds where so many servers have the write, else `insufficient "
            "replicas`",
            "Pattern 2");
  table.add(
      "quorum", ValueType::integer, &Params::quorum, count,
      "copies after which a broadcast or replication goes on without waiting for the other calls; 0: it waits for "
      "all");
  table.add("idempotency_keys", ValueType::boolean, &Params::idempotency_keys, any_bounds,
            "requests carry a key of 16 bytes, by which a server knows a repeat and answers as before; without them a "
            "request whose answer was lost is applied twice");
}

void declare_server(Table& table) {
  table.add("service_time", ValueType::duration, &Params::service_time, non_negative,
            "how long a server takes for a request besides its processor", "Latency Analysis: RPC call 1-10ms");
  table.add("service_spread", ValueType::duration, &Params::service_spread, non_negative,
            "up to so much more, uniformly", "Latency Analysis: RPC call 1-10ms");
  table.add("handler_cpu", ValueType::duration, &Params::handler_cpu, non_negative,
            "processor time that a server takes for a request");
  table.add("error_rate", ValueType::share, &Params::error_rate, {0, 1},
            "share of requests that a server answers with an application error, drawn for each: a lock was held",
            "Retry Policy");
  table.add("denied_key", ValueType::text, &Params::denied_key, any_bounds,
            "key that servers refuse to write, each time, with an application error; none unless given",
            "Error Handling 3: permission denied");
  table.add_choice(
      "storage", &Params::storage, {"memory", "disk"},
      "where a server's writes and idempotency keys live; a crash erases memory; the disk is synced before "
      "each answer");
}

}  // namespace

const ParameterTable<Params>& parameter_table() {
  static const Table table = [] {
    Table t;
    rpc::declare_call_options(t);
    declare_fan_out(t);
    declare_server(t);
    return t;
  }();
  return table;
}

void check(const Params& params) {
  rpc::check(params);
  if (params.master.kind != Selector::Kind::nodes || params.master.nodes.size() != 1)
    throw ParameterError("master", "there is one master; name one node, such as `0`");
  if (params.quorum > 0 && params.quorum < params.min_replicas)
    throw ParameterError("quorum", "a quorum of fewer than min_replicas copies is no success; write at least as many");
}

std::vector<std::string> processor_time(const Params& params) {
  return names_of_positive({{"handler_cpu", params.handler_cpu}, {"call_cpu", params.call_cpu}});
}

}  // namespace hearsay::rpc_fanout
