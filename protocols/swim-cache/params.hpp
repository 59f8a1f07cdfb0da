// Parameters of `swim-cache`. Membership takes memberlist's and Serf's default values by `profile`; each can be given
// by itself. The cache's defaults are what the document describes as built, its next phases are switched on.
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
enum class Persistence : std::uint8_t { memory, aof };

struct Params {
  // membership
  MembershipKind membership = MembershipKind::swim;
  membership::Profile profile = membership::Profile::lan;
  Bootstrap bootstrap = Bootstrap::known;
  std::uint32_t seeds = 1;
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
  bool intents = true;
  std::int64_t metadata_size = 16;
  Duration metadata_interval{};
  bool compression = true;
  Duration oracle_interval = std::chrono::milliseconds(100);

  // events
  std::uint32_t event_buffer = 512;
  bool replay_on_join = true;
  Duration health_interval{};
  std::optional<std::vector<std::string>> health_nodes;
  std::uint32_t groups = 1;
  std::optional<std::int64_t> health_group;
  std::uint32_t relay_factor = 0;

  // ring
  std::uint32_t virtual_nodes = 256;
  bool handover = true;

  // cache
  std::uint32_t replicas = 3;
  std::uint32_t write_quorum = 2;
  std::uint32_t read_quorum = 2;
  Duration request_timeout = std::chrono::seconds(1);
  Conflict conflict = Conflict::hybrid_time;
  Duration ttl{};
  Duration tombstone_ttl{};
  std::uint32_t max_entries = 0;
  Persistence persistence = Persistence::aof;
  bool hinted_handoff = true;
  Duration hint_interval = std::chrono::seconds(1);
  bool read_repair = true;
  Duration anti_entropy_interval = std::chrono::seconds(10);

  membership::Config config() const;
  QueryFilter health_filter() const;
};

const ParameterTable<Params>& parameter_table();

// Throws ParameterError if the values contradict each other.
void check(const Params& params);

}  // namespace hearsay::swim
