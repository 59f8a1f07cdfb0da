// What Raft can be set to; defaults are etcd's.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "sim/core/time.hpp"

namespace hearsay::raft {

enum class Reads : std::uint8_t {
  read_index,  // the leader asks a majority whether it still leads
  lease,       // it trusts that nobody else can lead for a while after a majority has answered it
  log,         // a read is an entry of the log
  leader,      // the leader trusts itself
  local,       // every node answers from its own state
};

struct Params {
  std::uint32_t voters = 0;
  Duration election_timeout_min = std::chrono::milliseconds(1000);
  Duration election_timeout_max = std::chrono::milliseconds(2000);
  Duration heartbeat_interval = std::chrono::milliseconds(100);
  bool term_resets_timeout = true;
  bool pre_vote = true;
  bool check_quorum = true;
  std::optional<std::int64_t> preferred_leader;

  Reads reads = Reads::read_index;
  double clock_drift_bound = 0.1;

  std::uint32_t max_append_size = 1 << 20;
  std::uint32_t max_inflight = 256;
  Duration batch_delay{};
  std::uint32_t snapshot_entries = 10'000;
  std::uint32_t catch_up_entries = 5'000;

  bool sessions = true;
  Duration retry_interval = std::chrono::milliseconds(1000);
  Duration request_timeout = std::chrono::milliseconds(7000);

  Duration backup_interval{};
  Duration backup_at{};
  bool backup_markers = true;
};

}  // namespace hearsay::raft
