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
  t.add("probe_interval", duration, &Params::probe_interval, time_above_zero, "a member is probed so often: 1s, wan 5s",
        memberlist);
  t.add("probe_timeout", duration, &Params::probe_timeout, time_above_zero,
        "without an ack for so long others are asked to ping: 500ms, wan 3s, local 200ms", memberlist);
  t.add("indirect_checks", integer, &Params::indirect_checks, {0, 1e6}, "how many others are asked: 3, local 1",
        memberlist);
  t.add("stream_fallback", boolean, &Params::stream_fallback, any_bounds,
        "the member is also pinged over a stream then", memberlist);
  t.add_choice("probe_targets", &Params::probe_targets, {"round-robin", "random"},
               "round-robin: all members in an order drawn anew for each pass; random: any member each time",
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
        "who is asked to ping and gets no ack says so, which tells the asker that it is not itself to blame",
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
  t.add("push_pull_interval", duration, &Params::push_pull_interval, times,
        "full states are exchanged with a random member so often, up to 32 members; longer beyond; 0s: never: 30s, "
        "wan 60s, local 15s",
        memberlist);
  t.add("metadata_size", ValueType::size, &Params::metadata_size, {0, 512},
        "bytes of metadata that travel with each member", "Architecture 1, Metadata propagation");
  t.add("metadata_interval", duration, &Params::metadata_interval, times,
        "a node gives itself new metadata so often and tells the others; 0s: never", "Serf, SetTags");
  t.add("compression", boolean, &Params::compression, any_bounds,
        "full states, and datagrams that get smaller by it, are compressed (LZW)", memberlist);
  t.add("reconnect_interval", duration, &Params::reconnect_interval, times,
        "the cluster tries to join about one failed member so often for each one; 0s: never, as memberlist alone",
        serf);
  t.add("reconnect_timeout", duration, &Params::reconnect_timeout, times, "a failed member is tried for so long", serf);
  t.add("tombstone_timeout", duration, &Params::tombstone_timeout, times,
        "a member that left is remembered for so long", serf);
  t.add("reap_interval", duration, &Params::reap_interval, time_above_zero, "how often Serf forgets members", serf);
  t.add("intents", boolean, &Params::intents, any_bounds,
        "members announce that they come and go with Lamport times, so that a silent one that has announced its "
        "departure does not count as failed; false: memberlist alone",
        "Serf, serf.go");
  t.add("oracle_interval", duration, &Params::oracle_interval, time_above_zero,
        "of `membership: oracle`: how often it is asked");
}

void declare_events(Table& t) {
  t.add("event_buffer", integer, &Params::event_buffer, counts,
        "Lamport times of user events that a node remembers, to recognise what comes again", serf);
  t.add("replay_on_join", boolean, &Params::replay_on_join, any_bounds,
        "a joiner is told the events that members remember; false: it hears only of later ones", serf);
  t.add("health_interval", duration, &Params::health_interval, times,
        "node 0 asks the cluster for its health so often and counts the answers; 0s: never",
        "Architecture 3, Health status aggregation");
  t.add("health_nodes", ValueType::text_list, &Params::health_nodes, any_bounds,
        "it asks only these nodes, such as [0, 3]; all spread the query",
        "Serf, FilterNode; Architecture 3, filtering");
  t.add("groups", integer, &Params::groups, counts,
        "each node has a tag `group` in its metadata: its number modulo so many", "Serf, tags");
  t.add("health_group", integer, &Params::health_group, {0, 1e6}, "it asks only the nodes of this group",
        "Serf, FilterTag; Architecture 3, filtering");
  t.add("relay_factor", integer, &Params::relay_factor, {0, 255},
        "an answer also goes through so many other members, so that the loss of one datagram does not lose it",
        "Serf, query.go");
}

void declare_cache(Table& t) {
  t.add("virtual_nodes", integer, &Params::virtual_nodes, {1, 4096}, "points of each node on the hash ring",
        "Consistent Hashing with Virtual Nodes");
  t.add("handover", boolean, &Params::handover, any_bounds,
        "a change of the ring makes old owners send entries to the new ones",
        "Architecture Highlights, Automatic rebalancing");
  t.add("replicas", integer, &Params::replicas, {1, 64}, "R: owners of each key", "Phase 2A");
  t.add("write_quorum", integer, &Params::write_quorum, {1, 64},
        "W: owners that must have a write before it is acknowledged", "Phase 2A");
  t.add("read_quorum", integer, &Params::read_quorum, {1, 64}, "Q: owners whose answers a read waits for", "Phase 2A");
  t.add("request_timeout", duration, &Params::request_timeout, time_above_zero,
        "an operation without its quorum fails after so long", "Architecture 4");
  t.add_choice(
      "conflict", &Params::conflict, {"hybrid-time", "wall-clock", "siblings"},
      "of two writes of a key the later one wins by hybrid logical time (Kulkarni et al. 2014), or by the clock "
      "of the node that took it; ties by node. siblings: a write replaces what its client had read, and writes "
      "that did not know of each other stand side by side (dotted version vectors, Preguiça et al. 2010)",
      "Phase 2A, conflict resolution");
  t.add("ttl", duration, &Params::ttl, times, "entries expire so long after they were written; 0s: never");
  t.add("tombstone_ttl", duration, &Params::tombstone_ttl, times,
        "a deleted key is remembered for so long: an owner that was away for longer may bring its value back; 0s: for "
        "good, or for `ttl`",
        "Apache Cassandra, gc_grace_seconds");
  t.add("max_entries", integer, &Params::max_entries, {0, 1e9},
        "a node holds at most so many entries and evicts the least recently used; 0: no limit");
  t.add_choice("persistence", &Params::persistence, {"memory", "aof"},
               "aof: entries are appended to a file with their versions, and synced before they are acknowledged",
               "Phase 2A, AOF");
  t.add("hinted_handoff", boolean, &Params::hinted_handoff, any_bounds,
        "a write that an owner did not take is kept by its coordinator and tried again", "Phase 2C");
  t.add("hint_interval", duration, &Params::hint_interval, time_above_zero, "how often it is tried", "Phase 2C");
  t.add("read_repair", boolean, &Params::read_repair, any_bounds,
        "owners that answered a read with an older version are sent the newest", "Phase 2C");
  t.add("anti_entropy_interval", duration, &Params::anti_entropy_interval, times,
        "a node compares what it shares with a random member so often, by fingerprints of ranges; 0s: never",
        "Phase 2C, reconciliation after partition healing");
}

[[noreturn]] void contradiction(const char* parameter, const std::string& message) {
  throw ParameterError(parameter, message);
}

// Parameters of what is switched off. Those with a default value count as given where they differ from it.
void check_oracle(const Params& p) {
  if (p.membership == MembershipKind::swim) {
    if (p.oracle_interval != Params{}.oracle_interval)
      contradiction("oracle_interval", "oracle_interval needs `membership: oracle`; leave it out");
    return;
  }
  const std::pair<const char*, bool> given[] = {{"probe_interval", p.probe_interval.has_value()},
                                                {"probe_timeout", p.probe_timeout.has_value()},
                                                {"indirect_checks", p.indirect_checks.has_value()},
                                                {"suspicion_mult", p.suspicion_mult.has_value()},
                                                {"push_pull_interval", p.push_pull_interval.has_value()},
                                                {"gossip_to_the_dead", p.gossip_to_the_dead.has_value()},
                                                {"suspicion", !p.suspicion},
                                                {"intents", !p.intents},
                                                {"metadata_interval", p.metadata_interval > Duration{}},
                                                {"synchronous", p.synchronous},
                                                {"bootstrap", p.bootstrap == Bootstrap::seeds},
                                                {"replay_on_join", !p.replay_on_join}};
  for (const auto& [name, is_given] : given)
    if (is_given)
      contradiction(name, std::string(name) +
                              " has no meaning with `membership: oracle`, which probes nobody and "
                              "exchanges no states; leave it out");
}

void check_switches(const Params& p) {
  const Params usual;
  if (!p.suspicion && (p.suspicion_mult || p.suspicion_max_mult != usual.suspicion_max_mult))
    contradiction(p.suspicion_mult ? "suspicion_mult" : "suspicion_max_mult",
                  "the length of a suspicion has no meaning with `suspicion: false`; leave it out");
  if (!p.hinted_handoff && p.hint_interval != usual.hint_interval)
    contradiction("hint_interval", "hint_interval has no meaning with `hinted_handoff: false`; leave it out");
  if (p.health_interval == Duration{})
    for (const auto& [name, given] :
         {std::pair("health_nodes", p.health_nodes.has_value()), std::pair("health_group", p.health_group.has_value()),
          std::pair("relay_factor", p.relay_factor > 0)})
      if (given) contradiction(name, std::string(name) + " has no meaning without queries; give a health_interval");
  if (p.health_group && *p.health_group >= p.groups)
    contradiction("health_group", "there is no such group; give one less than `groups`");
  if (p.health_nodes)
    for (const std::string& node : *p.health_nodes)
      if (node.empty() || node.size() > 9 || node.find_first_not_of("0123456789") != std::string::npos)
        contradiction("health_nodes", "`" + node + "` is no number of a node; write a list such as [0, 3]");
  if (p.reconnect_interval == Duration{} && p.reconnect_timeout != usual.reconnect_timeout)
    contradiction("reconnect_timeout", "reconnect_timeout has no meaning with `reconnect_interval: 0s`; leave it out");
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
    return t;
  }();
  return table;
}

membership::Config Params::config() const {
  membership::Config c = membership::defaults(profile);
  const auto narrow = [](std::int64_t value) { return static_cast<std::uint32_t>(value); };
  const auto given = [&](std::uint32_t& field, const std::optional<std::int64_t>& value) {
    if (value) field = narrow(*value);
  };
  c.probe_interval = probe_interval.value_or(c.probe_interval);
  c.probe_timeout = probe_timeout.value_or(c.probe_timeout);
  given(c.indirect_checks, indirect_checks);
  c.stream_fallback = stream_fallback;
  c.targets = probe_targets;
  c.in_phase = synchronous;
  c.suspicion = suspicion;
  given(c.suspicion_mult, suspicion_mult);
  c.suspicion_max_mult = narrow(suspicion_max_mult);
  c.awareness_max = narrow(awareness_max);
  c.nacks = nacks;
  c.gossip_interval = gossip_interval.value_or(c.gossip_interval);
  given(c.gossip_nodes, gossip_nodes);
  c.gossip_to_the_dead = gossip_to_the_dead.value_or(c.gossip_to_the_dead);
  given(c.retransmit_mult, retransmit_mult);
  c.packet_size = narrow(packet_size);
  c.push_pull_interval = push_pull_interval.value_or(c.push_pull_interval);
  c.reconnect_interval = reconnect_interval;
  c.reconnect_timeout = reconnect_timeout;
  c.tombstone_timeout = tombstone_timeout;
  c.reap_interval = reap_interval;
  c.intents = intents;
  c.metadata_size = narrow(metadata_size);
  c.compression = compression;
  return c;
}

QueryFilter Params::health_filter() const {
  QueryFilter filter;
  if (health_nodes)
    for (const std::string& node : *health_nodes) filter.nodes.push_back(static_cast<NodeId>(std::stoul(node)));
  std::sort(filter.nodes.begin(), filter.nodes.end());
  if (health_group) filter.group = static_cast<std::uint32_t>(*health_group);
  return filter;
}

void check(const Params& params) {
  const membership::Config config = params.config();
  if (config.probe_timeout >= config.probe_interval)
    contradiction("probe_timeout",
                  "probe_timeout is not shorter than probe_interval, so that others could not be "
                  "asked in time; make it shorter, or the interval longer");
  check_oracle(params);
  check_switches(params);
  if (params.write_quorum > params.replicas)
    contradiction("write_quorum", "write_quorum is more than `replicas`, so that no write could succeed");
  if (params.read_quorum > params.replicas)
    contradiction("read_quorum", "read_quorum is more than `replicas`, so that no read could succeed");
}

}  // namespace hearsay::swim
