// What the parameters come to: the settings of the membership machine, the filter of queries, and contradictions.
#include <algorithm>
#include <string>
#include <utility>

#include "protocols/swim-cache/params.hpp"

namespace hearsay::swim {
namespace {

[[noreturn]] void contradiction(const char* parameter, const std::string& message) {
  throw ParameterError(parameter, message);
}

// Parameters of what is switched off. Those with a default value count as given where they differ from it.
void check_oracle(const Params& p) {
  const Params usual;
  if (p.membership == MembershipKind::swim) {
    if (p.oracle_interval != usual.oracle_interval)
      contradiction("oracle_interval", "oracle_interval needs `membership: oracle`; leave it out");
    return;
  }
  const std::pair<const char*, bool> given[] = {
      {"bootstrap", p.bootstrap != usual.bootstrap},
      {"seeds", p.seeds != usual.seeds},
      {"names", p.names != usual.names},
      {"probe_interval", p.probe_interval.has_value()},
      {"probe_timeout", p.probe_timeout.has_value()},
      {"indirect_checks", p.indirect_checks.has_value()},
      {"stream_fallback", p.stream_fallback != usual.stream_fallback},
      {"stream_timeout", p.stream_timeout.has_value()},
      {"probe_targets", p.probe_targets != usual.probe_targets},
      {"synchronous", p.synchronous},
      {"suspicion", !p.suspicion},
      {"suspicion_mult", p.suspicion_mult.has_value()},
      {"suspicion_max_mult", p.suspicion_max_mult != usual.suspicion_max_mult},
      {"awareness_max", p.awareness_max != usual.awareness_max},
      {"nacks", p.nacks != usual.nacks},
      {"gossip_to_the_dead", p.gossip_to_the_dead.has_value()},
      {"push_pull_interval", p.push_pull_interval.has_value()},
      {"metadata_size", p.metadata_size != usual.metadata_size},
      {"metadata_interval", p.metadata_interval > Duration{}},
      {"reconnect_interval", p.reconnect_interval != usual.reconnect_interval},
      {"reconnect_timeout", p.reconnect_timeout != usual.reconnect_timeout},
      {"tombstone_timeout", p.tombstone_timeout != usual.tombstone_timeout},
      {"reap_interval", p.reap_interval != usual.reap_interval},
      {"broadcast_timeout", p.broadcast_timeout != usual.broadcast_timeout},
      {"leave_delay", p.leave_delay != usual.leave_delay},
      {"force_leave_after", p.force_leave_after > Duration{}},
      {"snapshot", p.snapshot},
      {"intents", !p.intents},
      {"coordinates", p.coordinates.has_value()},
      {"replay_on_join", p.replay_on_join}};
  for (const auto& [name, is_given] : given)
    if (is_given)
      contradiction(
          name,
          std::string(name) +
              " has no meaning with `membership: oracle`, which probes nobody and exchanges no states; leave it out");
}

// Queries are asked about health, and about names that two nodes have.
void check_queries(const Params& p) {
  const Params usual;
  if (p.health_interval == Duration{})
    for (const auto& [name, given] :
         {std::pair("health_nodes", p.health_nodes.has_value()), std::pair("health_group", p.health_group.has_value()),
          std::pair("relay_factor", p.relay_factor > 0), std::pair("query_acks", p.query_acks),
          std::pair("answer_size", p.answer_size != usual.answer_size)})
      if (given) contradiction(name, std::string(name) + " has no meaning without queries; give a health_interval");
  if (p.health_interval == Duration{} && p.names == 0)
    for (const auto& [name, given] :
         {std::pair("query_buffer", p.query_buffer != usual.query_buffer),
          std::pair("query_timeout_mult", p.query_timeout_mult != usual.query_timeout_mult),
          std::pair("query_size_limit", p.query_size_limit != usual.query_size_limit),
          std::pair("query_response_size_limit", p.query_response_size_limit != usual.query_response_size_limit)})
      if (given) contradiction(name, std::string(name) + " has no meaning without queries; give a health_interval");
  if (p.groups != usual.groups && !p.health_group && !p.subscriber_group)
    contradiction("groups", "nothing goes by groups; give a health_group or a subscriber_group, or leave it out");
}

void check_switches(const Params& p) {
  const Params usual;
  if (!p.suspicion && (p.suspicion_mult || p.suspicion_max_mult != usual.suspicion_max_mult))
    contradiction(p.suspicion_mult ? "suspicion_mult" : "suspicion_max_mult",
                  "the length of a suspicion has no meaning with `suspicion: false`; leave it out");
  if (!p.hinted_handoff && p.hint_interval != usual.hint_interval)
    contradiction("hint_interval", "hint_interval has no meaning with `hinted_handoff: false`; leave it out");
  if (p.health_group && *p.health_group >= p.groups)
    contradiction("health_group", "there is no such group; give one less than `groups`");
  if (p.subscriber_group && *p.subscriber_group >= p.groups)
    contradiction("subscriber_group", "there is no such group; give one less than `groups`");
  if (p.replay_on_join && !p.intents)
    contradiction("replay_on_join",
                  "events are replayed by Serf's part of a full state, which memberlist alone does not have; leave it "
                  "out, or `intents: false`");
  if (p.names > 0 && p.bootstrap == Bootstrap::known)
    contradiction("names",
                  "nodes that know each other from the start cannot have names in common; give `bootstrap: "
                  "seeds`, or leave it out");
  if (!p.resolve_name_conflicts && !p.intents)
    contradiction("resolve_name_conflicts",
                  "resolve_name_conflicts has no meaning with `intents: false`, memberlist alone; leave it out");
  if (p.prune && p.force_leave_after == Duration{})
    contradiction("prune", "prune has no meaning without force_leave_after; give one, or leave it out");
  const auto both = [](Duration period, Duration quiescent, const std::string& prefix) {
    if ((period > Duration{}) == (quiescent > Duration{})) return;
    const bool lacks_period = period == Duration{};
    contradiction((prefix + (lacks_period ? "quiescent_period" : "coalesce_period")).c_str(),
                  "Serf coalesces only with both periods; give " + prefix +
                      (lacks_period ? "coalesce_period" : "quiescent_period") + " too, or leave both out");
  };
  both(p.coalesce_period, p.quiescent_period, "");
  both(p.user_coalesce_period, p.user_quiescent_period, "user_");
  if (p.health_nodes)
    for (const std::string& node : *p.health_nodes)
      if (node.empty() || node.size() > 9 || node.find_first_not_of("0123456789") != std::string::npos)
        contradiction("health_nodes", "`" + node + "` is no number of a node; write a list such as [0, 3]");
  if (p.reconnect_interval == Duration{} && p.reconnect_timeout != usual.reconnect_timeout)
    contradiction("reconnect_timeout", "reconnect_timeout has no meaning with `reconnect_interval: 0s`; leave it out");
}

void check_consensus(const Params& p) {
  const Params usual;
  if (p.new_replicas.has_value() != (p.new_replicas_at > Duration{}))
    contradiction(p.new_replicas ? "new_replicas_at" : "new_replicas",
                  "R changes only with new_replicas and new_replicas_at; give both, or leave both out");
  if (!p.backup_markers && p.backup_interval == Duration{} && p.backup_at == Duration{})
    contradiction("backup_markers",
                  "backup_markers has no meaning without snapshots; give a backup_interval or backup_at");
  if (p.consensus == Agreement::raft) {
    if (p.names > 0) contradiction("names", "with `consensus: raft` each node needs a name of its own; leave it out");
    return;
  }
  for (const auto& [name, given] : {std::pair("voters", p.voters != usual.voters),
                                    std::pair("election_timeout", p.election_timeout != usual.election_timeout),
                                    std::pair("new_replicas", p.new_replicas.has_value())})
    if (given)
      contradiction(
          name, std::string(name) + " has no meaning with `consensus: off`; give `consensus: raft`, or leave it out");
}

void follow_phase(Params& p) {
  const bool replicated = p.phase != Phase::built, tolerant = p.phase == Phase::partition_tolerant;
  const auto narrow = [](std::int64_t value) { return static_cast<std::uint32_t>(value); };
  p.replicas = narrow(p.given_replicas.value_or(replicated ? 3 : 1));
  const std::uint32_t quorum = std::min(p.replicas, replicated ? 2U : 1U);
  p.write_quorum = narrow(p.given_write_quorum.value_or(quorum));
  p.read_quorum = narrow(p.given_read_quorum.value_or(quorum));
  p.persistence = p.given_persistence.value_or(replicated ? Persistence::aof : Persistence::memory);
  p.consensus = p.given_consensus.value_or(p.phase == Phase::consistent ? Agreement::raft : Agreement::off);
  p.hinted_handoff = p.given_hinted_handoff.value_or(tolerant);
  p.read_repair = p.given_read_repair.value_or(tolerant);
  p.anti_entropy_interval = p.given_anti_entropy_interval.value_or(std::chrono::seconds(tolerant ? 10 : 0));
}

void check(const Params& params) {
  const membership::Config config = params.config();
  if (config.probe_timeout >= config.probe_interval)
    contradiction("probe_timeout",
                  "probe_timeout is not shorter than probe_interval, so that others could not be asked in time; make "
                  "it shorter, or the interval longer");
  check_oracle(params);
  check_queries(params);
  check_switches(params);
  check_consensus(params);
  if (params.write_quorum > params.replicas)
    contradiction("write_quorum", "write_quorum is more than `replicas`, so that no write could succeed");
  if (params.read_quorum > params.replicas)
    contradiction("read_quorum", "read_quorum is more than `replicas`, so that no read could succeed");
}

}  // namespace

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
  c.stream_timeout = stream_timeout.value_or(c.stream_timeout);
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
  c.broadcast_timeout = broadcast_timeout;
  c.leave_delay = leave_delay;
  c.intents = intents;
  c.coordinates = coordinates.value_or(intents);
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

void complete(Params& params) {
  follow_phase(params);
  check(params);
}

std::vector<std::string> processor_time(const Params& params) {
  return names_of_positive({{"handler_cpu", params.handler_cpu}});
}

}  // namespace hearsay::swim
