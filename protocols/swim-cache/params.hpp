// Parameters of `swim-cache`. Membership takes memberlist's and Serf's default values by `profile`; each can be given
// by itself. The cache does what the document's last phase asks for, unless `phase` says otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocols/swim-cache/membership_config.hpp"
#include "protocols/swim-cache/messages.hpp"
#include "sim/core/parameters.hpp"

namespace hearsay::swim {

enum class MembershipKind : std::uint8_t { swim, oracle };
enum class Bootstrap : std::uint8_t { known, seeds };
enum class Conflict : std::uint8_t { hybrid_time, wall_clock, siblings };
enum class Agreement : std::uint8_t { off, raft };
enum class Persistence : std::uint8_t { memory, aof };
// Stages of the document: what the cache does unless it is told by single parameters.
enum class Phase : std::uint8_t {
  built,              // 1: one copy of each key in memory
  replicated,         // 2A: three copies with quorums, conflict resolution, an append-only file
  consistent,         // 2B: and consensus
  partition_tolerant  // 2C: as 2A, and hints, read repair, comparison
};

struct Params {
  // membership
  MembershipKind membership = MembershipKind::swim;
  membership::Profile profile = membership::Profile::lan;
  Bootstrap bootstrap = Bootstrap::known;
  std::uint32_t seeds = 1;
  std::uint32_t names = 0;
  bool resolve_name_conflicts = true;
  std::optional<Duration> probe_interval, probe_timeout;
  std::optional<std::int64_t> indirect_checks;
  bool stream_fallback = true;
  membership::Targets probe_targets = membership::Targets::round_robin;
  bool synchronous = false;
  bool suspicion = true;
  std::optional<std::int64_t> suspicion_mult;
  std::int64_t suspicion_max_mult = 6;
  std::int64_t awareness_max = 8;
  bool nacks = true;
  std::optional<Duration> gossip_interval, gossip_to_the_dead;
  std::optional<std::int64_t> gossip_nodes, retransmit_mult;
  std::int64_t packet_size = 1400;
  std::optional<Duration> push_pull_interval;
  Duration reconnect_interval = std::chrono::seconds(30);
  Duration reconnect_timeout = std::chrono::hours(24);
  Duration tombstone_timeout = std::chrono::hours(24);
  Duration reap_interval = std::chrono::seconds(15);
  Duration broadcast_timeout = std::chrono::seconds(5);
  Duration leave_delay = std::chrono::seconds(1);
  std::optional<Duration> stream_timeout;
  bool intents = true;
  std::optional<bool> coordinates;
  Duration coalesce_period{};
  Duration quiescent_period{};
  Duration force_leave_after{};
  bool prune = false;
  bool snapshot = false;
  std::int64_t metadata_size = 2;
  Duration metadata_interval{};
  bool compression = true;
  Duration oracle_interval = std::chrono::milliseconds(100);
  Duration handler_cpu{};

  // events
  std::uint32_t event_buffer = 512;
  std::uint32_t query_buffer = 512;
  bool replay_on_join = false;
  std::uint32_t user_event_size_limit = 512;
  std::uint32_t query_size_limit = 1024;
  std::uint32_t query_response_size_limit = 1024;
  Duration user_coalesce_period{};
  Duration user_quiescent_period{};
  std::optional<std::int64_t> subscriber_group;
  std::uint32_t query_timeout_mult = 16;
  bool query_acks = false;
  std::uint32_t answer_size = 1;
  Duration health_interval{};
  std::optional<std::vector<std::string>> health_nodes;
  std::uint32_t groups = 1;
  std::optional<std::int64_t> health_group;
  std::uint32_t relay_factor = 0;

  // ring
  std::uint32_t virtual_nodes = 256;
  std::uint32_t racks = 1;
  bool handover = true;

  // cache
  Phase phase = Phase::partition_tolerant;
  Duration request_timeout = std::chrono::seconds(1);
  Conflict conflict = Conflict::hybrid_time;
  Duration ttl{};
  Duration tombstone_ttl{};
  std::uint32_t max_entries = 0;
  Duration hint_interval = std::chrono::seconds(1);

  // consensus
  std::uint32_t voters = 5;
  Duration election_timeout = std::chrono::seconds(1);
  std::optional<std::int64_t> new_replicas;
  Duration new_replicas_at{};

  // snapshots of the cluster
  Duration backup_interval{};
  Duration backup_at{};
  bool backup_markers = true;
  // What the phase decides, unless it is given.
  std::optional<std::int64_t> given_replicas, given_write_quorum, given_read_quorum;
  std::optional<Persistence> given_persistence;
  std::optional<Agreement> given_consensus;
  std::optional<bool> given_hinted_handoff, given_read_repair;
  std::optional<Duration> given_anti_entropy_interval;
  // What it comes to: set by complete().
  std::uint32_t replicas = 3;
  std::uint32_t write_quorum = 2;
  std::uint32_t read_quorum = 2;
  Persistence persistence = Persistence::aof;
  Agreement consensus = Agreement::off;
  bool hinted_handoff = true;
  bool read_repair = true;
  Duration anti_entropy_interval = std::chrono::seconds(10);

  // What the node goes by: usually its number.
  NodeId name_of(NodeId node) const { return names == 0 ? node : node % names; }
  membership::Config config() const;
  QueryFilter health_filter() const;
};

const ParameterTable<Params>& parameter_table();

// Fills in what their phase comes to. Throws ParameterError if they contradict each other.
void complete(Params& params);

// The parameters by which the protocol spends processor time with these values.
std::vector<std::string> processor_time(const Params& params);

}  // namespace hearsay::swim
