#include "protocols/swim-cache/params.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace hearsay::swim {
namespace {

using Table = ParameterTable<Params>;

constexpr auto boolean = ValueType::boolean;
constexpr auto integer = ValueType::integer;
constexpr auto duration = ValueType::duration;
constexpr Bounds time_above_zero{1e-6, 1e9};
constexpr Bounds times{0, 1e9};
constexpr Bounds counts{1, 1e6};
constexpr const char* memberlist = "memberlist, config.go";
constexpr const char* serf = "Serf, config.go";
constexpr const char* swim = "Das et al. 2002 (SWIM)";
constexpr const char* lifeguard = "Dadgar et al. 2018 (Lifeguard)";

void declare_failure_detector(Table& t) {
  t.add_choice("membership", &Params::membership, {"swim", "oracle"},
               "oracle: every node learns of each start, crash and departure within `oracle_interval` without any "
               "message; what a membership protocol is compared with",
               "Architecture 1, Gossip-Based Membership Management");
  t.add_choice("profile", &Params::profile, {"lan", "wan", "local"},
               "memberlist's default values for what follows, where it is not given by itself", memberlist);
  t.add_choice("bootstrap", &Params::bootstrap, {"known", "seeds"},
               "known: those that boot together know each other, as a cluster that has been up for long; seeds: each "
               "begins alone and joins through the seeds. A node that joins later always joins through the seeds",
               "How to Test");
  t.add("seeds", integer, &Params::seeds, counts, "a joiner exchanges full states with so many of the lowest peers",
        "How to Test");
  t.add("names", integer, &Params::names, {0, 1e6},
        "nodes go by the names `node-0` to so many, their number modulo this, so that of two nodes with one name the "
        "second is turned away; 0: each has a name of its own",
        "memberlist, aliveNode");
  t.add("resolve_name_conflicts", boolean, &Params::resolve_name_conflicts, any_bounds,
        "a node that hears of another one with its name asks all others which of the two they know, and ends unless "
        "most of them know itself",
        "Serf, EnableNameConflictResolution");
  t.add("probe_interval", duration, &Params::probe_interval, time_above_zero, "a member is probed so often: 1s, wan 5s",
        memberlist);
  t.add("probe_timeout", duration, &Params::probe_timeout, time_above_zero,
        "without an ack for so long others are asked to ping: 500ms, wan 3s, local 200ms", memberlist);
  t.add("indirect_checks", integer, &Params::indirect_checks, {0, 1e6}, "how many others are asked: 3, local 1",
        memberlist);
  t.add("stream_fallback", boolean, &Params::stream_fallback, any_bounds,
        "the member is also pinged over a stream then", memberlist);
  t.add("stream_timeout", duration, &Params::stream_timeout, time_above_zero,
        "a full state exchange is given up after so long, connecting included: 10s, wan 30s, local 1s. A ping over a "
        "stream is given up with its probe",
        memberlist);
  t.add_choice("probe_targets", &Params::probe_targets, {"round-robin", "random"},
               "round-robin: all members in an order that is shuffled for each pass; random: any member each time",
               "SWIM, sections 4.3 and 3.1");
  t.add("synchronous", boolean, &Params::synchronous, any_bounds,
        "the periods of all nodes begin at once; false: at a random phase each", swim);
}

void declare_suspicion(Table& t) {
  t.add("suspicion", boolean, &Params::suspicion, any_bounds,
        "a member that fails a probe is suspected before it is declared dead; false: it is dead at once",
        "SWIM, section 4.2");
  t.add("suspicion_mult", integer, &Params::suspicion_mult, counts,
        "shortest suspicion: this x max(1, log10 n) x probe_interval: 4, wan 6, local 3", memberlist);
  t.add("suspicion_max_mult", integer, &Params::suspicion_max_mult, counts,
        "longest suspicion, over the shortest: it shrinks with each confirmation", lifeguard);
  t.add("awareness_max", integer, &Params::awareness_max, counts,
        "local health: a node that misses acks stretches its own periods up to so many times; 1: never", lifeguard);
  t.add("nacks", boolean, &Params::nacks, any_bounds,
        "a member that is asked to ping and gets no ack says so, which shows the asker that the fault is not its own",
        lifeguard);
}

void declare_dissemination(Table& t) {
  t.add("gossip_interval", duration, &Params::gossip_interval, time_above_zero,
        "what is new is gossiped so often: 200ms, wan 500ms, local 100ms", memberlist);
  t.add("gossip_nodes", integer, &Params::gossip_nodes, counts, "to so many random members: 3, wan 4", memberlist);
  t.add("gossip_to_the_dead", duration, &Params::gossip_to_the_dead, times,
        "dead members are gossiped to for so long, then forgotten: 30s, wan 60s, local 15s", memberlist);
  t.add("retransmit_mult", integer, &Params::retransmit_mult, counts,
        "each broadcast is sent this x ceil(log10(n + 1)) times: 4, local 2", memberlist);
  t.add("packet_size", integer, &Params::packet_size, {256, 65000}, "bytes of a datagram, piggybacked gossip included",
        memberlist);
  t.add("push_pull_interval", duration, &Params::push_pull_interval, period_or_never,
        "full states are exchanged with a random member so often, up to 32 members; longer beyond; 0s: never: 30s, wan "
        "60s, local 15s",
        memberlist);
  t.add("metadata_size", ValueType::size, &Params::metadata_size, {0, 512},
        "bytes of metadata that travel with each member: 2 for Serf's without tags, 0 for memberlist's",
        "Architecture 1, Metadata propagation");
  t.add("metadata_interval", duration, &Params::metadata_interval, period_or_never,
        "how often a node changes its metadata, which all others then learn; 0s: never", "Serf, SetTags");
  t.add("compression", boolean, &Params::compression, any_bounds,
        "full states, and datagrams that get smaller by it, are compressed (LZW)", memberlist);
  t.add("reconnect_interval", duration, &Params::reconnect_interval, period_or_never,
        "the cluster tries to join about one failed member so often for each one; 0s: never, as memberlist alone",
        serf);
  t.add("reconnect_timeout", duration, &Params::reconnect_timeout, times, "a failed member is tried for so long", serf);
  t.add("tombstone_timeout", duration, &Params::tombstone_timeout, times,
        "a member that left is remembered for so long", serf);
  t.add("reap_interval", duration, &Params::reap_interval, time_above_zero, "how often Serf forgets members", serf);
  t.add("broadcast_timeout", duration, &Params::broadcast_timeout, time_above_zero,
        "a node that leaves waits for so long until its intent, and then its departure, has been gossiped as often as "
        "broadcasts are; then it goes all the same",
        serf);
  t.add("leave_delay", duration, &Params::leave_delay, times,
        "it stays on for so long after that, so that nobody's probe of it fails meanwhile (LeavePropagateDelay)", serf);
  t.add("coalesce_period", duration, &Params::coalesce_period, times,
        "the ring hears of changes of members at most so late, the last one of each member alone; 0s: of each at once. "
        "`serf agent` takes 3s, the library 0s",
        serf);
  t.add("quiescent_period", duration, &Params::quiescent_period, times,
        "or once nothing has changed for so long. `serf agent` takes 1s", serf);
  t.add("force_leave_after", duration, &Params::force_leave_after, times,
        "the lowest member declares a failed one to have left after so long, as an operator does with `serf "
        "force-leave`; 0s: never",
        "Serf, RemoveFailedNode");
  t.add("snapshot", boolean, &Params::snapshot, any_bounds,
        "a node keeps its members and clocks on its disk, without sync; after a restart it joins through those that it "
        "knew, in random order, and receives the events that it has missed, but not those before",
        "Serf, snapshot.go");
  t.add("prune", boolean, &Params::prune, any_bounds, "and all forget it at once (`serf force-leave -prune`)",
        "Serf, RemoveFailedNodePrune");
  t.add("intents", boolean, &Params::intents, any_bounds,
        "members announce that they come and go with Lamport times, so that a silent one that has announced its "
        "departure does not count as failed; false: memberlist alone",
        "Serf, serf.go");
  t.add("coordinates", boolean, &Params::coordinates, any_bounds,
        "acks carry Vivaldi coordinates, from which members learn how far they are from each other; not given: as "
        "`intents`, since both are Serf's",
        "Serf, DisableCoordinates; Dabek et al. 2004 (Vivaldi)");
  t.add("handler_cpu", duration, &Params::handler_cpu, times,
        "processor time that a node spends on each message and each request, on a core of 1 Gflop/s: with it a host "
        "that computes too slowly falls behind, as an overloaded member does",
        "Dadgar et al. 2018 (Lifeguard)");
  t.add("oracle_interval", duration, &Params::oracle_interval, time_above_zero,
        "of `membership: oracle`: how often it is asked");
}

void declare_events(Table& t) {
  t.add("event_buffer", integer, &Params::event_buffer, counts,
        "Lamport times of user events that a node remembers, to recognise what comes again", serf);
  t.add("query_buffer", integer, &Params::query_buffer, counts, "the same of queries, which have a clock of their own",
        serf);
  t.add("replay_on_join", boolean, &Params::replay_on_join, any_bounds,
        "a joiner, or a node that restarts, receives the events that members remember; false: only later ones",
        "Serf, agent -replay");
  t.add("user_event_size_limit", ValueType::size, &Params::user_event_size_limit, {1, 9216},
        "a larger event is refused (`rejected`); its name and payload and some 30 bytes count", serf);
  t.add("user_coalesce_period", duration, &Params::user_coalesce_period, times,
        "subscribers get events at most so late, and of those that came meanwhile the one with the latest Lamport time "
        "alone; 0s: each at once. `serf agent` takes 3s for events that may be coalesced",
        serf);
  t.add("user_quiescent_period", duration, &Params::user_quiescent_period, times,
        "or once no event has come for so long. `serf agent` takes 1s", serf);
  t.add("subscriber_group", integer, &Params::subscriber_group, {0, 1e6},
        "only nodes of this group subscribe to events; the others pass them on (`events_without_subscriber`)",
        "Architecture 3, Event subscription and filtering");
  t.add("health_interval", duration, &Params::health_interval, period_or_never,
        "node 0 asks the cluster for its health so often and counts the answers; 0s: never",
        "Architecture 3, Health status aggregation");
  t.add("health_nodes", ValueType::text_list, &Params::health_nodes, any_bounds,
        "it asks only these nodes, such as [0, 3]; all spread the query",
        "Serf, FilterNode; Architecture 3, filtering");
  t.add("groups", integer, &Params::groups, counts,
        "each node has a tag `group` in its metadata: its number modulo so many", "Serf, tags");
  t.add("health_group", integer, &Params::health_group, {0, 1e6}, "it asks only the nodes of this group",
        "Serf, FilterTag; Architecture 3, filtering");
  t.add("query_timeout_mult", integer, &Params::query_timeout_mult, counts,
        "it waits for answers for this x ceil(log10(n + 1)) gossip intervals", serf);
  t.add("query_acks", boolean, &Params::query_acks, any_bounds,
        "each node that the query is for also says that it has got it", "Serf, RequestAck");
  t.add("query_size_limit", ValueType::size, &Params::query_size_limit, {1, 65000}, "a larger query is not asked",
        serf);
  t.add("answer_size", ValueType::size, &Params::answer_size, {0, 65000}, "payload of an answer",
        "Architecture 3, Health status aggregation");
  t.add("query_response_size_limit", ValueType::size, &Params::query_response_size_limit, {1, 65000},
        "a larger answer is not sent", serf);
  t.add("relay_factor", integer, &Params::relay_factor, {0, 255},
        "an answer also goes through so many other members, so that the loss of one datagram does not lose it",
        "Serf, query.go");
}

void declare_cache(Table& t) {
  t.add("virtual_nodes", integer, &Params::virtual_nodes, {1, 4096}, "points of each node on the hash ring",
        "Consistent Hashing with Virtual Nodes");
  t.add("racks", integer, &Params::racks, counts,
        "each node has a tag `rack`, its number modulo so many, and no two owners of a key have the same one as long "
        "as other racks have members; 1: owners are chosen without regard to racks",
        "Serf, tags; Apache Cassandra, NetworkTopologyStrategy");
  t.add("handover", boolean, &Params::handover, any_bounds,
        "a change of the ring makes old owners send entries to the new ones",
        "Architecture Highlights, Automatic rebalancing");
  t.add_choice("phase", &Params::phase, {"1", "2A", "2B", "2C"},
               "the document's stages. 1, what it calls built: one copy of each key, in memory; 2A: three copies, W = "
               "Q = 2, an append-only file; 2B: and consensus; 2C: as 2A, and hints, read repair and comparison. The "
               "parameters below that stand without a value follow it",
               "Next Phase");
  t.add("replicas", integer, &Params::given_replicas, {1, 64}, "R: owners of each key: 3, phase 1: 1", "Phase 2A");
  t.add("write_quorum", integer, &Params::given_write_quorum, {1, 64},
        "W: owners that must have a write before it is acknowledged: 2, phase 1: 1, and no more than R", "Phase 2A");
  t.add("read_quorum", integer, &Params::given_read_quorum, {1, 64},
        "Q: owners whose answers a read waits for: 2, phase 1: 1, and no more than R", "Phase 2A");
  t.add("request_timeout", duration, &Params::request_timeout, time_above_zero,
        "an operation without its quorum fails after so long", "Architecture 4");
  t.add_choice(
      "conflict", &Params::conflict, {"hybrid-time", "wall-clock", "siblings"},
      "of two writes of a key the later one wins by hybrid logical time (Kulkarni et al. 2014), or by the clock of the "
      "node that took it; ties by node. siblings: a write replaces what its client had read, and writes that did not "
      "know of each other stand side by side (dotted version vectors, Preguiça et al. 2010)",
      "Phase 2A, conflict resolution");
  t.add("ttl", duration, &Params::ttl, times, "entries expire so long after they were written; 0s: never");
  t.add("tombstone_ttl", duration, &Params::tombstone_ttl, times,
        "a deleted key is remembered for so long: an owner that was away for longer may bring its value back; 0s: for "
        "good, or for `ttl`",
        "Apache Cassandra, gc_grace_seconds");
  t.add("max_entries", integer, &Params::max_entries, {0, 1e9},
        "a node holds at most so many entries and evicts the least recently used; 0: no limit");
  t.add_choice("persistence", &Params::given_persistence, {"memory", "aof"},
               "aof, phase 1: memory. aof: entries are appended to a file with their versions, and synced before they "
               "are acknowledged",
               "Phase 2A, AOF");
  t.add("hinted_handoff", boolean, &Params::given_hinted_handoff, any_bounds,
        "true in phase 2C: a write that an owner did not take is kept by its coordinator and tried again", "Phase 2C");
  t.add("hint_interval", duration, &Params::hint_interval, time_above_zero, "how often it is tried", "Phase 2C");
  t.add("read_repair", boolean, &Params::given_read_repair, any_bounds,
        "true in phase 2C: owners that answered a read with an older version are sent the newest", "Phase 2C");
  t.add("anti_entropy_interval", duration, &Params::given_anti_entropy_interval, period_or_never,
        "10s in phase 2C, else 0s: a node compares what it shares with a random member so often, by fingerprints of "
        "ranges; 0s: never",
        "Phase 2C, reconciliation after partition healing");
}

void declare_consensus(Table& t) {
  t.add_choice("consensus", &Params::given_consensus, {"off", "raft"},
               "raft, phase 2B: a replicated log decides critical operations, which are those of the workload "
               "`register`, who is on the ring, and how many copies there are. off: a compare-and-set or increment "
               "reads and then writes, and each node's ring is what its own membership says",
               "Phase 2B: Consensus Integration");
  t.add("voters", integer, &Params::voters, {1, 1000},
        "members that vote, those with the lowest ids at first; the others get the log and take the places of voters "
        "that fail or leave",
        "Ongaro 2014, section 4.2.1; Consul: 3 to 5 servers");
  t.add("election_timeout", duration, &Params::election_timeout, time_above_zero,
        "a voter that hears no leader for a time between this and twice this stands for election; heartbeats come ten "
        "times as often",
        "etcd: --election-timeout 1000ms");
  t.add("new_replicas", integer, &Params::new_replicas, {1, 64},
        "the coordinator has the log change R to this at `new_replicas_at`; W and Q become majorities of it",
        "Phase 2B: critical operations");
  t.add("new_replicas_at", duration, &Params::new_replicas_at, times, "when, by the coordinator's clock");
  t.add("backup_interval", duration, &Params::backup_interval, period_or_never,
        "one member after the other begins a snapshot of the whole cluster, one so often, which goes to a store "
        "outside of "
        "it; a cluster that comes up with all disks lost begins again from the last one; 0s: never",
        "Phase 2B: distributed snapshots; Chandy and Lamport 1985");
  t.add("backup_at", duration, &Params::backup_at, times, "one is asked for at this time; 0s: none");
  t.add(
      "backup_markers", boolean, &Params::backup_markers, any_bounds,
      "markers separate what was sent before the cut from what was sent after it; false: each node records when it is "
      "asked, and what is on its way is in nobody's part",
      "Chandy and Lamport 1985");
}

}  // namespace

const ParameterTable<Params>& parameter_table() {
  static const Table table = [] {
    Table t;
    declare_failure_detector(t);
    declare_suspicion(t);
    declare_dissemination(t);
    declare_events(t);
    declare_cache(t);
    declare_consensus(t);
    return t;
  }();
  return table;
}

}  // namespace hearsay::swim
