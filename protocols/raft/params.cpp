#include "protocols/raft/params.hpp"

namespace hearsay::raft {
namespace {

using Table = ParameterTable<Params>;

constexpr auto integer = ValueType::integer;
constexpr auto duration = ValueType::duration;
constexpr auto boolean = ValueType::boolean;

void declare_election(Table& t) {
  t.add("voters", integer, &Params::voters, {0, 1000},
        "nodes that vote, those with the lowest ids at first; the others are learners, which get the log and take a "
        "voter's place when one leaves; 0: all nodes vote",
        "Ongaro 2014, section 4.2.1: non-voting members");
  t.add(
      "election_timeout_min", duration, &Params::election_timeout_min, period,
      "a follower that hears nothing from a leader for a time drawn between this and `election_timeout_max` becomes a "
      "candidate",
      "etcd: --election-timeout 1000ms; the paper, section 9.3: 150ms");
  t.add("election_timeout_max", duration, &Params::election_timeout_max, period,
        "the longest such time; equal to the shortest: no randomness", "etcd: twice the least; the paper: 300ms");
  t.add("heartbeat_interval", duration, &Params::heartbeat_interval, period,
        "how often a leader shows itself, and asks again where an answer is missing",
        "etcd: --heartbeat-interval 100ms; the paper, section 9.3: half the least election timeout");
  t.add("term_resets_timeout", boolean, &Params::term_resets_timeout, any_bounds,
        "a node that hears of a newer term draws its election timeout again, whether it grants a vote or not; false: "
        "only an "
        "append and a vote that it grants do that, so that a candidate that cannot win holds nobody up",
        "etcd/raft: becomeFollower; the paper, figure 2: false");
  t.add("pre_vote", boolean, &Params::pre_vote, any_bounds,
        "a node asks whether it would win before it begins a new term, so that one that returns disturbs nobody",
        "Ongaro 2014, section 9.6; etcd: --pre-vote true");
  t.add("check_quorum", boolean, &Params::check_quorum, any_bounds,
        "a leader that no majority has answered for `election_timeout_min` steps down, and whoever has heard from a "
        "leader within that time refuses its vote",
        "Ongaro 2014, sections 6.2 and 4.2.3; etcd: CheckQuorum");
  t.add("preferred_leader", integer, &Params::preferred_leader, {0, 1e9},
        "another leader hands over to this node once it votes and has the whole log",
        "Ongaro 2014, section 3.10: leadership transfer");
}

void declare_reads(Table& t) {
  t.add_choice(
      "reads", &Params::reads, {"read-index", "lease", "log", "leader", "local"},
      "read-index: the leader asks a majority whether it still leads, and the node answers once it has applied "
      "what was committed then; lease: without asking, for as long as nobody else can have been elected; log: "
      "as an entry of the log; leader: without asking, which can be stale; local: every node from its own "
      "state, which can be stale",
      "Ongaro 2014, section 6.4; etcd: ReadOnlySafe, ReadOnlyLeaseBased, serializable");
  t.add("clock_drift_bound", ValueType::share, &Params::clock_drift_bound, {0, 10},
        "with `reads: lease`: by how much faster than the leader's clock any other may run; the lease ends "
        "`election_timeout_min` / (1 + this) after the request that renewed it",
        "Ongaro 2014, section 6.4.1");
}

void declare_log(Table& t) {
  t.add("max_append_size", ValueType::size, &Params::max_append_size, {1, 1e9},
        "most bytes of entries in one message; one entry always fits", "etcd: 1 MiB");
  t.add("max_inflight", integer, &Params::max_inflight, {1, 1e6},
        "messages with entries on their way to a follower before the leader waits for its answers; 1: no pipelining",
        "Ongaro 2014, section 10.2.2; etcd/raft: 256");
  t.add("batch_delay", duration, &Params::batch_delay, non_negative,
        "what clients ask waits so long for more to be replicated and synced with it; what waits for the disk is one "
        "batch in any case",
        "Ongaro 2014, section 10.2.2");
  t.add("snapshot_entries", integer, &Params::snapshot_entries, {1, 1e9},
        "a node snapshots its state and drops the log before it after so many applied entries",
        "Raft, section 7; etcd: --snapshot-count 10000");
  t.add("catch_up_entries", integer, &Params::catch_up_entries, {0, 1e9},
        "entries that it keeps all the same, for followers that are a little behind", "etcd: 5000");
}

void declare_clients(Table& t) {
  t.add("sessions", boolean, &Params::sessions, any_bounds,
        "the state machine remembers what it has answered, so that a request that was sent again is not done again",
        "Raft, section 8; Ongaro 2014, section 6.3");
  t.add("retry_interval", duration, &Params::retry_interval, period,
        "a node sends again what it has forwarded to a leader and has seen no effect of");
  t.add("request_timeout", duration, &Params::request_timeout, period, "and answers `failed` after this",
        "etcd: 5s + 2 election timeouts");
}

void declare_backups(Table& t) {
  t.add("backup_interval", duration, &Params::backup_interval, period_or_never,
        "one member after the other begins a snapshot of the whole cluster, one so often, which goes to a store "
        "outside of "
        "it; a cluster that "
        "comes up with all disks lost begins again from the last one; 0s: never",
        "Chandy and Lamport 1985; etcdctl snapshot save and restore");
  t.add("backup_at", duration, &Params::backup_at, non_negative, "one is asked for at this time; 0s: none");
  t.add(
      "backup_markers", boolean, &Params::backup_markers, any_bounds,
      "markers separate what was sent before the cut from what was sent after it; false: each node records when it is "
      "asked, and what is on its way is in nobody's part",
      "Chandy and Lamport 1985");
}

}  // namespace

const ParameterTable<Params>& parameter_table() {
  static const auto table = [] {
    Table t;
    declare_election(t);
    declare_reads(t);
    declare_log(t);
    declare_clients(t);
    declare_backups(t);
    return t;
  }();
  return table;
}

void check(const Params& params) {
  if (params.election_timeout_max < params.election_timeout_min)
    throw ParameterError("election_timeout_max", "`election_timeout_max` is shorter than `election_timeout_min`");
  if (params.heartbeat_interval >= params.election_timeout_min)
    throw ParameterError(
        "heartbeat_interval",
        "`heartbeat_interval` is not shorter than `election_timeout_min`: every follower would become a "
        "candidate between two heartbeats");
  if (params.reads == Reads::lease && !params.check_quorum)
    throw ParameterError("reads",
                         "`reads: lease` needs `check_quorum: true`: a lease holds because voters refuse others");
  if (!params.backup_markers && params.backup_interval == Duration{} && params.backup_at == Duration{})
    throw ParameterError("backup_markers", "`backup_markers` has no meaning without `backup_interval` or `backup_at`");
}

std::vector<std::string> processor_time(const Params&) { return {}; }

}  // namespace hearsay::raft
