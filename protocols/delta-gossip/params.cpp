#include "protocols/delta-gossip/params.hpp"

namespace hearsay::gossip {
namespace {

using Table = ParameterTable<Params>;

constexpr auto boolean = ValueType::boolean;
constexpr auto integer = ValueType::integer;
constexpr auto duration = ValueType::duration;
constexpr Bounds whole{0, 1e9};

void declare_payload(Table& t) {
  t.add_choice(
      "payload", &Params::payload, {"full", "delta"},
      "full: every value goes to every neighbour each `interval`, nothing is acknowledged, neighbours are "
      "fixed, and of the parameters below only `interval`, `synchronous`, `storage`, `ordering`, `handler_cpu` "
      "and those of memory, network and security have a meaning; delta: a peer is sent only what it is not known to "
      "hold",
      "Correctness Issues 2; Production-Level Improvements 1");
  t.add(
      "delta_groups", boolean, &Params::delta_groups, any_bounds,
      "delta-based synchronisation: each round sends every neighbour the deltas buffered since the last round, as the "
      "next two parameters say, in place of rumours and of per-peer knowledge",
      "Enes et al., ICDE 2019, algorithm 1");
  t.add("avoid_back_propagation", boolean, &Params::avoid_back_propagation, any_bounds,
        "a delta does not go back to the neighbour that it came from (BP); false needs `delta_groups: true` or "
        "`synchronisation: delta`",
        "Enes et al., ICDE 2019, section IV");
  t.add("remove_redundancy", boolean, &Params::remove_redundancy, any_bounds,
        "of a received delta group only what is new is buffered (RR); false: all of the group, if any of it is new, as "
        "classic deltas do; false needs `delta_groups: true` or `synchronisation: delta`",
        "Enes et al., ICDE 2019, section IV");
  t.add("dedup", boolean, &Params::dedup, any_bounds,
        "messages and values that arrive again are recognised by their ids; false: they are processed and forwarded "
        "again, which with `eager` is a storm that `max_hops` must end",
        "Correctness Issues 1");
  t.add("max_hops", integer, &Params::max_hops, whole,
        "a value that has travelled so far is not pushed on; 0: no limit", "Correctness Issues 1");
}

void declare_data(Table& t) {
  t.add_choice(
      "type", &Params::type, {"gset", "gcounter", "pncounter", "gmap", "lww-map", "or-set"},
      "the data type that all nodes replicate, and what a client's write does to it. gset: adds its value. "
      "gcounter, pncounter: adds one to the node's own count, or with chance `removes` subtracts one. gmap: "
      "raises `update_share` of the keys that belong to the node. lww-map: assigns its value to one of `keys` "
      "at random. or-set: adds its value, or with chance `removes` removes a random element; all but gset need "
      "a `synchronisation`",
      "Enes et al., ICDE 2019, table I");
  t.add_choice(
      "synchronisation", &Params::synchronisation,
      {"rumours", "state", "delta", "scuttlebutt", "scuttlebutt-gc", "operations", "digest"},
      "rumours: values spread as all other parameters say. The others are those that the paper compares, each "
      "`interval`, without acknowledgements. state: the whole state, to `fanout` neighbours. delta: to all neighbours "
      "the "
      "delta group buffered since the last round (algorithm 1; see avoid_back_propagation and remove_redundancy). "
      "scuttlebutt: `fanout` neighbours are sent a version vector and answer with the updates missing there; "
      "scuttlebutt-gc: with a vector per node, so that updates that all have are dropped. operations: store and "
      "forward "
      "of operations with their vector clocks, delivered in causal order. digest: fingerprints of ranges of entries "
      "are "
      "compared with `fanout` neighbours",
      "Enes et al., ICDE 2019, section V; van Renesse et al. 2008; Enes et al. 2016, \"Join decompositions for "
      "efficient "
      "synchronization of CRDTs after a network partition\"");
  t.add("keys", integer, &Params::keys, {1, 1e6}, "keys of gmap and lww-map", "Enes et al., ICDE 2019, table I");
  t.add("update_share", ValueType::share, &Params::update_share, {0, 1},
        "gmap: share of its own keys that a node changes in one update, at least one key: the K % of the paper",
        "Enes et al., ICDE 2019, table I");
  t.add("removes", ValueType::share, &Params::removes, {0, 1},
        "pncounter, or-set: share of updates that take something back");
}

void declare_spread(Table& t) {
  t.add_choice(
      "spread", &Params::spread, {"none", "push", "pull", "push-pull"},
      "what a node does each `interval` with `fanout` neighbours. push: sends what they lack. pull: sends them "
      "its version vector and they answer with what it lacks, which is Scuttlebutt reconciliation (van Renesse "
      "et al. 2008); under `rumour` it asks for their hot rumours. push-pull: both in one contact. none: "
      "nothing periodic",
      "Demers et al. 1987, section 1.3");
  t.add("interval", duration, &Params::interval, period, "length of a round", "Correctness Issues 2");
  t.add(
      "fanout", integer, &Params::fanout, whole,
      "neighbours contacted in a round, drawn at random; 0: all of them. By push, they are drawn among those that lack "
      "something; rumours among more than 64 neighbours go to any, and a contact with one that is known to hold the "
      "value counts as unnecessary without a message",
      "Optimization Opportunities 1");
  t.add("synchronous", boolean, &Params::synchronous, any_bounds,
        "the rounds of all nodes begin at the multiples of `interval`, and what arrived in a round counts as unknown "
        "until the next one; false: each node has a random phase",
        "Demers et al. 1987, section 1.4");
  t.add("eager", boolean, &Params::eager, any_bounds,
        "a value is forwarded when it is first received, or written, besides the rounds of `spread`");
  t.add("eager_fanout", integer, &Params::eager_fanout, whole,
        "neighbours that a value is eagerly forwarded to, drawn at random; 0: all of them (flooding)");
  t.add("echo", boolean, &Params::echo, any_bounds,
        "eager forwarding sends a value back to the neighbour that it came from, too");
  t.add_choice("rumour", &Params::rumour, {"off", "feedback", "blind"},
               "when the periodic rounds of `spread` lose interest in a value. off: when every neighbour is known to "
               "hold it. feedback: also after unnecessary contacts, with peers that held it before; blind: after "
               "contacts, necessary or not",
               "Demers et al. 1987, section 1.4");
  t.add_choice("rumour_stop", &Params::rumour_stop, {"counter", "coin"},
               "counter: interest is lost after `rumour_k` such contacts, and a useful one sets the count back (by "
               "pull: the contacts of one round count as one, useful if any of them was); coin: with probability 1 in "
               "`rumour_k` after each such contact",
               "Demers et al. 1987, section 1.4 and tables 1 to 3");
  t.add("rumour_k", integer, &Params::rumour_k, {1, 1e6}, "k of `rumour_stop`", "Demers et al. 1987, section 1.4");
  t.add("remember_peers", boolean, &Params::remember_peers, any_bounds,
        "a node remembers which neighbours hold a value, and spares them; false: partners are drawn among all "
        "neighbours, and each contact is a message that carries all that is spread, as in the models of the literature",
        "Demers et al. 1987, section 1.4; Pittel 1987");
  t.add(
      "connection_limit", integer, &Params::connection_limit, {0, 1e6},
      "contacts of its peers that a node admits in one round: before values are exchanged the other one is called, and "
      "rejects calls beyond that; 0: no limit",
      "Demers et al. 1987, section 1.4, Connection Limit");
  t.add("hunt_limit", integer, &Params::hunt_limit, {0, 1e6},
        "neighbours that a node calls in the same round, one after another, in place of one that rejected it",
        "Demers et al. 1987, section 1.4, Hunting");
}

void declare_anti_entropy(Table& t) {
  t.add("anti_entropy_interval", duration, &Params::anti_entropy_interval, period_or_never,
        "how often each node compares digests with a random peer that it knows (with overlay: static, with a random "
        "neighbour), and both repair what they lack; 0s: never",
        "Production-Level Improvements 1; Demers et al. 1987, section 1.3");
  t.add("anti_entropy_on_reconnect", boolean, &Params::anti_entropy_on_reconnect, any_bounds,
        "such a session also with a neighbour that is heard of again, and with one after a restart or join");
  t.add_choice("digest", &Params::digest, {"version-vector", "ranges"},
               "what anti-entropy compares. version-vector: how far each writer's values are known, a size that grows "
               "with the writers; ranges: fingerprints of ranges of ids, split where they differ, a size that grows "
               "with the difference (a Merkle tree without the tree)",
               "Testing Recommendations; Meyer 2023, \"Range-based set reconciliation\"");
  t.add("range_branch", integer, &Params::range_branch, {2, 1024}, "parts that a range is split into");
  t.add("range_leaf", integer, &Params::range_leaf, {1, 65536}, "ids up to which a range is listed, not split");
}

void declare_reliability(Table& t) {
  t.add("acknowledgements", boolean, &Params::acknowledgements, any_bounds,
        "messages with values are acknowledged and repeated until they are; false: fire and forget, and what was sent "
        "counts as held by the receiver",
        "Production-Level Improvements 5");
  t.add("ack_delay", duration, &Params::ack_delay, non_negative,
        "an acknowledgement waits so long for a message to travel with; keep it below `retry_delay`");
  t.add("retry_delay", duration, &Params::retry_delay, period,
        "without an acknowledgement a message is sent again after this, drawn between half of it and all of it after "
        "the first time",
        "Production-Level Improvements 5");
  t.add("retry_backoff", ValueType::number, &Params::retry_backoff, {1, 1e3},
        "factor from each wait to the next, up to retry_max_delay", "Production-Level Improvements 5");
  t.add("retry_max_delay", duration, &Params::retry_max_delay, period, "longest such wait");
  t.add("max_attempts", integer, &Params::max_attempts, {1, 1e6},
        "times that a message is sent before it is given up and left to anti-entropy");
  t.add_choice("ordering", &Params::ordering, {"none", "fifo"},
               "fifo: the values written at one node (since it last started) become visible in the order of writing",
               "Production-Level Improvements 1 and 5");
  t.add_choice(
      "storage", &Params::storage, {"memory", "disk"},
      "disk: values are logged and synced before a client or peer is answered, and read again after a restart; "
      "unless given memory with `payload: full` or a `synchronisation`, else disk",
      "memory: Memory Management, HashSet<u64>; disk: Production-Level Improvements 5");
}

void declare_memory(Table& t) {
  t.add("ttl", duration, &Params::ttl, non_negative,
        "age, by its writer's clock, at which a value is dropped from the state; 0s: never",
        "Production-Level Improvements 7");
  t.add("memory_limit", integer, &Params::memory_limit, whole, "values that a node holds at most; 0: no limit",
        "Production-Level Improvements 7");
  t.add_choice("memory_full", &Params::memory_full, {"reject", "evict"},
               "at memory_limit. reject: writes of clients are rejected, values of peers are refused and asked for "
               "again by anti-entropy; evict: the value that arrived first is dropped, for good",
               "Production-Level Improvements 7");
  t.add("buffer_limit", integer, &Params::buffer_limit, whole,
        "back-pressure: with so many values that still have to be spread, writes of clients are rejected; a value "
        "leaves when all neighbours acknowledged it, or interest in it is lost; 0: no limit",
        "Production-Level Improvements 3");
}

void declare_topology(Table& t) {
  t.add_choice("overlay", &Params::overlay, {"static", "dynamic"},
               "dynamic: a neighbour that failed is replaced by a random known peer until it is heard of again, and "
               "peers that join are taken in; static: always the neighbours of the scenario's `topology`",
               "Correctness Issues 3; Production-Level Improvements 2");
  t.add_choice("failure_detection", &Params::failure_detection, {"none", "acknowledgements", "heartbeats"},
               "a neighbour has failed after `failure_after` messages in a row without acknowledgement, or also "
               "heartbeats without answer; a failed one is sent nothing but probes until it is heard of again",
               "Production-Level Improvements 2");
  t.add("failure_after", integer, &Params::failure_after, {1, 1e6}, "unanswered messages in a row");
  t.add("heartbeat_interval", duration, &Params::heartbeat_interval, period,
        "with failure_detection: heartbeats, how often each neighbour is sent one", "Production-Level Improvements 2");
  t.add("probe_interval", duration, &Params::probe_interval, period, "how often a failed neighbour is probed");
}

void declare_flow(Table& t) {
  t.add("adaptive_interval", boolean, &Params::adaptive_interval, any_bounds,
        "`interval` halves, down to interval_min, in a round with news and grows by half, up to interval_max, in one "
        "without",
        "Optimization Opportunities 3");
  t.add("interval_min", duration, &Params::interval_min, period, "shortest adaptive interval");
  t.add("interval_max", duration, &Params::interval_max, period, "longest adaptive interval");
  t.add("batch_limit", integer, &Params::batch_limit, {1, 1e9}, "values in one message at most",
        "Production-Level Improvements 3");
  t.add("batch_bytes", ValueType::size, &Params::batch_bytes, {64, 1e9},
        "bytes of one message with values at most, `1400B` to fit an MTU: a batch that takes more goes in several; a "
        "value that does not fit travels alone. Default: 65507B, what a datagram carries; over streams no limit",
        "Production-Level Improvements 3");
  t.add("adaptive_batch", boolean, &Params::adaptive_batch, any_bounds,
        "a peer's batch limit starts at 16 and grows by 16 with each acknowledgement within ack_delay_target, up to "
        "batch_limit; it halves with a later or missing one",
        "Production-Level Improvements 3");
  t.add("ack_delay_target", duration, &Params::ack_delay_target, period, "acknowledgement delay that is good");
  t.add("rate_limit", ValueType::rate, &Params::rate_limit, non_negative,
        "messages with values that a peer is sent at most, in bursts of up to a second's worth; 0/s: no limit",
        "Production-Level Improvements 3");
  t.add("pacing", duration, &Params::pacing, non_negative,
        "after eager forwarding to m peers a node waits m times this before it forwards again, and sends what came "
        "meanwhile together: a node with one neighbour hardly waits, a hub gathers; 0s: no wait",
        "Optimization Opportunities 2");
  t.add("breaker_failures", integer, &Params::breaker_failures, whole,
        "circuit breaker: after so many unanswered messages in a row a peer is sent no values for breaker_reset, then "
        "one on trial; 0: no breaker",
        "Production-Level Improvements 3");
  t.add("breaker_reset", duration, &Params::breaker_reset, period, "time that an open breaker stays open",
        "Production-Level Improvements 3");
}

void declare_network(Table& t) {
  t.add_choice(
      "transport", &Params::transport, {"datagram", "stream", "stream-per-message"},
      "what carries the messages. stream: one connection per pair of nodes, dialled by the first message and used "
      "again; stream-per-message: one a message, dialled and closed",
      "Production-Level Improvements 8");
  t.add("batch_window", duration, &Params::batch_window, non_negative,
        "eager forwarding waits so long for more values to send together; 0s: what came in one message goes at once",
        "Production-Level Improvements 8");
  t.add("compression", ValueType::share, &Params::compression, {0.01, 1},
        "size of a compressed body, as a share of its size; 100%: no compression", "Production-Level Improvements 8");
  t.add("compression_cpu", duration, &Params::compression_cpu, non_negative,
        "processor time for each KiB that is compressed or expanded", "Production-Level Improvements 8");
}

void declare_processor(Table& t) {
  t.add("handler_cpu", duration, &Params::handler_cpu, non_negative,
        "processor time that a node takes for each message and each request of a client");
}

void declare_security(Table& t) {
  t.add("checksum", boolean, &Params::checksum, any_bounds,
        "messages carry a checksum of 4 bytes; without it and without a signature garbage is believed");
  t.add("sign", boolean, &Params::sign, any_bounds,
        "messages are signed and verified on receipt: corrupt and forged ones are dropped and counted",
        "Production-Level Improvements 6");
  t.add("signature_size", ValueType::size, &Params::signature_size, {0, 65536}, "bytes of a signature (Ed25519: 64)",
        "Production-Level Improvements 6");
  t.add("sign_cpu", duration, &Params::sign_cpu, non_negative,
        "processor time to sign a message; Ed25519 takes 87,548 cycles", "Bernstein et al. 2012, Ed25519");
  t.add("verify_cpu", duration, &Params::verify_cpu, non_negative,
        "processor time to verify one; Ed25519 takes 273,364 cycles", "Bernstein et al. 2012, Ed25519");
  t.add("forged", ValueType::share, &Params::forged, {0, 1},
        "share of the messages with values whose content somebody on the way replaces, with a checksum that fits",
        "Production-Level Improvements 6");
  t.add_choice("membership", &Params::membership, {"open", "list"},
               "list: messages of nodes that are not in the list of servers that a node was started with are dropped",
               "Production-Level Improvements 6");
  t.add("max_value_size", ValueType::size, &Params::max_value_size, non_negative,
        "input validation: larger values are rejected, from clients and peers; 0B: no limit",
        "Production-Level Improvements 6");
  t.add_choice("on_bad_input", &Params::on_bad_input, {"crash", "skip"},
               "what a node does with a message that it cannot decode, because it is corrupt: its process ends and "
               "nobody starts it again, or it drops the message; unless given crash with `payload: full`, else skip",
               "crash: Correctness Issues 4, unwrap(); skip: its solution");
  t.add("inbound_limit", ValueType::rate, &Params::inbound_limit, non_negative,
        "messages that a node takes from one peer at most, in bursts of up to a second's worth; it drops the others "
        "unread; 0/s: no limit",
        "Production-Level Improvements 6: rate limiting against denial of service");
}

}  // namespace

const ParameterTable<Params>& parameter_table() {
  static const Table table = [] {
    Table t;
    declare_payload(t);
    declare_data(t);
    declare_spread(t);
    declare_anti_entropy(t);
    declare_reliability(t);
    declare_memory(t);
    declare_topology(t);
    declare_flow(t);
    declare_network(t);
    declare_security(t);
    declare_processor(t);
    return t;
  }();
  return table;
}

}  // namespace hearsay::gossip
