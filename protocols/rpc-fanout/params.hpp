// Parameters of `rpc-fanout`. The defaults are the document's behaviour, flaws included.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocols/common/rpc/options.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/selector.hpp"

namespace hearsay::rpc_fanout {

enum class Errors : std::uint8_t { filtered, indexed };
enum class Arguments : std::uint8_t { same, per_server };
enum class StorageKind : std::uint8_t { memory, disk };

struct Params : rpc::CallOptions {
  Selector master = Selector::of({0});  // one node
  Errors errors = Errors::filtered;
  Arguments arguments = Arguments::same;
  std::uint32_t min_replicas = 2;
  std::uint32_t quorum = 0;
  bool idempotency_keys = false;

  Duration service_time{};
  Duration service_spread{};
  Duration handler_cpu{};
  double error_rate = 0;
  std::optional<std::string> denied_key;
  StorageKind storage = StorageKind::memory;

  NodeId master_node() const { return master.nodes.front(); }
};

const ParameterTable<Params>& parameter_table();

// Throws ParameterError if the values contradict each other.
void check(const Params& params);

// The parameters by which replicas spend processor time.
std::vector<std::string> processor_time(const Params& params);

}  // namespace hearsay::rpc_fanout
