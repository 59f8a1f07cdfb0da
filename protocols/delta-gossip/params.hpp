// Parameters of `delta-gossip`. The defaults are what the document asks for; `payload: full` is the state that it
// criticises. The vocabulary is that of Demers et al. 1987, "Epidemic algorithms for replicated database maintenance".
#pragma once

#include <cstdint>
#include <optional>

#include "sim/core/parameters.hpp"
#include "sim/core/time.hpp"

namespace hearsay::gossip {

enum class PayloadKind : std::uint8_t { full, delta };
enum class DataKind : std::uint8_t { gset, gcounter, pncounter, gmap, lww_map, or_set };
enum class Synchronisation : std::uint8_t {
  rumours,
  state,
  delta,
  scuttlebutt,
  scuttlebutt_gc,
  operations,
  digest,
};
enum class Spread : std::uint8_t { none, push, pull, push_pull };
enum class Rumour : std::uint8_t { off, feedback, blind };
enum class Stop : std::uint8_t { counter, coin };
enum class DigestKind : std::uint8_t { version_vector, ranges };
enum class Ordering : std::uint8_t { none, fifo };
enum class StorageKind : std::uint8_t { memory, disk };
enum class WhenFull : std::uint8_t { reject, evict };
enum class OverlayKind : std::uint8_t { fixed, dynamic };
enum class Detection : std::uint8_t { none, acknowledgements, heartbeats };
enum class Carrier : std::uint8_t { datagram, stream, stream_per_message };
enum class Membership : std::uint8_t { open, list };
enum class OnBadInput : std::uint8_t { crash, skip };

struct Params {
  // what is sent
  PayloadKind payload = PayloadKind::delta;
  bool delta_groups = false;
  bool avoid_back_propagation = true;
  bool remove_redundancy = true;
  bool dedup = true;
  std::uint32_t max_hops = 0;

  // data types
  DataKind type = DataKind::gset;
  Synchronisation synchronisation = Synchronisation::rumours;
  std::uint32_t keys = 1000;
  double update_share = 0.1;
  double removes = 0;

  // spread
  Spread spread = Spread::push;
  Duration interval = std::chrono::milliseconds(100);
  std::uint32_t fanout = 3;
  bool synchronous = false;
  bool eager = false;
  std::uint32_t eager_fanout = 0;
  bool echo = false;
  Rumour rumour = Rumour::feedback;
  Stop rumour_stop = Stop::counter;
  std::uint32_t rumour_k = 3;
  bool remember_peers = true;
  std::uint32_t connection_limit = 0;
  std::uint32_t hunt_limit = 0;

  // anti-entropy
  Duration anti_entropy_interval = std::chrono::seconds(1);
  bool anti_entropy_on_reconnect = true;
  DigestKind digest = DigestKind::version_vector;
  std::uint32_t range_branch = 16;
  std::uint32_t range_leaf = 8;

  // reliability
  bool acknowledgements = true;
  Duration ack_delay{};
  Duration retry_delay = std::chrono::milliseconds(500);
  double retry_backoff = 2.0;
  Duration retry_max_delay = std::chrono::seconds(5);
  std::uint32_t max_attempts = 4;
  Ordering ordering = Ordering::none;
  std::optional<StorageKind> storage;  // the memory with `payload: full`, else the disk

  // memory
  Duration ttl{};
  std::uint32_t memory_limit = 0;
  WhenFull memory_full = WhenFull::reject;
  std::uint32_t buffer_limit = 100'000;

  // topology
  OverlayKind overlay = OverlayKind::dynamic;
  Detection failure_detection = Detection::acknowledgements;
  std::uint32_t failure_after = 3;
  Duration heartbeat_interval = std::chrono::seconds(1);
  Duration probe_interval = std::chrono::seconds(1);

  // flow control
  bool adaptive_interval = false;
  Duration interval_min = std::chrono::milliseconds(50);
  Duration interval_max = std::chrono::seconds(1);
  std::uint32_t batch_limit = 1000;
  std::optional<std::uint32_t> batch_bytes;  // what a datagram carries, or no bound over streams
  bool adaptive_batch = false;
  Duration ack_delay_target = std::chrono::milliseconds(250);
  double rate_limit = 0;
  Duration pacing{};
  std::uint32_t breaker_failures = 0;
  Duration breaker_reset = std::chrono::seconds(5);

  // network
  Carrier transport = Carrier::datagram;
  Duration batch_window{};
  double compression = 1.0;
  Duration compression_cpu = std::chrono::microseconds(10);

  // security
  bool checksum = true;
  bool sign = false;
  std::uint32_t signature_size = 64;
  Duration sign_cpu = std::chrono::microseconds(90);
  Duration verify_cpu = std::chrono::microseconds(275);
  double forged = 0;
  Membership membership = Membership::open;
  std::int64_t max_value_size = 0;
  std::optional<OnBadInput> on_bad_input;  // a crash with `payload: full`, else it is skipped
  double inbound_limit = 0;
  Duration handler_cpu{};

  bool full() const { return payload == PayloadKind::full; }
  // Bytes of one message with values.
  std::size_t most_message_bytes() const {
    const std::size_t usual = transport == Carrier::datagram ? most_datagram_bytes : SIZE_MAX;
    return batch_bytes ? *batch_bytes : usual;
  }
  static constexpr std::uint32_t most_datagram_bytes = 65507;  // 2^16 - 1, less the headers of IPv4 and UDP
  bool synchronises() const { return synchronisation != Synchronisation::rumours; }  // by a Synchroniser
  bool never_drops() const { return ttl == Duration{} && memory_limit == 0; }        // a value that a node holds
  bool pushes() const { return spread == Spread::push || spread == Spread::push_pull; }
  bool pulls() const { return spread == Spread::pull || spread == Spread::push_pull; }
  bool mongers() const { return rumour != Rumour::off && spread != Spread::none && !delta_groups; }
  bool keeps_disk() const {
    return storage.value_or(full() || synchronises() ? StorageKind::memory : StorageKind::disk) == StorageKind::disk;
  }
  bool crashes_on_bad_input() const {
    return on_bad_input.value_or(full() ? OnBadInput::crash : OnBadInput::skip) == OnBadInput::crash;
  }
  bool compresses() const { return compression < 1; }
};

const ParameterTable<Params>& parameter_table();

// Throws ParameterError if the values contradict each other.
void check(const Params& params);

// The parameters by which replicas spend processor time.
std::vector<std::string> processor_time(const Params& params);

}  // namespace hearsay::gossip
