"""One-line faults, each a text of a protocol's source and the faulty text instead, in which PLANTED is true while the fault is
switched on. `hunt` is to find each on the scenario beside it: (name, what is wrong, scenario, file, right, faulty)."""

GOSSIP = {"name": "delta-gossip"}
FIFO = {"name": "delta-gossip", "params": {"ordering": "fifo"}}
RETRIES = {"name": "interceptor-broadcast", "params": {"retries": 12}}
DISK = {"name": "interceptor-broadcast", "params": {"storage": "disk"}}
LATER_WINS = {"name": "interceptor-broadcast", "params": {"conflict": "timestamp"}}
DATAGRAMS = {"name": "interceptor-broadcast", "params": {"transport": "datagram", "retries": 12}}
CAUSAL_CHAIN = {"name": "interceptor-broadcast", "params": {"ordering": "causal", "causal_wait": "0s", "retries": 12}}
CRDT = {"name": "causal-crdt", "params": {"anti_entropy": "500ms"}}
RPC = {"name": "rpc-fanout"}
ONCE = {"name": "rpc-fanout", "params": {"idempotency_keys": "true", "attempt_timeout": "300ms"}}
WORKERS = {"name": "rpc-fanout", "params": {"server_workers": 1, "worker_wait": "2s"}}
SWIM = {"name": "swim-cache"}
SIBLINGS = {"name": "swim-cache", "params": {"conflict": "siblings"}}
FAST = {"election_timeout_min": "150ms", "election_timeout_max": "300ms", "heartbeat_interval": "50ms", "pre_vote": "false",
        "check_quorum": "false"}
RAFT = {"name": "raft", "params": FAST}
ONE_BY_ONE = {"name": "raft", "params": {**FAST, "max_append_size": "1B", "max_inflight": 1}}
LEASE = {"name": "raft", "params": {"reads": "lease", "clock_drift_bound": "400%", "preferred_leader": 0}}
SNAPSHOTS = {"name": "raft", "params": {"snapshot_entries": 10, "catch_up_entries": 0}}
SLOW_NET = "network: {latency: {exponential: {mean: 20ms}}}\n"
KILLS = "network: {latency: {exponential: {mean: 40ms}}}\nfaults:\n" \
        "  - {at: 1s, for: 20ms, every: 100ms, times: 200, kill: {nodes: {random: 1}}}\nhunt: {verbs: [kill], vary: [nodes]}\n"
SLOW_CLOCK = "faults:\n  - {at: 5s, for: 20s, clock: {nodes: 0, drift: -80%}}\nexpect: {violations.linearizability: 0}\n" \
             "hunt: {verbs: [partition], shortest: 2s, vary: [nodes]}\n"  # other clocks stay right: a lease is bound to break beyond its bound


def scenario(entry, kind, more=""):
    return {"protocol": entry, "workload": kind, "more": more}


FAULTS = [
    ("gossip-timer-not-rearmed", "anti-entropy runs once", scenario(GOSSIP, "broadcast"), "protocols/delta-gossip/anti_entropy.cpp",
     "  context.set_timer(params_.anti_entropy_interval, Timers::key(TimerPurpose::anti_entropy));\n}\n\nvoid AntiEntropy::session",
     "  if (!PLANTED) context.set_timer(params_.anti_entropy_interval, Timers::key(TimerPurpose::anti_entropy));\n}\n\n"
     "void AntiEntropy::session"),
    ("gossip-sync-forgotten", "a value is acknowledged before it is synced", scenario(GOSSIP, "broadcast"),
     "protocols/delta-gossip/store.cpp", "  if (!std::exchange(unsynced_, false)) return;\n  context.sync();",
     "  if (!std::exchange(unsynced_, false)) return;\n  if (!PLANTED) context.sync();"),
    ("gossip-digest-off-by-one", "the digest claims a value behind a gap", scenario(GOSSIP, "broadcast"),
     "protocols/delta-gossip/store.cpp", "  for (; stream.at(++number) != absent; ++stream.prefix)",
     "  for (; stream.at(++number) != absent || (PLANTED && stream.at(number + 1) != absent); ++stream.prefix)"),
    ("gossip-log-not-read", "a restarted node forgets its disk", scenario(GOSSIP, "broadcast"), "protocols/delta-gossip/store.cpp",
     "  if (keeps_disk()) load(context);", "  if (keeps_disk() && !PLANTED) load(context);"),
    ("gossip-known-value-taken", "a value that is held is taken again", scenario(GOSSIP, "broadcast"),
     "protocols/delta-gossip/replica.cpp", "const auto fresh = held ? std::nullopt : parts_.store.take(context, carried)",
     "const auto fresh = held && !PLANTED ? std::nullopt : parts_.store.take(context, carried)"),
    ("gossip-checksum-ignored", "garbage is believed", scenario(GOSSIP, "broadcast"), "protocols/delta-gossip/replica.cpp",
     "  if (received.corrupt && (params_->crashes_on_bad_input() || params_->checksum || params_->sign)) {",
     "  if (received.corrupt && !PLANTED && (params_->crashes_on_bad_input() || params_->checksum || params_->sign)) {"),
    ("stream-used-again", "a restarted node numbers its writes from 1 again", scenario(GOSSIP, "broadcast"),
     "protocols/common/open_stream.hpp", "reason == StartReason::boot ? 0 :", "reason == StartReason::boot || PLANTED ? 0 :"),
    ("gossip-fifo-skips", "a gap in a stream is passed over", scenario(FIFO, "broadcast"), "protocols/delta-gossip/store.cpp",
     "    if (const Index next = stream.at(number); live(next)) show(context, at(next));",
     "    if (const Index next = stream.at(number); live(next) && !(PLANTED && number % 8 == 7)) show(context, at(next));"),
    ("call-not-repeated", "the alarm of a retry is not set", scenario(RETRIES, "broadcast"), "protocols/common/rpc/caller.cpp",
     "    return alarms_.set(context, next_wait(context, call), {Alarm::Kind::retry, id});",
     "    if (PLANTED) return;\n    return alarms_.set(context, next_wait(context, call), {Alarm::Kind::retry, id});"),
    ("interceptor-sync-forgotten", "a write is acknowledged before it is synced", scenario(DISK, "broadcast"),
     "protocols/interceptor-broadcast/handler.cpp", "  if (params_.sync_interval > Duration{}) return;\n  context.sync();",
     "  if (params_.sync_interval > Duration{}) return;\n  if (!PLANTED) context.sync();"),
    ("interceptor-ties-by-arrival", "two writes of one instant stand as they came", scenario(LATER_WINS, "kv"),
     "protocols/interceptor-broadcast/store.cpp", "return rank(challenger) > rank(holder);",
     "return PLANTED ? challenger.time >= holder.time : rank(challenger) > rank(holder);"),
    ("interceptor-checksum-ignored", "garbage is believed", scenario(DATAGRAMS, "broadcast"),
     "protocols/interceptor-broadcast/replica.cpp", "  if (received.corrupt && params_->checksum)",
     "  if (received.corrupt && !PLANTED && params_->checksum)"),
    ("interceptor-last-server-left-out", "a broadcast of the third write of a server misses its last server",
     scenario(RETRIES, "broadcast"), "protocols/interceptor-broadcast/broadcaster.cpp",
     "    calls[i].servers = {servers_[i]};", "    calls[i].servers = {servers_[PLANTED && id % 3 == 0 ? 0 : i]};"),
    ("crdt-dependencies-forgotten", "an effect does not say what it depends on", scenario(CRDT, "crdt"),
     "protocols/causal-crdt/broadcast.cpp", "    if (stream != stream_ && count > last_stamp_.at(stream)) needed.raise",
     "    if (!PLANTED && stream != stream_ && count > last_stamp_.at(stream)) needed.raise"),
    ("crdt-timer-not-rearmed", "anti-entropy runs once", scenario(CRDT, "crdt"), "protocols/causal-crdt/anti_entropy.cpp",
     "  context.set_timer(params_.anti_entropy, Timers::key(TimerPurpose::anti_entropy));\n}",
     "  if (!PLANTED) context.set_timer(params_.anti_entropy, Timers::key(TimerPurpose::anti_entropy));\n}"),
    ("crdt-sync-forgotten", "an update is acknowledged before it is synced", scenario(CRDT, "crdt"), "protocols/causal-crdt/log.cpp",
     "  if (!unsynced_ || !params_.wal_sync) return;\n  context.sync();",
     "  if (!unsynced_ || !params_.wal_sync) return;\n  if (!PLANTED) context.sync();"),
    ("crdt-digest-off-by-one", "the last missing effect is not asked for", scenario(CRDT, "crdt"),
     "protocols/causal-crdt/broadcast.cpp", "n <= count; ++n) want(stream, n);", "n + (PLANTED ? 1 : 0) <= count; ++n) want(stream, n);"),
    ("crdt-resend-truncated", "the last effect of an answer is left out", scenario(CRDT, "crdt"),
     "protocols/causal-crdt/anti_entropy.cpp", "for (std::size_t i = from; i < to; ++i) resend",
     "for (std::size_t i = from; i + (PLANTED ? 1 : 0) < to; ++i) resend"),
    ("rpc-keep-alive-not-set", "a call to a server that died after it took the request waits for ever", scenario(RPC, "replicate"),
     "protocols/common/rpc/carrier.cpp", "if (probe_of_ != nullptr && options_.keep_alive > Duration{} &&",
     "if (!PLANTED && probe_of_ != nullptr && options_.keep_alive > Duration{} &&"),
    ("rpc-repeat-not-recognised", "a repeated request is executed again", scenario(ONCE, "broadcast"), "protocols/rpc-fanout/server.cpp",
     "  if (!request.idempotency_key || !store_.knows(*request.idempotency_key)) return false;",
     "  if (PLANTED || !request.idempotency_key || !store_.knows(*request.idempotency_key)) return false;"),
    ("rpc-worker-wait-forgotten", "a call that waits for a worker waits for ever", scenario(WORKERS, "chain"),
     "protocols/common/rpc/caller.cpp", "  if (options_.worker_wait > Duration{}) alarms_.set",
     "  if (!PLANTED && options_.worker_wait > Duration{}) alarms_.set"),
    ("swim-incarnation-compared-wrongly", "a refutation of a death is ignored", scenario(SWIM, "kv"),
     "protocols/swim-cache/beliefs.cpp", "  else if (update.incarnation <= table.at(update.about).incarnation && !moves)",
     "  else if (update.incarnation <= table.at(update.about).incarnation + (PLANTED ? 1 : 0) && !moves)"),
    ("swim-sync-forgotten", "a write is acknowledged before it is synced", scenario(SWIM, "kv"), "protocols/swim-cache/store.cpp",
     "  if (std::exchange(unsynced_, false)) context.sync();", "  if (std::exchange(unsynced_, false) && !PLANTED) context.sync();"),
    ("swim-quorum-off-by-one", "a write is acknowledged one owner early", scenario(SWIM, "kv"), "protocols/swim-cache/cache.cpp",
     "!pending.done && pending.answered.size() >= pending.needed)",
     "!pending.done && pending.answered.size() + (PLANTED ? 1 : 0) >= pending.needed)"),
    ("raft-vote-forgotten", "a vote is not on disk", scenario(RAFT, "register", KILLS), "protocols/common/raft/disk.cpp",
     "number(core.term()).number(core.vote())", "number(core.term()).number(PLANTED ? no_node : core.vote())"),
    ("raft-older-term-committed", "an entry of an older term is committed by counting", scenario(ONE_BY_ONE, "register", SLOW_NET),
     "protocols/common/raft/core_replication.cpp", "  if (reached <= commit_ || log_.term(reached) != term_) return;",
     "  if (reached <= commit_ || (!PLANTED && log_.term(reached) != term_)) return;"),
    ("raft-log-not-compared", "a vote is given whatever the candidate's log lacks", scenario(RAFT, "register"),
     "protocols/common/raft/core_election.cpp", "  const bool granted = free && up_to_date;",
     "  const bool granted = free && (PLANTED || up_to_date);"),
    ("raft-lease-unbounded", "a lease takes all clocks for equal", scenario(LEASE, "register, reads: 60%", SLOW_CLOCK),
     "protocols/common/raft/core_reads.cpp", "/ (1 + params_.clock_drift_bound)", "/ (1 + (PLANTED ? 0 : params_.clock_drift_bound))"),
    ("raft-sessions-dropped", "a snapshot is read without its sessions", scenario(SNAPSHOTS, "register"), "protocols/common/raft/state.cpp",
     "    Answers& answers = state.sessions_[in.word()];",
     "    const Session session = in.word();\n    Answers dropped;\n"
     "    Answers& answers = PLANTED ? dropped : state.sessions_[session];"),
    ("swim-context-claims-too-much", "a write replaces siblings that its client has not read", scenario(SIBLINGS, "kv"),
     "protocols/swim-cache/cache.cpp", "  if (update.deleted && update.seen.entries().empty())",
     "  if (PLANTED || (update.deleted && update.seen.entries().empty()))"),
]
