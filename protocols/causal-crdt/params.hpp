// Parameters of `causal-crdt`. The defaults are the document's behaviour, with its limits.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/message.hpp"
#include "sim/core/parameters.hpp"
#include "sim/core/time.hpp"

namespace hearsay::causal {

enum class Ordering : std::uint8_t { none, fifo, causal };
enum class ClockEncoding : std::uint8_t { full, delta };

struct Params {
  Ordering ordering = Ordering::causal;
  ClockEncoding clock_encoding = ClockEncoding::full;

  Transport transport = Transport::stream;
  Duration ack_timeout = std::chrono::seconds(1);
  std::uint32_t link_retries = 3;
  Duration retry_delay = std::chrono::milliseconds(200);
  double retry_backoff = 2.0;
  Duration retry_max_delay = std::chrono::seconds(2);
  Duration reconnect_delay = std::chrono::milliseconds(200);

  bool wal_sync = true;
  std::uint32_t snapshot_every = 256;
  bool deduplicate = true;

  bool session_clocks = false;
  Duration session_wait = std::chrono::seconds(1);

  Duration anti_entropy{};
  bool log_truncation = false;
  bool bootstrap = false;
  Duration bootstrap_retry = std::chrono::seconds(2);

  Duration handler_cpu{};

  // Whether effects are kept to be sent again to whoever lacks them.
  bool resends() const { return anti_entropy > Duration{} || bootstrap; }
};

const ParameterTable<Params>& parameter_table();

// Throws ParameterError if the values contradict each other.
void check(const Params& params);

// The parameters by which replicas spend processor time.
std::vector<std::string> processor_time(const Params& params);

}  // namespace hearsay::causal
