// Settings of the membership state machine, with the values of memberlist's three profiles (config.go:
// DefaultLANConfig, DefaultWANConfig, DefaultLocalConfig) and of Serf (config.go: DefaultConfig).
#pragma once

#include <cstdint>

#include "sim/core/time.hpp"

namespace hearsay::membership {

enum class Profile : std::uint8_t { lan, wan, local };
enum class Targets : std::uint8_t {
  round_robin,  // every member once, in a random order drawn for each pass (SWIM, section 4.3)
  random,       // a random member each time (SWIM, section 3.1)
};

struct Config {
  // probes
  Duration probe_interval = std::chrono::seconds(1);
  Duration probe_timeout = std::chrono::milliseconds(500);
  std::uint32_t indirect_checks = 3;
  bool stream_fallback = true;
  Duration stream_timeout = std::chrono::seconds(10);  // for a full state exchange, connecting included
  Targets targets = Targets::round_robin;
  bool in_phase = false;  // all nodes probe at the multiples of the interval, instead of at a random phase

  // suspicion
  bool suspicion = true;  // false: a failed probe is a death
  std::uint32_t suspicion_mult = 4;
  std::uint32_t suspicion_max_mult = 6;

  // Lifeguard: the highest local health score is one less; 1 switches local health off
  std::uint32_t awareness_max = 8;
  bool nacks = true;

  // dissemination
  Duration gossip_interval = std::chrono::milliseconds(200);
  std::uint32_t gossip_nodes = 3;
  Duration gossip_to_the_dead = std::chrono::seconds(30);
  std::uint32_t retransmit_mult = 4;
  std::uint32_t packet_size = 1400;
  Duration push_pull_interval = std::chrono::seconds(30);  // 0: none

  // Serf
  Duration reconnect_interval = std::chrono::seconds(30);  // 0: none
  Duration reconnect_timeout = std::chrono::hours(24);
  Duration tombstone_timeout = std::chrono::hours(24);
  Duration reap_interval = std::chrono::seconds(15);
  Duration broadcast_timeout = std::chrono::seconds(5);  // for each message of a departure to go out
  Duration leave_delay = std::chrono::seconds(1);        // for which a member stays on after that
  bool intents = true;
  Duration intent_timeout = std::chrono::minutes(5);  // for which an intent of an unknown member is remembered

  // wire
  bool coordinates = true;          // acks carry Serf's network coordinates
  std::uint32_t metadata_size = 2;  // bytes of each member's metadata; Serf's without tags take 2
  bool compression = true;          // LZW on full states and packets
};

inline Config defaults(Profile profile) {
  using namespace std::chrono_literals;
  Config config;
  if (profile == Profile::wan) {
    config.stream_timeout = 30s;
    config.suspicion_mult = 6;
    config.push_pull_interval = 60s;
    config.probe_timeout = 3s;
    config.probe_interval = 5s;
    config.gossip_nodes = 4;
    config.gossip_interval = 500ms;
    config.gossip_to_the_dead = 60s;
  } else if (profile == Profile::local) {
    config.stream_timeout = 1s;
    config.indirect_checks = 1;
    config.retransmit_mult = 2;
    config.suspicion_mult = 3;
    config.push_pull_interval = 15s;
    config.probe_timeout = 200ms;
    config.gossip_interval = 100ms;
    config.gossip_to_the_dead = 15s;
  }
  return config;
}

}  // namespace hearsay::membership
